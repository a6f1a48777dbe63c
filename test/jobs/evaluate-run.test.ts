import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { evaluateRun, type RunEvaluation } from '../../server/engine/evaluation/evaluate-run.ts';
import {
  checkpointsOfRun,
  type RunCheckpoint,
  runCheckpointAt,
  runCheckpoints,
} from '../../server/engine/evaluation/run-checkpoints.ts';
import { cancelJob, removeJob } from '../../server/jobs/control.ts';
import { readRunSpec } from '../../server/jobs/run-spec/resolve.ts';
import { SPEC } from '../engine/training/support.ts';
import { PROJECT } from '../support/bench.ts';
import { Bench, ownQueue } from './support.ts';

const SAMPLES = join(PROJECT, 'samples/small.run.yaml');

/** The run.json of a run of so many steps. */
function runFile(steps: number, every: number): string {
  const spec = `${SPEC.replace('steps: 4', `steps: ${steps}`)}checkpoint: { every: ${every}, keep: 2 }\n`;
  const { resolved, problems } = readRunSpec(SAMPLES, spec, { gpus: 0 });
  assert.deepEqual(problems, []);
  return JSON.stringify(resolved!.run);
}

describe('the evaluation of a run’s checkpoints', function () {
  this.timeout(60_000);
  let bench: Bench;
  let giveBack: () => void;
  before(() => {
    giveBack = ownQueue();
    bench = new Bench();
  });
  after(async () => {
    await bench.remove();
    giveBack();
  });

  const submit = async (steps: number, every: number, ms: number) =>
    (await bench.submit({ steps, every, ms }, { files: { 'run.json': runFile(steps, every) } })).id;

  function evaluation(more: Partial<RunEvaluation> & Pick<RunEvaluation, 'evaluate'>) {
    const said: string[] = [];
    const waits: string[] = [];
    const options: RunEvaluation = {
      follow: true,
      known: () => false,
      say: (line) => said.push(line),
      signal: new AbortController().signal,
      onStep: ({ message }) => waits.push(message),
      ...more,
    };
    return { options, said, waits };
  }

  it('follows the run to its end, the oldest first, and passes over what has results', async () => {
    const id = await submit(8, 2, 150);
    const seen: [step: number, state: string][] = [];
    const { options, waits } = evaluation({
      known: (step) => step === 4,
      evaluate: async ({ step, run }) => {
        assert.deepEqual(run, { id, name: 'a run' });
        seen.push([step, bench.jobs.row(id).state]);
      },
    });
    const done = await evaluateRun(bench.jobs, id, options);
    assert.deepEqual(done, { evaluated: [2, 6, 8], known: [4], gone: [] });
    assert.equal(seen[0]![1], 'running');
    assert.equal(bench.jobs.row(id).state, 'done');
    assert.ok(waits.includes('waiting for a checkpoint of a run'));
  });

  it('goes on where checkpoints are taken away, before their turn or while they are read, and says so', async () => {
    const id = await submit(10, 2, 5);
    await bench.ended(id);
    const folder = join(bench.jobs.folderOf(id), 'checkpoints');
    const remove = ({ place }: RunCheckpoint) => rmSync(place, { recursive: true });
    const { options, said } = evaluation({
      evaluate: async (checkpoint) => {
        if (checkpoint.step === 2)
          for (const one of checkpointsOfRun(dirname(folder)).slice(1, 3)) remove(one);
        if (checkpoint.step !== 8) return;
        remove(checkpoint);
        throw new Error('no such file');
      },
    });
    const done = await evaluateRun(bench.jobs, id, options);
    assert.deepEqual(done, { evaluated: [2, 10], known: [], gone: [4, 6, 8] });
    assert.match(said.join('\n'), /steps 4, 6 went before it was their turn \(the run keeps the last 2/u);
    assert.match(said.join('\n'), /step 8 was taken away while it was read/u);
    assert.equal(readdirSync(folder).filter((name) => name.startsWith('step-')).length, 2);
  });

  it('ends with what is wrong where a checkpoint is still there, and when it is stopped', async () => {
    const id = await submit(4, 2, 5);
    await bench.ended(id);
    const broken = evaluation({ evaluate: async () => Promise.reject(new Error('out of memory')) });
    await assert.rejects(evaluateRun(bench.jobs, id, broken.options), /out of memory/u);
    const endless = await submit(100_000, 50_000, 20);
    const stop = new AbortController();
    const waiting = evaluation({
      evaluate: async () => {},
      onStep: () => stop.abort(new Error('stopped')),
      signal: stop.signal,
    });
    await assert.rejects(evaluateRun(bench.jobs, endless, waiting.options), /stopped/u);
    await cancelJob(bench.jobs, endless, true);
    await bench.ended(endless);
  });

  it('can be made of what lies on disk, told with run, step and loss, the newest run first', async () => {
    for (const id of bench.jobs.ids()) await removeJob(bench.jobs, id);
    const first = await submit(5, 2, 5);
    await bench.ended(first);
    const { id: none } = await bench.submit({ steps: 1 }, { kind: 'evaluate', name: 'evaluate a run' });
    // Its run.json is none.
    const { id: broken } = await bench.submit({ steps: 2, every: 1 }, { name: 'broken' });
    const second = (
      await bench.submit(
        { steps: 4, every: 2, ms: 5 },
        { name: 'another', files: { 'run.json': runFile(4, 2) } },
      )
    ).id;
    for (const id of [none, broken, second]) await bench.ended(id);
    mkdirSync(join(bench.jobs.folderOf(second), 'final'));
    rmSync(join(bench.jobs.folderOf(broken), 'checkpoints', 'step-00000001'), { recursive: true });
    mkdirSync(join(bench.jobs.folderOf(broken), 'final'));
    const listed = runCheckpoints(bench.jobs);
    assert.deepEqual(
      listed.map(({ run, step, final, loss }) => [run.name, step, final, loss]),
      [
        ['another', 4, true, 5 / 4],
        ['another', 2, false, 5 / 2],
        ['a run', 4, false, 5 / 4],
        ['a run', 2, false, 5 / 2],
      ],
    );
    for (const { folder, run, step } of listed) {
      assert.deepEqual([runCheckpointAt(folder)?.run.id, runCheckpointAt(folder)?.step], [run.id, step]);
    }
    assert.equal(listed[0]!.folder, join(bench.jobs.folderOf(second), 'final'));
  });

  it('knows a run’s checkpoint by its folder, and no other folder as one', async () => {
    const id = await submit(4, 2, 5);
    await bench.ended(id);
    const job = bench.jobs.folderOf(id);
    const there = checkpointsOfRun(job);
    assert.deepEqual(
      there.map(({ step, form }) => [step, form]),
      [
        [2, 'shards'],
        [4, 'shards'],
      ],
    );
    assert.deepEqual(runCheckpointAt(there[0]!.place), there[0]);
    for (const other of [job, dirname(there[0]!.place), join(dirname(there[0]!.place), 'step-00000003')])
      assert.equal(runCheckpointAt(other), undefined, other);
  });
});
