import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { scanJsonl } from '../../server/overlap/jsonl.ts';
import { scanOverlap } from '../../server/overlap/pairs.ts';
import { textOfLine } from '../../server/overlap/records.ts';
import type { DocumentSource, PairFigures } from '../../server/overlap/types.ts';
import { corpus, jsonl } from './corpora.ts';
import { type ReferenceTask, referencePair } from './reference.ts';

/** More with HELDOUT_FUZZ_RUNS. */
const RUNS = Number(process.env.HELDOUT_FUZZ_RUNS ?? 150);

function sourceOf(task: ReferenceTask): DocumentSource {
  return {
    task: task.task,
    examples: task.examples,
    async *documents() {
      yield* task.documents;
    },
  };
}

function expected(train: ReferenceTask[], held: ReferenceTask[], n: number): PairFigures[] {
  return train
    .flatMap((one) => held.map((other) => referencePair(one, other, n)))
    .filter((pair) => pair.overlapping > 0 || pair.shortMatches > 0);
}

/** A file's records as the reference sees them: one line at a time, the plain way. */
function taskOf(task: string, file: Buffer): { task: ReferenceTask; faults: number[] } {
  const documents: ReferenceTask['documents'] = [];
  const faults: number[] = [];
  const start = file.subarray(0, 3).equals(Buffer.from('\ufeff')) ? 3 : 0;
  let number = 0;
  for (let from = start; from <= file.length; ) {
    const feed = file.indexOf(10, from);
    const line = file.subarray(from, feed < 0 ? file.length : feed);
    number++;
    const read = textOfLine(line);
    if (read && 'reason' in read) faults.push(number);
    else if (read) documents.push({ example: documents.length, document: { text: read.text } });
    from += line.length + 1;
  }
  return { task: { task, examples: documents.length, documents }, faults };
}

describe('overlap', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heldout-overlap-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives the figures of the plain reference for any documents', async () => {
    await fc.assert(
      fc.asyncProperty(corpus, fc.constantFrom(1, 2, 3, 5, 6, 7, 8, 13), async ({ train, held }, n) => {
        const { pairs } = await scanOverlap({ train: train.map(sourceOf), eval: held.map(sourceOf), n });
        assert.deepEqual(pairs, expected(train, held, n));
      }),
      { numRuns: RUNS },
    );
  }).timeout(0);

  it('gives the figures of the plain reference for any JSONL, and tells every bad line', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(jsonl, { minLength: 3, maxLength: 3 }),
        fc.constantFrom(1, 3, 6, 8, 13),
        async (files, n) => {
          const [trainDir, evalDir] = ['train', 'eval'].map((name) => join(folder, name)) as [string, string];
          for (const dir of [trainDir, evalDir]) {
            rmSync(dir, { recursive: true, force: true });
            mkdirSync(dir);
          }
          const names = [join(trainDir, 'a.jsonl'), join(trainDir, 'b.jsonl'), join(evalDir, 'e.jsonl')];
          files.forEach((bytes, at) => {
            writeFileSync(names[at]!, bytes);
          });
          const [a, b, e] = files.map((bytes, at) => taskOf(['a', 'b', 'e'][at]!, bytes));
          const skips: string[] = [];
          const result = await scanJsonl({
            trainDir,
            evalDir,
            n,
            workers: 1,
            onSkip: ({ file, line }) => skips.push(`${file}:${line}`),
          });
          assert.deepEqual(
            result.pairs.map(({ sameSource: _, ...pair }) => pair),
            expected([a!.task, b!.task], [e!.task], n),
          );
          const bad = [a!, b!, e!].flatMap(({ faults }, at) => faults.map((line) => `${names[at]}:${line}`));
          assert.deepEqual(skips.sort(), bad.sort());
        },
      ),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  }).timeout(0);
});
