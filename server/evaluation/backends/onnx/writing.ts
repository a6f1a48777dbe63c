import { Cache } from './cache.ts';
import type { Graph } from './graph.ts';
import { batches, readText, textRow } from './rows.ts';
import { families } from './sharing.ts';

/** Texts written side by side by a graph that reads each of them anew for every token. */
const SIDE_BY_SIDE = 16;
/** The same with a cache: more of them hardly cost less each. */
const MOST_ROWS = 32;
/** Texts are put aside when so large a part of those side by side has ended. */
const ENDED = 0.25;
/** Columns by which a cache grows: masked ones cost a little at each step, growing copies it. */
const MORE_ROOM = 64;

export interface Writing {
  id: string;
  /** What is read of the prompt. */
  prompt: readonly number[];
  written: number[];
  /** Tokens to write at most. */
  most: number;
  truncated: number;
  done: boolean;
}

/** Writes the texts greedily, before one of the tokens `ends` or up to their most; those that are done at once. */
export async function* written(
  graph: Graph,
  texts: readonly Writing[],
  ends: ReadonlySet<number>,
  signal: AbortSignal,
): AsyncGenerator<Writing[]> {
  const cached = graph.parts.length > 0;
  const limitOf = ({ prompt }: Writing) => (cached ? prompt.length - 1 : 0);
  for (const { members, shared } of families(texts, (one) => ({ ids: one.prompt, limit: limitOf(one) }))) {
    signal.throwIfAborted();
    members.sort((a, b) => a.prompt.length - b.prompt.length);
    const common = shared > 0 ? await readText(graph, members[0]!.prompt.slice(0, shared)) : undefined;
    for (const some of sideBySide(graph, members, cached)) {
      if (cached) await stepsOn(graph, some, common, ends, signal);
      else await stepsAnew(graph, some, ends, signal);
      yield some;
    }
  }
}

function sideBySide(graph: Graph, texts: readonly Writing[], cached: boolean): Writing[][] {
  const most = cached ? MOST_ROWS : SIDE_BY_SIDE;
  // Prompts are read in batches of their own; what lies side by side is only bounded by the cache.
  const columns = ({ prompt, most }: Writing) => prompt.length + most + MORE_ROOM;
  return batches(graph, texts, () => Math.floor(graph.places / most), columns);
}

async function stepsAnew(
  graph: Graph,
  texts: readonly Writing[],
  ends: ReadonlySet<number>,
  signal: AbortSignal,
): Promise<void> {
  for (let open = texts; open.length > 0; open = open.filter(({ done }) => !done)) {
    signal.throwIfAborted();
    const { scored } = await graph.run(open.map(({ prompt, written }) => textRow([...prompt, ...written])));
    for (const [at, text] of open.entries()) take(text, scored[at]!.mostLikely[0]!, ends);
  }
}

async function stepsOn(
  graph: Graph,
  texts: readonly Writing[],
  common: Cache | undefined,
  ends: ReadonlySet<number>,
  signal: AbortSignal,
): Promise<void> {
  let cache = await readPrompts(graph, texts, common, ends, signal);
  let open = [...texts];
  for (;;) {
    const kept = open.flatMap(({ done }, at) => (done ? [] : [at]));
    if (kept.length === 0) return;
    if (kept.length <= (1 - ENDED) * open.length) {
      open = kept.map((at) => open[at]!);
      cache = cache.taken(kept, cache.room);
    }
    signal.throwIfAborted();
    if (cache.columns === cache.room) cache = cache.taken([...open.keys()], cache.room + MORE_ROOM);
    // A text that has ended goes on beside the others until it is put aside; nobody reads what it writes.
    const rows = open.map(({ prompt, written }) =>
      textRow([written.at(-1) ?? prompt.at(-1)!], prompt.length + Math.max(0, written.length - 1)),
    );
    const { scored, fresh } = await graph.run(rows, { past: cache, keep: true });
    const lengths = rows.map(() => 1);
    cache.put(fresh!, lengths, 0, cache.columns);
    for (const [at, text] of open.entries()) if (!text.done) take(text, scored[at]!.mostLikely[0]!, ends);
  }
}

/** The cache after the prompts, padded at their right; of each text its first token is taken. */
async function readPrompts(
  graph: Graph,
  texts: readonly Writing[],
  common: Cache | undefined,
  ends: ReadonlySet<number>,
  signal: AbortSignal,
): Promise<Cache> {
  const shared = common?.columns ?? 0;
  const longest = Math.max(...texts.map(({ prompt }) => prompt.length)) - shared;
  const start = common ?? new Cache(graph.parts, 1, 0);
  const cache = start.taken(
    texts.map(() => 0),
    shared + longest + MORE_ROOM,
  );
  const lengthOf = ({ prompt }: Writing) => prompt.length - shared;
  let row = 0;
  for (const some of batches(graph, texts, lengthOf, () => 0)) {
    signal.throwIfAborted();
    const rows = some.map(({ prompt }) => textRow(prompt.slice(shared), shared));
    const past = common?.taken(
      some.map(() => 0),
      shared,
    );
    const { scored, fresh } = await graph.run(rows, { past, keep: true });
    cache.put(fresh!, some.map(lengthOf), row, shared);
    for (const [at, text] of some.entries()) take(text, scored[at]!.mostLikely[0]!, ends);
    row += some.length;
  }
  return cache;
}

function take(text: Writing, token: number, ends: ReadonlySet<number>): void {
  text.done = ends.has(token);
  if (text.done) return;
  text.written.push(token);
  text.done = text.written.length >= text.most;
}
