import { existsSync } from 'node:fs';
import { InputError } from '../../base/problem.ts';
import { type PipeEnd, type PipeHit, pipeEnd, pipeHit } from '../../protocol.ts';
import { Pairing } from '../figures.ts';
import { type EvalIndex, headerOf } from '../index/eval-index.ts';
import { identityOf } from '../index/kept.ts';
import { HEADER } from '../kernel/layout.ts';
import { linesOf } from '../lines.ts';
import { MatchCounter } from '../matches.ts';
import { byTasks } from '../pairs.ts';
import type { PairFigures } from '../types.ts';

export interface Merged {
  ngram: number;
  pairs: (PairFigures & { sameSource: false })[];
  /** Bytes and records that the processes read, and records they left out. */
  bytes: number;
  records: number;
  skipped: number;
  /** Processes that came to their end. */
  ends: number;
}

/** What one train task was found to hold. */
class TrainTask {
  readonly counter = new MatchCounter();
  hits = 0;
  records = 0;
}

/**
 * Puts the hits of many processes together: the pairs that one scan of all that they read gives. Each
 * record's line must be there once. Throws InputError where a line is no hit, or of another index.
 */
export async function mergeHits(
  index: EvalIndex,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Merged> {
  const tasks = new Map<string, TrainTask>();
  const sum = { bytes: 0, records: 0, skipped: 0, ends: 0 };
  const entries = headerOf(index.memory)[HEADER.entries]!;
  const identity = identityOf(index);
  const taskOf = (name: string) => {
    const task = tasks.get(name) ?? new TrainTask();
    tasks.set(name, task);
    return task;
  };
  for (const path of paths) {
    if (!existsSync(path)) throw new InputError('there are no such hits: --pipe writes them', { file: path });
  }
  for (const path of paths) {
    let number = 0;
    for await (const lines of linesOf(path, signal)) {
      for (const { line } of lines) {
        number++;
        if (line.length === 0) continue;
        const said = lineOf(line, path, number);
        const task = taskOf(said.train);
        if ('entries' in said) {
          const example = task.hits++;
          for (const [first, count] of said.entries) {
            if (first + count > entries) throw otherIndex(path, number);
            task.counter.add(example, first, count);
          }
          continue;
        }
        if (said.index !== identity) throw otherIndex(path, number);
        task.records += said.records;
        sum.bytes += said.bytes;
        sum.records += said.records;
        sum.skipped += said.skipped;
        sum.ends++;
      }
    }
  }
  const pairing = new Pairing(index);
  const found = [...tasks].flatMap(([name, { counter, hits, records }]) => {
    if (hits > records) {
      throw new InputError(
        `"${name}" has hits of ${hits} records, but only ${records} were read: a last line is missing or hits stand twice`,
      );
    }
    return pairing.pairs(name, records, counter.take(records));
  });
  found.sort(byTasks);
  const pairs = found.map(({ figures }) => ({ ...figures, sameSource: false as const }));
  return { ngram: index.n, pairs, ...sum };
}

function lineOf(line: Buffer, file: string, number: number): PipeHit | PipeEnd {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    const hit = pipeHit.safeParse(value);
    return hit.success ? hit.data : pipeEnd.parse(value);
  } catch {
    throw new InputError('not a line that "overlap --pipe" wrote (is it cut off?)', { file, line: number });
  }
}

function otherIndex(file: string, line: number): InputError {
  return new InputError('these hits are of another index', { file, line });
}
