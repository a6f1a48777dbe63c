import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { jobRow } from '../../server/protocol.ts';
import { Bench } from '../jobs/support.ts';
import { MAKING_PYTHON, runnerPython } from '../runner/python.ts';
import { sampleBench } from '../support/bench.ts';
import { commandLine } from '../support/command-line.ts';

const STEPS = 40;

/** Short sequences and many of them: the parts that are written ahead are used up within some twenty steps. */
const SPEC = `seed: 7
model: { shape: { hidden: 8, layers: 1, heads: 1 } }
tokenizer: data/tokenizer.json
steps: ${STEPS}
batch: 1024
micro_batch: 1024
length: 16
learning_rate: 1e-3
warmup: 1
device: cpu
checkpoint: { every: 1000, keep: 2 }
`;

const work = z.object({ event: z.string(), step: z.int().optional(), resumed_from: z.int().optional() });

describe('a train file that is edited while a run draws from it', function () {
  this.timeout(MAKING_PYTHON);
  let bench: ReturnType<typeof sampleBench>;
  let python: string;
  const env = () => ({ ...process.env, XDG_STATE_HOME: join(bench.root, '.state') });
  const { heldout, json } = commandLine(() => bench.root, env);

  before(async function () {
    const found = await runnerPython();
    if ('missing' in found) {
      console.log(`      skipped: ${found.missing}`);
      this.skip();
    }
    python = found.python;
    bench = sampleBench();
    writeFileSync(join(bench.root, 'edited.run.yaml'), SPEC);
    assert.equal(heldout('import').status, 0);
  });
  after(async () => {
    if (bench) await new Bench(bench.root).remove();
  });

  it('ends the run with a checkpoint and the file’s name; put back, the run goes on to its end', async () => {
    const file = join(bench.root, 'data/hf/pair_notes/train.jsonl');
    const before = readFileSync(file);
    const { id } = json(jobRow, 'train', 'edited.run.yaml', '--python', python);
    const jobs = new Bench(bench.root);
    await jobs.atStep(id, 1);
    writeFileSync(file, before.toString().replace(/.$/mu, '#'));

    const failed = await jobs.ended(id);
    assert.equal(failed.state, 'failed');
    assert.ok(failed.reason!.startsWith(`${file} changed since it was imported`), failed.reason!);
    assert.match(failed.reason!, /put it back as it was and resume the run/u);
    const events = () =>
      jobs.events(id).flatMap((event) => (event.type === 'work' ? [work.parse(event)] : []));
    const at = failed.step!;
    assert.ok(at > 1 && at < STEPS);
    assert.deepEqual(
      events().flatMap(({ event, step }) => (event === 'checkpoint' ? [step] : [])),
      [at],
    );

    writeFileSync(file, before);
    assert.equal(heldout('resume', id).status, 0);
    const done = await jobs.ended(id);
    assert.deepEqual([done.state, done.attempt, done.step], ['done', 2, STEPS], jobs.text(id, 'log.txt'));
    assert.deepEqual(
      jobs.steps(id),
      Array.from({ length: STEPS }, (_, step) => step + 1),
    );
    assert.deepEqual(
      events().flatMap(({ event, resumed_from }) => (event === 'started' ? [resumed_from] : [])),
      [0, at],
    );
  });
});
