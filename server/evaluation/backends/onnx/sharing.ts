/** A text that may begin as others do; its first `limit` tokens may be read apart from the rest. */
export interface Text {
  ids: readonly number[];
  limit: number;
}

/** Texts that begin with the same `shared` tokens. */
export interface Family<One> {
  members: One[];
  shared: number;
}

/** Tokens that must be saved for a pass of its own over what is shared. */
const LEAST_SAVED = 256;
/** How often a span is divided at most: texts that grow by a token each could be divided as often as they are many. */
const DEPTH = 64;

/**
 * Divides texts so that most tokens are saved, by the rule of the runner's `sharing.py`. Those that share with no other
 * too little to pay are one family with nothing shared.
 */
export function families<One>(all: readonly One[], textOf: (one: One) => Text): Family<One>[] {
  const sorted = all.map((one) => ({ one, text: textOf(one) }));
  sorted.sort((a, b) => compared(a.text.ids, b.text.ids));
  const alike = sorted.slice(1).map(({ text }, at) => likeness(sorted[at]!.text, text));
  const alone: One[] = [];
  const found: Family<One>[] = [];
  for (const { start, end, shared } of best(alike, 0, sorted.length, DEPTH)) {
    const members = sorted.slice(start, end).map(({ one }) => one);
    if (shared > 0) found.push({ members, shared });
    else alone.push(...members);
  }
  return alone.length > 0 ? [...found, { members: alone, shared: 0 }] : found;
}

interface Span {
  start: number;
  end: number;
  shared: number;
}

/**
 * The spans of sorted texts from `start` to `end` that save most. Neighbours that share least are where a span can be
 * divided: no span across them shares more.
 */
function best(alike: readonly number[], start: number, end: number, depth: number): Span[] {
  if (end - start < 2) return end > start ? [{ start, end, shared: 0 }] : [];
  const inner = alike.slice(start, end - 1);
  const shared = Math.min(...inner);
  const saved = shared * (end - start - 1);
  const whole = [{ start, end, shared: saved >= LEAST_SAVED ? shared : 0 }];
  // Where all share alike no part of them saves more.
  if (shared === Math.max(...inner) || depth === 0) return whole;
  const parts: Span[] = [];
  let from = start;
  for (let cut = start + 1; cut <= end; cut++) {
    if (cut < end && alike[cut - 1] !== shared) continue;
    parts.push(...best(alike, from, cut, depth - 1));
    from = cut;
  }
  const apart = parts.reduce((sum, part) => sum + part.shared * (part.end - part.start - 1), 0);
  return apart > saved ? parts : whole;
}

function likeness(one: Text, other: Text): number {
  const most = Math.min(one.limit, other.limit);
  for (let at = 0; at < most; at++) if (one.ids[at] !== other.ids[at]) return at;
  return most;
}

function compared(one: readonly number[], other: readonly number[]): number {
  const size = Math.min(one.length, other.length);
  for (let at = 0; at < size; at++) if (one[at] !== other[at]) return one[at]! - other[at]!;
  return one.length - other.length;
}
