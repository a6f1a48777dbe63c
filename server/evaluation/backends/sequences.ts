/** What is scored of a prefix with one continuation. */
export interface Sequence {
  ids: number[];
  /** The tokens from here on are the continuation's. At least 1. */
  from: number;
  /** Tokens that were cut from its left. */
  truncated: number;
}

/**
 * White space to some and not to others: U+FEFF is to JavaScript's patterns, U+0085 to those of the native
 * tokenizers. Around them the tokenizer here may cut a text otherwise than the model's own.
 */
const OTHERWISE = /[\u0085\uFEFF]/u;

/** Why a text can't be tokenised here; undefined where it can. */
export function refusalOf(...texts: readonly string[]): string | undefined {
  const found = texts.map((text) => OTHERWISE.exec(text)?.[0]).find((mark) => mark !== undefined);
  if (found === undefined) return undefined;
  const code = found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `the text has U+${code}, which tokenizers read differently: score it with PyTorch`;
}

export type Encode = (text: string) => readonly number[];

/**
 * Prefix and continuation as the model reads them, or why it can't: the last `length` + 1 tokens, of which the
 * last is only predicted. `end`: the token that ends texts, which stands for an empty prefix.
 */
export function sequenceOf(
  { prefix, continuation }: { prefix: readonly number[]; continuation: readonly number[] },
  end: number,
  length: number,
): Sequence | { error: string } {
  const from = prefix.length;
  const ids = from === 0 ? [end, ...continuation] : [...continuation];
  const first = Math.max(1, from);
  const own = ids.length - first;
  if (own <= 0) return { error: 'a candidate has no tokens' };
  if (own > length) {
    return {
      error: `a candidate has ${own} tokens, and the context takes ${length}: there is no room for it`,
    };
  }
  const truncated = Math.max(0, ids.length - 1 - length);
  return { ids: ids.slice(truncated), from: Math.max(1, first - truncated), truncated };
}

/** The candidates' sequences in their order; the first fault of one is the request's. */
export function sequencesOf(
  prefix: string,
  continuations: readonly string[],
  encode: Encode,
  end: number,
  length: number,
): Sequence[] | { error: string } {
  const refusal = refusalOf(prefix, ...continuations);
  if (refusal !== undefined) return { error: refusal };
  const ids = encode(prefix);
  const sequences: Sequence[] = [];
  for (const text of continuations) {
    const one = sequenceOf({ prefix: ids, continuation: encode(prefix + text) }, end, length);
    if ('error' in one) return { error: `${one.error}: ${JSON.stringify(text.slice(0, 40))}` };
    sequences.push(one);
  }
  return sequences;
}

/** One row of a scoring graph: what its sequences have in common, then each one's own end as a branch. */
export interface Row {
  ids: number[];
  positions: number[];
  /** 1: common; from 2 on: the branches. */
  segments: number[];
  picks: Pick[];
}

/** The token `target` is to follow the place `at`; `sequence` says whose score it adds to. */
export interface Pick {
  at: number;
  target: number;
  sequence: number;
}

/**
 * The rows that score some sequences of one prefix: one row, save where some were cut, which begin at different
 * places and stand alone. A sequence's last token is only a target.
 */
export function rowsOf(sequences: readonly Sequence[]): Row[] {
  const numbered = sequences.map((sequence, number) => ({ sequence, number }));
  const rows = numbered.filter(({ sequence }) => sequence.truncated > 0).map((one) => rowOf([one]));
  const whole = numbered.filter(({ sequence }) => sequence.truncated === 0);
  return whole.length > 0 ? [...rows, rowOf(whole)] : rows;
}

function rowOf(branches: readonly { sequence: Sequence; number: number }[]): Row {
  const [first] = branches;
  let common = Math.min(...branches.map(({ sequence }) => Math.min(sequence.from, sequence.ids.length - 1)));
  for (const { sequence } of branches) {
    let same = 0;
    while (same < common && sequence.ids[same] === first!.sequence.ids[same]) same++;
    common = same;
  }
  const row: Row = { ids: [], positions: [], segments: [], picks: [] };
  for (let at = 0; at < common; at++) place(row, first!.sequence.ids[at]!, at, 1);
  for (const [branch, { sequence, number }] of branches.entries()) {
    const start = row.ids.length;
    for (let at = common; at < sequence.ids.length - 1; at++) place(row, sequence.ids[at]!, at, branch + 2);
    for (let at = sequence.from; at < sequence.ids.length; at++) {
      const before = at - 1 < common ? at - 1 : start + at - 1 - common;
      row.picks.push({ at: before, target: sequence.ids[at]!, sequence: number });
    }
  }
  return row;
}

function place(row: Row, id: number, position: number, segment: number): void {
  row.ids.push(id);
  row.positions.push(position);
  row.segments.push(segment);
}
