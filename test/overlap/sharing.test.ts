import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sharingExamples } from '../../server/overlap/sharing.ts';
import type { DocumentSource } from '../../server/overlap/types.ts';
import { quiet } from '../support/bench.ts';
import { corpus } from './corpora.ts';
import { type ReferenceTask, referenceSharing } from './reference.ts';

/** More with HELDOUT_FUZZ_RUNS. */
const RUNS = Number(process.env.HELDOUT_FUZZ_RUNS ?? 60);

function sourceOf(task: ReferenceTask): DocumentSource {
  return {
    task: task.task,
    examples: task.examples,
    async *documents() {
      yield* task.documents;
    },
  };
}

describe('the examples of a train task that overlap', function () {
  this.timeout(60_000);

  it('are those of the plain reference, for one eval task or several', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(corpus, fc.constantFrom(2, 3, 5, 7, 13), async ({ train, held }, n) => {
        for (const one of train) {
          const examples = await sharingExamples(sourceOf(one), held.map(sourceOf), n, quiet());
          const all = new Set(held.flatMap((other) => referenceSharing(one, other, n)));
          assert.deepEqual(
            [...examples],
            [...all].sort((a, b) => a - b),
          );
          found += examples.length;
        }
      }),
      { numRuns: RUNS },
    );
    assert.ok(found > RUNS);
  });

  it('are not read on once the work was cancelled', async () => {
    const controller = new AbortController();
    const cancelled = new Error('cancelled');
    controller.abort(cancelled);
    const source: DocumentSource = {
      task: 'one',
      examples: 1,
      async *documents() {
        yield { example: 0, document: { text: 'a text of a few words' } };
      },
    };
    const options = { signal: controller.signal, onStep: () => {} };
    await assert.rejects(sharingExamples(source, [source], 2, options), cancelled);
  });
});
