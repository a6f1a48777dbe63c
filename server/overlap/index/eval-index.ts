import { HEADER, HEADER_BYTES } from '../kernel/layout.ts';
import type { DocumentSource } from '../types.ts';
import { buildIndex } from './build.ts';
import { Collection } from './collect.ts';
import { MOST_EXAMPLES } from './postings.ts';

/** An eval task in the index; its examples are numbered from `base` through all tasks. */
export interface EvalTask {
  task: string;
  examples: number;
  base: number;
  short: number;
}

/** The eval side, ready to scan against. The memory is shared by all workers. */
export interface EvalIndex {
  n: number;
  memory: WebAssembly.Memory;
  tasks: EvalTask[];
  /** Examples of all tasks. */
  examples: number;
}

/** The index's numbers, by the names of `HEADER`. */
export function headerOf(memory: WebAssembly.Memory): Uint32Array {
  return new Uint32Array(memory.buffer, 0, HEADER_BYTES / 4);
}

/** Bytes of the index in memory, and its distinct grams. */
export function sizeOf(index: EvalIndex): { bytes: number; grams: number } {
  const header = headerOf(index.memory);
  return { bytes: header[HEADER.end]!, grams: header[HEADER.firstShort]! };
}

/**
 * Reads the eval tasks once and indexes their grams. Throws where a source gives its examples out of order
 * or beyond their number.
 */
export async function indexEval(
  sources: readonly DocumentSource[],
  n: number,
  signal: AbortSignal,
  onTask: (done: number, task: string) => void = () => {},
): Promise<EvalIndex> {
  const collection = new Collection(n);
  const tasks: EvalTask[] = [];
  let base = 0;
  for (const source of sources) {
    onTask(tasks.length, source.task);
    const longBefore = collection.longExamples;
    let last = 0;
    for await (const { example, document } of source.documents(signal)) {
      signal.throwIfAborted();
      checkOrder(source, example, last);
      last = example;
      collection.add(base + example, document);
    }
    collection.endExample();
    const short = source.examples - (collection.longExamples - longBefore);
    tasks.push({ task: source.task, examples: source.examples, base, short });
    base += source.examples;
    if (base > MOST_EXAMPLES) throw new Error('too many eval examples');
  }
  return { n, memory: buildIndex(collection, n, tasks), tasks, examples: base };
}

/** Holds a source to its contract: examples ascending and within bounds. */
export function checkOrder(source: { task: string; examples: number }, example: number, last: number): void {
  if (example < last || example >= source.examples) {
    throw new Error(`${source.task}: example ${example} came after ${last} of ${source.examples}`);
  }
}
