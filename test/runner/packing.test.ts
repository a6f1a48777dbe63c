import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { mixedTasks, trainingInstances } from '../../server/engine/mixed-tasks.ts';
import { packingView } from '../../server/engine/packing-view.ts';
import type { Session } from '../../server/engine/session.ts';
import { trainingText } from '../../server/prompts/instances.ts';
import { packingQuery } from '../../server/protocol.ts';
import { importedSession, quiet, sampleBench } from '../support/bench.ts';
import { RUNNER_ENV, runnerPython } from './python.ts';

const EXAMPLES = 400;

const packed = z.array(
  z.object({
    padding: z.number(),
    documents: z.array(
      z.object({
        index: z.number(),
        task: z.string(),
        start: z.number(),
        tokens: z.number(),
        cut: z.number(),
        loss: z.array(z.tuple([z.number(), z.number()])),
      }),
    ),
  }),
);

/** A text in pieces, those with loss marked: how the training stream writes it. */
function pieces(text: string, loss: readonly (readonly [number, number])[]): [string, 0 | 1][] {
  const cut: [string, 0 | 1][] = [];
  let at = 0;
  for (const [from, to] of loss) {
    if (from > at) cut.push([text.slice(at, from), 0]);
    cut.push([text.slice(from, to), 1]);
    at = to;
  }
  if (at < text.length) cut.push([text.slice(at), 0]);
  return cut;
}

describe('what the editor shows of packing', function () {
  this.timeout(1_500_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;

  before(async () => {
    bench = sampleBench();
    session = await importedSession(bench.root);
  });
  after(() => {
    session.close();
    bench.remove();
  });

  for (const [length, sequences] of [
    [512, 12],
    [40, 60],
  ] as const) {
    it(`is what the runner trains on, in sequences of ${length} tokens`, async function () {
      const found = await runnerPython();
      if ('missing' in found) {
        console.log(`      skipped: no Python with torch (${found.missing})`);
        this.skip();
      }
      const tokenizer = join(bench.root, 'data/tokenizer.json');
      const stream = join(bench.root, `stream-${length}`);
      mkdirSync(stream);
      const lines: string[] = [];
      const mixed = await mixedTasks(session, { seed: 0, ...quiet() });
      for await (const { draw, instance } of trainingInstances(session, mixed, 0)) {
        if (!instance) continue;
        const { index, task } = draw;
        const text = pieces(trainingText(instance), instance.loss);
        lines.push(JSON.stringify({ index, task, collection: task.split('/')[0], pieces: text }));
        if (lines.length === EXAMPLES) break;
      }
      writeFileSync(join(stream, 'part-00000.jsonl'), `${lines.join('\n')}\n`);
      writeFileSync(join(stream, 'end.json'), JSON.stringify({ parts: 1, examples: EXAMPLES }));
      const query = packingQuery.parse({ tokenizer, sequences, length });
      const view = await packingView(session, query, quiet());
      const args = ['pack', stream, tokenizer, '--length', `${length}`, '--sequences', `${sequences}`];
      const ran = spawnSync(found.python, ['-m', 'heldout_runner', ...args], {
        encoding: 'utf8',
        env: RUNNER_ENV,
        maxBuffer: 1 << 28,
      });
      assert.equal(ran.status, 0, ran.stderr);
      const shown = view.sequences.map(({ padding, documents }) => ({
        padding,
        documents: documents.map(({ draw, ...place }) => ({ index: draw.index, task: draw.task, ...place })),
      }));
      assert.equal(shown.length, sequences);
      if (length === 40) assert.ok(view.truncated > 0, 'some examples are cut');
      assert.deepEqual(packed.parse(JSON.parse(ran.stdout)), shown);
    });
  }
});
