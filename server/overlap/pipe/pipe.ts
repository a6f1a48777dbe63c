import type { PipeEnd, PipeHit } from '../../protocol.ts';
import { type EvalIndex, headerOf } from '../index/eval-index.ts';
import { identityOf } from '../index/kept.ts';
import { readPostings } from '../index/postings.ts';
import { HEADER } from '../kernel/layout.ts';
import { Scanner } from '../scanner.ts';
import { recordLines, wholeLines } from './lines.ts';

/** Eval examples named for one record; a text that many examples hold would name them all for each record. */
const MOST_EXAMPLES = 100;

export interface PipeOptions {
  index: EvalIndex;
  /** The name that the hits give the train side. */
  train: string;
  input: AsyncIterable<Uint8Array>;
  /** Takes whole lines of text; resolves when more may come. */
  write: (lines: string) => Promise<void>;
  onSkip: (line: number, reason: string) => void;
}

/** Scans a stream of JSONL against a saved index; writes a line for each record that shares text, and one at the end. */
export async function pipe({ index, train, input, write, onSkip }: PipeOptions): Promise<PipeEnd> {
  const scanner = new Scanner(index.memory, index.n);
  const holders = new Holders(index);
  const end: PipeEnd = { train, records: 0, skipped: 0, bytes: 0, index: identityOf(index) };
  let linesBefore = 0;
  for await (const { lines, offset } of wholeLines(input)) {
    const found: { record: number; entries: number[] }[] = [];
    const reasons = new Map<number, string>();
    let last: { record: number; entries: number[] } | undefined;
    scanner.scanLines(
      lines,
      (record, entry) => {
        // A record's hits come together.
        if (last?.record !== record) found.push((last = { record, entries: [] }));
        last.entries.push(entry);
      },
      (at, reason) => reasons.set(at, reason),
    );
    const { count, records, faults } = recordLines(lines, new Set(reasons.keys()));
    const hits = found.map(({ record, entries }): PipeHit => {
      const { line, offset: at } = records[record]!;
      const runs = runsOf(entries);
      return { train, line: linesBefore + line + 1, offset: offset + at, entries: runs, ...holders.of(runs) };
    });
    for (const [at, line] of faults) onSkip(linesBefore + line + 1, reasons.get(at)!);
    if (hits.length > 0) await write(hits.map((hit) => `${JSON.stringify(hit)}\n`).join(''));
    linesBefore += count;
    end.records += records.length;
    end.skipped += faults.size;
    end.bytes = offset + lines.length;
  }
  await write(`${JSON.stringify(end)}\n`);
  return end;
}

type Run = [first: number, count: number];

/** Numbers, in any order and some of them several times, as ascending runs: the first one and how many. */
function runsOf(numbers: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const number of Uint32Array.from(numbers).sort()) {
    const last = runs.at(-1);
    const next = last && last[0] + last[1];
    if (next === number) last![1]++;
    else if (next !== number + 1) runs.push([number, 1]);
  }
  return runs;
}

/** Tells which eval examples hold entries. */
class Holders {
  private readonly index: EvalIndex;
  private readonly lists: Uint8Array;
  private readonly postings: Uint32Array;
  private readonly buffer: number[] = [];

  constructor(index: EvalIndex) {
    this.index = index;
    const header = headerOf(index.memory);
    const { buffer } = index.memory;
    const lists = header[HEADER.listsAt]!;
    this.lists = new Uint8Array(buffer, lists, header[HEADER.end]! - lists);
    this.postings = new Uint32Array(buffer, header[HEADER.postingsAt]!, header[HEADER.entries]!);
  }

  of(runs: readonly Run[]): Pick<PipeHit, 'eval' | 'more'> {
    const found = new Set<number>();
    const more = runs.some(([first, count]) => {
      for (let entry = first; entry < first + count; entry++) if (!this.add(entry, found)) return true;
      return false;
    });
    const byTask = new Map<string, number[]>();
    for (const example of [...found].sort((x, y) => x - y)) {
      const { task, base } = this.index.tasks.findLast((one) => one.base <= example)!;
      const list = byTask.get(task);
      if (list) list.push(example - base);
      else byTask.set(task, [example - base]);
    }
    const named = { eval: Object.fromEntries(byTask) };
    return more ? { ...named, more } : named;
  }

  /** False when there are more examples than may be named. */
  private add(entry: number, found: Set<number>): boolean {
    const count = readPostings(this.postings[entry]!, this.lists, this.buffer, MOST_EXAMPLES + 1);
    for (let at = 0; at < count; at++) {
      const example = this.buffer[at]! >>> 1;
      if (found.size === MOST_EXAMPLES && !found.has(example)) return false;
      found.add(example);
    }
    return true;
  }
}
