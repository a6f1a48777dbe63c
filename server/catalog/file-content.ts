import type { ExampleSplit, Position, Sink, Skip, TaskFacts } from '../collections/types.ts';
import { PositionPacker } from './positions.ts';
import { type FileSplit, SPLIT_ORDER } from './splits.ts';

/** What one file holds, as a reader tells it; kept packed until the whole file is written at once. */
export class FileContent implements Sink {
  readonly tasks = new Map<string, TaskFacts>();
  readonly skips: Skip[] = [];
  examples = 0;
  readonly #packers = new Map<string, (PositionPacker | undefined)[]>();
  readonly #fallback: FileSplit;
  readonly #onBytes: (bytes: number) => void;

  /** `fallback`: the split of examples for which the reader knows none. */
  constructor(fallback: ExampleSplit | undefined, onBytes: (bytes: number) => void) {
    this.#fallback = fallback ?? 'none';
    this.#onBytes = onBytes;
  }

  /** The first word on a task counts, as it does over files. */
  task(facts: TaskFacts): void {
    if (this.tasks.has(facts.name)) return;
    this.tasks.set(facts.name, facts);
    this.#packers.set(facts.name, []);
  }

  example(task: string, position: Position, split: ExampleSplit | undefined): void {
    const packers = this.#packers.get(task);
    if (!packers) throw new Error(`an example of task "${task}" came before the task`);
    const place = SPLIT_ORDER.indexOf(split ?? this.#fallback);
    const packer = (packers[place] ??= new PositionPacker());
    packer.add(position);
    this.examples++;
  }

  skip(skip: Skip): void {
    this.skips.push(skip);
  }

  progress(bytes: number): void {
    this.#onBytes(bytes);
  }

  /** Per split that a task has here: its place in `SPLIT_ORDER`, how many examples, their blocks. */
  segments(task: string): { split: number; examples: number; blocks: Uint8Array[] }[] {
    return (this.#packers.get(task) ?? []).flatMap((packer, split) =>
      packer ? [{ split, examples: packer.count, blocks: packer.finish() }] : [],
    );
  }
}
