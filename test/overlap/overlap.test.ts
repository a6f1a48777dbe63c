import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { scanJsonl } from '../../server/overlap/jsonl.ts';
import { scanOverlap } from '../../server/overlap/pairs.ts';
import type { DocumentSource } from '../../server/overlap/types.ts';
import { corpus, jsonl } from './corpora.ts';
import { expected, taskOf } from './plain.ts';
import type { ReferenceTask } from './reference.ts';

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
      { numRuns: Math.ceil(RUNS / 8) },
    );
  }).timeout(0);
});
