import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cancelJob, removeJob, resumeJob, retryJob } from '../../server/jobs/control.ts';
import { setCpuJobs } from '../../server/jobs/machine/queue.ts';
import { writeRequest } from '../../server/jobs/supervisor/request.ts';
import { Bench, gone, ownQueue } from './support.ts';

describe('jobs of this machine', function () {
  this.timeout(120_000);
  let bench: Bench;
  let restoreQueue: () => void;

  beforeEach(() => {
    restoreQueue = ownQueue();
    bench = new Bench();
  });
  afterEach(async () => {
    await bench.remove();
    restoreQueue();
  });

  it('run to their end, every event relayed once, the spec and the log kept', async () => {
    const { id, folder } = await bench.submit({ steps: 3, every: 2 }, { name: 'OPT 125M, first try!' });
    assert.match(id, /^opt-125m-first-try-[0-9a-f]{4}$/);
    const row = await bench.ended(id);
    assert.equal(row.state, 'done', row.reason ?? '');
    assert.deepEqual([row.step, row.steps, row.attempt, row.checkpoint], [3, 3, 1, 2]);
    assert.equal(row.loss, 5 / 3);
    assert.deepEqual(bench.states(id), ['queued', 'running', 'done']);
    assert.deepEqual(bench.steps(id), [1, 2, 3]);
    assert.equal(bench.text(id, 'spec.yaml'), 'steps: 3 # as given\n');
    assert.equal(bench.text(id, 'log.txt'), 'began at 0, sees GPUs ""\n');
    assert.ok(!existsSync(join(folder, 'ballast')));
  });

  it('fail with what the work said, else with how it ended and the end of its log', async () => {
    const told = await bench.submit({
      status: 1,
      failure: 'out of memory',
      advice: 'lower micro_batch to 2',
    });
    const untold = await bench.submit({ status: 7, says: 'Traceback: no such thing' });
    const missing = await bench.submit({}, { command: ['/no/such/python', '-m', 'runner'] });
    assert.equal((await bench.ended(told.id)).reason, 'out of memory: lower micro_batch to 2');
    const { state, reason } = await bench.ended(untold.id);
    assert.deepEqual(
      [state, reason],
      ['failed', 'ended with status 7; its log ends: Traceback: no such thing'],
    );
    assert.match(
      (await bench.ended(missing.id)).reason!,
      /^ended with status 127; its log ends: cannot start \/no\/such\/python: .*ENOENT/,
    );
  });

  it('end politely when cancelled and go on from there when resumed', async () => {
    const { id } = await bench.submit({ steps: 400, ms: 10 });
    await bench.atStep(id, 3);
    const asked = await cancelJob(bench.jobs, id, false);
    assert.ok(['stopping', 'cancelled'].includes(asked.state), asked.state);
    const row = await bench.ended(id);
    assert.equal(row.state, 'cancelled');
    assert.equal(row.reason, `stopped at step ${row.step}, as asked`);
    assert.equal(row.checkpoint, row.step);
    assert.deepEqual(bench.states(id), ['queued', 'running', 'stopping', 'cancelled']);
    await assert.rejects(cancelJob(bench.jobs, id, false), /doesn't run: it is cancelled/);

    await resumeJob(bench.jobs, id);
    await assert.rejects(resumeJob(bench.jobs, id), /there is nothing to resume/);
    const again = await bench.ended(id);
    assert.deepEqual([again.state, again.attempt, again.step], ['done', 2, 400]);
    assert.deepEqual(
      bench.steps(id),
      Array.from({ length: 400 }, (_, at) => at + 1),
    );
    await assert.rejects(resumeJob(bench.jobs, id), /is done: retry runs it again/);
  });

  it('obey what is asked from another machine, where no signal comes from', async () => {
    const { id, folder } = await bench.submit({ steps: 1e6, ms: 10 });
    await bench.atStep(id, 1);
    writeRequest(folder, 'stop');
    assert.match((await bench.ended(id)).reason!, /^stopped at step \d+, as asked$/);
    await resumeJob(bench.jobs, id);
    await bench.until(id, ({ attempt, state }) => attempt === 2 && state === 'running');
    writeRequest(folder, 'kill');
    assert.match((await bench.ended(id)).reason!, /^ended at once/);
  });

  it('are killed with all they started when they stay deaf, after the grace or at a second word', async () => {
    const slow = await bench.submit({ steps: 1e6, deaf: true, children: true }, { grace: 0.5 });
    await bench.atStep(slow.id, 1);
    await cancelJob(bench.jobs, slow.id, false);
    const row = await bench.ended(slow.id);
    assert.equal(row.state, 'cancelled');
    assert.match(row.reason!, /^killed after 0.5 s at step \d+ without a checkpoint/);
    await gone(bench.pid(slow.id, 'work.pid'));
    await gone(bench.pid(slow.id, 'child.pid'));

    const second = await bench.submit({ steps: 1e6, deaf: true, children: true });
    await bench.atStep(second.id, 1);
    await cancelJob(bench.jobs, second.id, false);
    assert.equal((await bench.until(second.id, ({ state }) => state === 'stopping')).state, 'stopping');
    await cancelJob(bench.jobs, second.id, false);
    assert.match((await bench.ended(second.id)).reason!, /^ended at once/);
    await gone(bench.pid(second.id, 'child.pid'));
  });

  it('wait for their turn, one at a time or as many as are allowed, whichever bench they are of', async () => {
    const other = new Bench();
    const first = await bench.submit({ steps: 1e6 });
    await bench.atStep(first.id, 1);
    const second = await other.submit({ steps: 2 });
    const third = await bench.submit({ steps: 2 });
    await bench.until(third.id, ({ reason }) => reason === 'waits for 2 jobs before it');
    assert.equal(other.jobs.row(second.id).reason, 'waits for 1 job before it');
    await cancelJob(bench.jobs, third.id, false);
    assert.equal((await bench.ended(third.id)).reason, 'withdrawn before it began');
    assert.deepEqual(bench.states(third.id).slice(-1), ['cancelled']);
    assert.ok(!existsSync(join(third.folder, 'work.pid')));
    const fourth = await bench.submit({ steps: 2 });
    setCpuJobs(2);
    assert.equal((await other.ended(second.id)).state, 'done');
    assert.equal((await bench.ended(fourth.id)).state, 'done');
    assert.equal(bench.jobs.row(first.id).state, 'running');
    await other.remove();
  });

  it('are run again from the start as new ones, and removed when they do not run', async () => {
    const { id, folder } = await bench.submit({ steps: 30, ms: 20, every: 1 });
    await bench.atStep(id, 2);
    await assert.rejects(removeJob(bench.jobs, id), /is running: cancel it first/);
    await cancelJob(bench.jobs, id, true);
    await bench.ended(id);
    const again = await retryJob(bench.jobs, id);
    assert.notEqual(again.id, id);
    assert.equal(bench.text(again.id, 'run.json'), '{}');
    assert.equal(bench.text(again.id, 'spec.yaml'), 'steps: 3 # as given\n');
    await removeJob(bench.jobs, id);
    assert.ok(!existsSync(folder));
    assert.deepEqual((await bench.ended(again.id)).state, 'done');
    assert.deepEqual(bench.steps(again.id)[0], 1);
    assert.deepEqual(
      bench.jobs.list().jobs.map((row) => row.id),
      [again.id],
    );
  });

  it('have a feeder beside them, started again when it dies and stopped with the work', async () => {
    const feeder = [
      'sh',
      '-c',
      'echo $$ >> {job}/feeder.pids; [ $(wc -l < {job}/feeder.pids) -lt 3 ] && echo gave up >&2 && exit 9; sleep 1000',
    ];
    const { id } = await bench.submit({ steps: 1e6 }, { feeder });
    const pids = () => bench.text(id, 'feeder.pids').trim().split('\n').map(Number);
    await bench.until(
      id,
      () => existsSync(join(bench.jobs.folderOf(id), 'feeder.pids')) && pids().length === 3,
    );
    await cancelJob(bench.jobs, id, false);
    assert.equal((await bench.ended(id)).state, 'cancelled');
    await gone(pids()[2]!);
    const said = bench.events(id).flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
    const why = 'what feeds the work ended with status 9 and is started again; its log ends: gave up';
    assert.deepEqual(said, [why, why]);
  });

  it('are fed no further by a feeder that says an input is wrong', async () => {
    const feeder = ['sh', '-c', 'echo $$ >> {job}/feeder.pids; echo notes.tsv changed >&2; exit 2'];
    const { id } = await bench.submit({ steps: 1e6 }, { feeder });
    const said = () => bench.events(id).flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
    await bench.until(id, () => said().length > 0);
    await cancelJob(bench.jobs, id, false);
    await bench.ended(id);
    assert.deepEqual(said(), ['the work is fed no further: notes.tsv changed']);
    assert.equal(bench.text(id, 'feeder.pids').trim().split('\n').length, 1);
  });
});
