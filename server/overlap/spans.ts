import { type Ranges, type Token, tokensOf } from './normalise.ts';
import type { SharedSpan } from './types.ts';

/** A run of tokens that stands on both sides. */
interface Run {
  evalStart: number;
  trainStart: number;
  words: number;
}

/**
 * The stretches of at least `n` words that the two texts share: the longest first, what is left of the
 * others after it, none overlapping on the eval side; in the order of the eval text. `content` is the eval
 * document's, in bytes; a span is boilerplate when none of its words is content. Linear in both texts.
 */
export function sharedSpans(trainText: string, evalText: string, n: number, content?: Ranges): SharedSpan[] {
  const train = tokensOf(trainText);
  const held = tokensOf(evalText, content);
  const taken = new Uint8Array(held.length);
  const runs: Run[] = [];
  const found = sharedRuns(train, held, n).sort((x, y) => y.words - x.words || x.evalStart - y.evalStart);
  // What is left of a run is a run again; it waits for those that are longer.
  for (let at = 0; at < found.length; at++) {
    const run = found[at]!;
    const pieces = freePieces(run, taken, n);
    if (pieces.length === 1 && pieces[0]!.words === run.words) {
      taken.fill(1, run.evalStart, run.evalStart + run.words);
      runs.push(run);
      continue;
    }
    for (const piece of pieces) insert(found, piece, at + 1);
  }
  return runs
    .sort((x, y) => x.evalStart - y.evalStart)
    .map(({ evalStart, trainStart, words }) => ({
      train: [train[trainStart]!.start, train[trainStart + words - 1]!.end],
      eval: [held[evalStart]!.start, held[evalStart + words - 1]!.end],
      words,
      boilerplate: !held.slice(evalStart, evalStart + words).some((token) => token.content),
    }));
}

function freePieces(run: Run, taken: Uint8Array, n: number): Run[] {
  const pieces: Run[] = [];
  let start = 0;
  for (let at = 0; at <= run.words; at++) {
    if (at < run.words && taken[run.evalStart + at] === 0) continue;
    if (at - start >= n) {
      pieces.push({
        evalStart: run.evalStart + start,
        trainStart: run.trainStart + start,
        words: at - start,
      });
    }
    start = at + 1;
  }
  return pieces;
}

/** Keeps the list from `from` on sorted, longest first. */
function insert(runs: Run[], run: Run, from: number): void {
  let at = from;
  while (at < runs.length && runs[at]!.words >= run.words) at++;
  runs.splice(at, 0, run);
}

/** A state of the suffix automaton of the train tokens: a set of places where the same runs end. */
interface State {
  next: Map<number, number>;
  link: number;
  length: number;
  /** The last token of the first place. */
  end: number;
}

/** Every run of at least `n` tokens that can't be made longer at either end, one train place for each eval place. */
function sharedRuns(train: readonly Token[], held: readonly Token[], n: number): Run[] {
  const numbers = new Map<string, number>();
  const numberOf = (token: Token) => {
    let number = numbers.get(token.text);
    if (number === undefined) numbers.set(token.text, (number = numbers.size));
    return number;
  };
  const states = suffixAutomaton(train.map(numberOf));
  const runs: Run[] = [];
  let state = 0;
  let length = 0;
  const close = (evalEnd: number) => {
    if (length < n) return;
    runs.push({ evalStart: evalEnd - length, trainStart: states[state]!.end - length + 1, words: length });
  };
  for (let at = 0; at < held.length; at++) {
    const number = numbers.get(held[at]!.text);
    const onward = number === undefined ? undefined : states[state]!.next.get(number);
    if (onward !== undefined) {
      state = onward;
      length++;
      continue;
    }
    close(at);
    while (state > 0 && (number === undefined || !states[state]!.next.has(number))) {
      state = states[state]!.link;
      length = states[state]!.length;
    }
    const after = number === undefined ? undefined : states[state]!.next.get(number);
    state = after ?? 0;
    length = after === undefined ? 0 : length + 1;
  }
  close(held.length);
  return runs;
}

function suffixAutomaton(tokens: readonly number[]): State[] {
  const states: State[] = [{ next: new Map(), link: -1, length: 0, end: -1 }];
  let last = 0;
  tokens.forEach((token, end) => {
    const current = states.length;
    states.push({ next: new Map(), link: 0, length: states[last]!.length + 1, end });
    let from = last;
    while (from >= 0 && !states[from]!.next.has(token)) {
      states[from]!.next.set(token, current);
      from = states[from]!.link;
    }
    if (from >= 0) states[current]!.link = splitState(states, from, token);
    last = current;
  });
  return states;
}

/** The state that `token` leads to from `from` and that holds nothing longer: split off where there is none. */
function splitState(states: State[], from: number, token: number): number {
  const target = states[from]!.next.get(token)!;
  if (states[target]!.length === states[from]!.length + 1) return target;
  const copy = states.length;
  const { next, link, end } = states[target]!;
  states.push({ next: new Map(next), link, length: states[from]!.length + 1, end });
  for (let at = from; at >= 0 && states[at]!.next.get(token) === target; at = states[at]!.link) {
    states[at]!.next.set(token, copy);
  }
  states[target]!.link = copy;
  return copy;
}
