import type { OnStep } from '../base/progress.ts';
import { checkOrder, type EvalIndex, headerOf, indexEval } from './index/eval-index.ts';
import { readPostings } from './index/postings.ts';
import { HEADER } from './kernel/layout.ts';
import type { Matches } from './matches.ts';
import { inMost } from './rule.ts';
import { Scanner } from './scanner.ts';
import type { DocumentSource } from './types.ts';

/**
 * The examples of a train task that share text with any of some eval tasks, ascending: all of them, where a
 * pair's evidence is a sample. With an eval task with which it shares content, an example shares when it
 * holds a gram that counts as content for one of that task's examples, or repeats a short one whole; with
 * one with which it shares boilerplate alone, when it holds any shared gram. Reads the train task twice:
 * what is common in it is known at its end.
 */
export async function sharingExamples(
  train: DocumentSource,
  held: readonly DocumentSource[],
  n: number,
  { signal, onStep }: { signal: AbortSignal; onStep: OnStep },
): Promise<Uint32Array> {
  const index = await indexEval(held, n, signal);
  const scanner = new Scanner(index.memory, n);
  const step = (pass: number, example: number) =>
    onStep({
      message: `finding the examples of ${train.task} that overlap`,
      done: pass * train.examples + example,
      total: 2 * train.examples,
      unit: 'examples',
    });

  for await (const example of scanned(scanner, train, signal)) step(0, example);
  const telling = tellingEntries(index, scanner.takeMatches(train.examples), train.examples);
  const found: number[] = [];
  for await (const example of scanned(scanner, train, signal)) {
    step(1, example);
    if (scanner.takeMatches(1).entries.some((entry) => telling.has(entry))) found.push(example);
  }
  return Uint32Array.from(found);
}

/** Scans the documents of each example, then gives its number. */
async function* scanned(
  scanner: Scanner,
  train: DocumentSource,
  signal: AbortSignal,
): AsyncGenerator<number> {
  let open: number | undefined;
  for await (const { example, document } of train.documents(signal)) {
    signal.throwIfAborted();
    checkOrder(train, example, open ?? 0);
    if (open !== undefined && example !== open) yield open;
    open = example;
    scanner.scanDocument(example, document);
  }
  if (open !== undefined) yield open;
}

/** The entries of the index by which a train example shares with an eval task. */
function tellingEntries(index: EvalIndex, matches: Matches, trainExamples: number): Set<number> {
  const { buffer } = index.memory;
  const header = headerOf(index.memory);
  const listsAt = header[HEADER.listsAt]!;
  const lists = new Uint8Array(buffer, listsAt, header[HEADER.end]! - listsAt);
  const words = new Uint32Array(buffer, header[HEADER.postingsAt]!, header[HEADER.entries]!);
  const postings: number[] = [];
  const shared = index.tasks.map(() => ({ content: [] as number[], any: [] as number[] }));
  for (const [at, entry] of matches.entries.entries()) {
    const short = entry >= header[HEADER.firstShort]!;
    const common = inMost(matches.counts[at]!, trainExamples);
    const count = readPostings(words[entry]!, lists, postings);
    let place = 0;
    for (const posting of postings.slice(0, count)) {
      while (posting >>> 1 >= index.tasks[place]!.base + index.tasks[place]!.examples) place++;
      const { content, any } = shared[place]!;
      if (any.at(-1) !== entry) any.push(entry);
      if ((short || ((posting & 1) === 1 && !common)) && content.at(-1) !== entry) content.push(entry);
    }
  }
  return new Set(shared.flatMap(({ content, any }) => (content.length > 0 ? content : any)));
}
