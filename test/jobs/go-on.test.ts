import assert from 'node:assert/strict';
import { join } from 'node:path';
import { resumeWithEvaluation, retryWithEvaluation } from '../../server/engine/evaluation/go-on.ts';
import { cancelJob, removeJob, resumeJob } from '../../server/jobs/control.ts';
import { Bench, ownQueue, type Plan } from './support.ts';

describe('a run that goes on', function () {
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

  const launcher = { kind: 'machine' as const, gpus: 0, beside: true };
  /** A job beside a run, as a run spec that asks for an evaluation starts it. */
  const beside = async (run: string, plan: Plan) => {
    const command = [process.execPath, join(import.meta.dirname, 'work.mjs'), JSON.stringify(plan), run];
    return (await bench.submit(plan, { kind: 'evaluate', command, launcher, startedWith: run })).id;
  };
  const cancelled = async (id: string) => {
    await bench.atStep(id, 1);
    await cancelJob(bench.jobs, id, false);
    assert.equal((await bench.ended(id)).state, 'cancelled');
  };

  it('takes its evaluation along, which ended with it', async () => {
    const { id } = await bench.submit({ steps: 100, ms: 30 });
    const evaluation = await beside(id, { steps: 1, ms: 5 });
    assert.equal((await bench.ended(evaluation)).state, 'done');
    await cancelled(id);
    assert.deepEqual(
      await resumeWithEvaluation(bench.jobs, id).then(({ evaluation }) => evaluation),
      evaluation,
    );
    assert.equal((await bench.ended(evaluation)).attempt, 2);
    assert.equal((await bench.ended(id)).state, 'done');
    assert.equal(bench.jobs.ids().length, 2);
  });

  it('takes it along where both were killed', async () => {
    const { id } = await bench.submit({ steps: 60, ms: 30 });
    const evaluation = await beside(id, { steps: 60, ms: 30 });
    for (const one of [id, evaluation]) {
      await bench.atStep(one, 1);
      process.kill(bench.supervisor(one), 'SIGKILL');
      await bench.until(one, ({ state }) => state === 'lost');
    }
    await resumeWithEvaluation(bench.jobs, id);
    assert.deepEqual([bench.jobs.row(id).attempt, bench.jobs.row(evaluation).attempt], [2, 2]);
    for (const one of [id, evaluation]) assert.equal((await bench.ended(one)).state, 'done');
  });

  it('lets an evaluation be that still works, and has one follow again that was just ending', async () => {
    const { id } = await bench.submit({ steps: 400, ms: 30 });
    const working = await beside(id, { steps: 1000, ms: 30 });
    await cancelled(id);
    await resumeWithEvaluation(bench.jobs, id);
    assert.deepEqual([bench.jobs.row(working).state, bench.jobs.row(working).attempt], ['running', 1]);
    await cancelJob(bench.jobs, working, true);
    await bench.ended(working);
    await cancelled(id);
    const ending = await beside(id, { steps: 1, ms: 1500 });
    await bench.until(ending, ({ state }) => state === 'running');
    // The newest of two is the run's: never both.
    assert.equal((await resumeWithEvaluation(bench.jobs, id)).evaluation, ending);
    assert.equal((await bench.ended(ending)).attempt, 2);
    assert.deepEqual([bench.jobs.row(working).state, bench.jobs.row(working).attempt], ['cancelled', 1]);
    await cancelJob(bench.jobs, id, true);
    await bench.ended(id);
  });

  it('misses none that was removed, and none that a person started', async () => {
    const { id } = await bench.submit({ steps: 400, ms: 30 });
    const removed = await beside(id, { steps: 1, ms: 5 });
    await bench.ended(removed);
    await removeJob(bench.jobs, removed);
    const { id: own } = await bench.submit({ steps: 1 }, { kind: 'evaluate', launcher });
    await bench.ended(own);
    await cancelled(id);
    assert.equal((await resumeWithEvaluation(bench.jobs, id)).evaluation, undefined);
    assert.equal(bench.jobs.row(own).attempt, 1);
    await cancelJob(bench.jobs, id, true);
    await bench.ended(id);
  });

  it('has a new evaluation of its own when it is run again from the start', async () => {
    const { id } = await bench.submit({ steps: 2, ms: 5 });
    const evaluation = await beside(id, { steps: 1, ms: 5 });
    for (const one of [id, evaluation]) await bench.ended(one);
    const again = await retryWithEvaluation(bench.jobs, id);
    assert.ok(again.row.id !== id && again.evaluation !== undefined && again.evaluation !== evaluation);
    const job = bench.jobs.file(again.evaluation);
    assert.equal(job.startedWith, again.row.id);
    assert.ok(job.command.includes(again.row.id) && !job.command.includes(id));
    assert.deepEqual(job.launcher, bench.jobs.file(evaluation).launcher);
    for (const one of [again.row.id, again.evaluation]) await bench.ended(one);
    await assert.rejects(resumeJob(bench.jobs, id), /is done/u);
  });
});
