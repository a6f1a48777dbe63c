import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { InputError } from '../base/problem.ts';
import { type MetricName, type ResultsFile, type ScoredExample, scoredExample } from '../protocol.ts';
import { mainMetric } from './aggregate.ts';
import { examplesFile, parseExample } from './results.ts';

/** What of a line is kept: enough to choose pages by. */
const kept = scoredExample.pick({
  task: true,
  example: true,
  template: true,
  shots: true,
  kind: true,
  metrics: true,
  failed: true,
});

export interface IndexedExample {
  example: number;
  template: string;
  /** By the metric of its task; null where it failed. */
  score: number | null;
  /** Bytes of the file. */
  start: number;
  length: number;
}

/** Where each scored example of a results file stands, so that a page of them is read without the rest. */
export class ExampleIndex {
  readonly #file: string;
  readonly #groups = new Map<string, IndexedExample[]>();

  private constructor(file: string) {
    this.#file = file;
  }

  /** Goes through the whole file once. Throws InputError with the line of what is wrong. */
  static async of(path: string, results: ResultsFile): Promise<ExampleIndex> {
    const file = examplesFile(path, results);
    const index = new ExampleIndex(file);
    const generated = new Map<string, MetricName>();
    for (const { id, metric } of results.subtasks)
      if (metric && metric !== 'accuracy') generated.set(id, metric);
    let line = 0;
    for await (const { text, start, length } of linesOf(file)) {
      line++;
      const { task, shots, example, template, kind, metrics, failed } = parseExample(text, kept, {
        file,
        line,
      });
      const score =
        failed === undefined
          ? (metrics[mainMetric({ kind }, generated.get(task) ?? 'rougeL')] ?? null)
          : null;
      const key = keyOf(task, shots);
      const group = index.#groups.get(key) ?? [];
      index.#groups.set(key, group);
      group.push({ example, template, score, start, length });
    }
    return index;
  }

  /** In the order of the file. */
  group(task: string, shots: ScoredExample['shots']): readonly IndexedExample[] {
    return this.#groups.get(keyOf(task, shots)) ?? [];
  }

  async read(places: readonly IndexedExample[]): Promise<ScoredExample[]> {
    const handle = await open(this.#file);
    try {
      const examples: ScoredExample[] = [];
      for (const place of places) examples.push(await readAt(handle, this.#file, place));
      return examples;
    } finally {
      await handle.close();
    }
  }
}

function keyOf(task: string, shots: ScoredExample['shots']): string {
  return JSON.stringify([task, shots]);
}

async function readAt(
  handle: FileHandle,
  file: string,
  { start, length }: IndexedExample,
): Promise<ScoredExample> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start);
  try {
    return scoredExample.parse(JSON.parse(buffer.toString('utf8', 0, bytesRead)));
  } catch {
    throw new InputError('was changed while it was read: open the results again', { file });
  }
}

async function* linesOf(file: string): AsyncGenerator<{ text: string; start: number; length: number }> {
  let rest: Buffer = Buffer.alloc(0);
  let start = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
    let from = 0;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
      yield { text: rest.toString('utf8', from, end), start: start + from, length: end - from };
      from = end + 1;
    }
    start += from;
    rest = rest.subarray(from);
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), start, length: rest.length };
}
