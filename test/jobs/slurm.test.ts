import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancelJob, resumeJob } from '../../server/jobs/control.ts';
import { recoverJobs } from '../../server/jobs/recover.ts';
import { type Launcher, launcher, type SlurmOptions } from '../../server/protocol.ts';
import { startSlurm, type TestSlurm } from '../support/slurm.ts';
import { Bench, gone, ownQueue, type Plan } from './support.ts';

const fail = (message: string) => assert.fail(message);

function onSlurm(options: Partial<SlurmOptions> = {}): Launcher {
  return launcher.parse({ kind: 'slurm', partition: 'debug', memory: '100M', ...options });
}

function slurm(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' }).trim();
}

describe('jobs on Slurm', function () {
  this.timeout(180_000);
  let cluster: TestSlurm;
  let bench: Bench;
  let restoreQueue: () => void;

  before(function () {
    cluster = startSlurm();
    if ('missing' in cluster) {
      console.log(`    skipped: ${cluster.missing}`);
      this.skip();
    }
    restoreQueue = ownQueue();
    bench = new Bench();
  });
  after(async () => {
    if ('missing' in cluster) return;
    await bench.remove();
    restoreQueue();
    cluster.stop();
  });

  const submit = (plan: Plan, options: Partial<SlurmOptions> = {}) =>
    bench.submit(plan, { launcher: onSlurm(options) });

  it('run to their end, with the environment asked for, ranks and a log', async () => {
    const { id } = await bench.submit(
      {},
      {
        launcher: onSlurm({
          time: 5,
          cpus_per_task: 2,
          extra: ['--comment=from the spec', "export GREETING='it is set'"],
        }),
        command: [
          'sh',
          '-c',
          'echo "$GREETING, $WHO, rank $RANK of $WORLD_SIZE, $MASTER_ADDR, $HELDOUT_JOB"; scontrol show job $SLURM_JOB_ID',
        ],
        env: { WHO: "Ada's" },
      },
    );
    const row = await bench.ended(id);
    assert.equal(row.state, 'done', row.reason ?? '');
    assert.match(row.slurmJob!, /^\d+$/);
    const log = bench.text(id, 'log.txt');
    assert.ok(log.startsWith(`it is set, Ada's, rank 0 of 1, 127.0.0.1, ${bench.jobs.folderOf(id)}\n`), log);
    assert.match(log, /TimeLimit=00:05:00/);
    assert.match(log, /Comment=from the spec/);
    assert.match(log, /CPUs\/Task=2/);
    assert.deepEqual(bench.states(id).at(0), 'queued');
    assert.deepEqual(bench.states(id).at(-1), 'done');
  });

  it('relay what the work reports, and fail with its reason or the end of its log', async () => {
    // What feeds the work runs here, beside the supervisor.
    const feeder = ['sh', '-c', 'echo $$ > {job}/feeder.pid; sleep 1000'];
    const done = await bench.submit({ steps: 3, ms: 300 }, { launcher: onSlurm(), feeder });
    const failed = await submit({ steps: 2, status: 4, says: 'no such tokenizer' });
    assert.equal((await bench.ended(done.id)).state, 'done');
    assert.deepEqual(bench.steps(done.id), [1, 2, 3]);
    await gone(bench.pid(done.id, 'feeder.pid'));
    const { state, reason } = await bench.ended(failed.id);
    assert.equal(state, 'failed');
    assert.match(reason!, /^ended with status 4; its log ends: /);
    assert.match(bench.text(failed.id, 'log.txt'), /^no such tokenizer$/m);
  });

  it('say in Slurm’s words why a job is refused', async () => {
    const { id } = await submit({}, { partition: 'nowhere' });
    const { state, reason } = await bench.ended(id);
    assert.equal(state, 'failed');
    assert.match(reason!, /^sbatch refused the job: .*[Ii]nvalid partition/);
  });

  it('end politely, go on when resumed, and are killed when they stay deaf', async () => {
    const polite = await submit({ steps: 1e6, ms: 50 });
    const deaf = await submit({ steps: 1e6, ms: 50, deaf: true });
    await bench.atStep(polite.id, 2);
    await bench.atStep(deaf.id, 2);
    await cancelJob(bench.jobs, polite.id, false);
    const row = await bench.ended(polite.id);
    assert.equal(row.state, 'cancelled');
    assert.match(row.reason!, /^stopped at step \d+, as asked$/);
    assert.equal(row.checkpoint, row.step);
    await resumeJob(bench.jobs, polite.id);
    await bench.until(polite.id, ({ attempt, step }) => attempt === 2 && (step ?? 0) > row.step!);
    await cancelJob(bench.jobs, polite.id, true);
    await cancelJob(bench.jobs, deaf.id, false);
    await cancelJob(bench.jobs, deaf.id, true);
    assert.match((await bench.ended(deaf.id)).reason!, /^ended at once/);
    assert.match((await bench.ended(polite.id)).reason!, /^ended at once/);
    assert.deepEqual(
      bench
        .steps(polite.id)
        .slice(0, row.step! + 1)
        .at(-1),
      row.step! + 1,
    );
  });

  it('wait in Slurm’s queue with its reason, and are withdrawn from there', async () => {
    const { id } = await submit({}, { extra: ['--begin=now+1hour'] });
    await bench.until(id, ({ reason }) => reason?.includes('BeginTime') === true);
    await cancelJob(bench.jobs, id, false);
    const { state, reason } = await bench.ended(id);
    assert.deepEqual([state, reason], ['cancelled', 'withdrawn before it began']);
  });

  it('are cancelled when somebody ends them in Slurm', async () => {
    const { id } = await submit({ steps: 1e6, ms: 50, deaf: true });
    const { slurmJob } = await bench.atStep(id, 1);
    slurm('scancel', slurmJob!);
    const { state, reason } = await bench.ended(id);
    assert.equal(state, 'cancelled', reason ?? '');
    assert.match(reason!, /^cancelled in Slurm \(CANCELLED.*\) at step \d+$/);
  });

  it('go on when the supervisor is killed, and are followed again without gap or double', async () => {
    const { id } = await submit({ steps: 150, ms: 60 });
    await bench.atStep(id, 3);
    const supervisor = bench.supervisor(id);
    process.kill(supervisor, 'SIGKILL');
    await gone(supervisor);
    const { state, reason, slurmJob } = bench.jobs.row(id);
    assert.equal(state, 'lost');
    assert.equal(reason, `nobody follows its Slurm job ${slurmJob}: "heldout jobs" takes it up again`);
    await recoverJobs(bench.jobs, fail);
    assert.equal(bench.jobs.row(id).state, 'running');
    const row = await bench.ended(id);
    assert.deepEqual([row.state, row.slurmJob, row.attempt], ['done', slurmJob, 1]);
    assert.deepEqual(
      bench.steps(id),
      Array.from({ length: 150 }, (_, at) => at + 1),
    );
  });

  it('are found by name when the number was not yet written down, also after their end', async () => {
    const { id, folder } = await submit({ steps: 60, ms: 50 });
    await bench.atStep(id, 2);
    process.kill(bench.supervisor(id), 'SIGKILL');
    rmSync(join(folder, 'slurm.json'));
    while (!readdirSync(folder).includes('exit.1')) await sleep(50);
    await recoverJobs(bench.jobs, fail);
    const row = await bench.ended(id);
    assert.equal(row.state, 'done', row.reason ?? '');
    assert.equal(bench.steps(id).length, 60);
  });

  it('go back into the queue when Slurm requeues them, and go on from the last checkpoint', async () => {
    const { id } = await submit({ steps: 100, ms: 50, every: 5 });
    const { slurmJob } = await bench.atStep(id, 12);
    slurm('scontrol', 'requeue', slurmJob!);
    await bench.until(id, ({ state, reason }) => state === 'queued' && reason?.includes('Slurm') === true);
    // Slurm lets a requeued job wait for two minutes.
    while (!slurm('squeue', '--noheader', '--format=%T', `--jobs=${slurmJob}`).includes('PENDING'))
      await sleep(100);
    // Nor does a node take a job again that it is still clearing away.
    await sleep(3000);
    slurm('scontrol', 'update', `jobid=${slurmJob}`, 'starttime=now');
    const row = await bench.ended(id);
    assert.deepEqual([row.state, row.step], ['done', 100], row.reason ?? '');
    assert.match(bench.text(id, 'log.txt'), /^began at [1-9]\d/m);
    assert.ok(
      bench.events(id).some(({ text }) => String(text).startsWith('Slurm put it back into its queue')),
    );
  });

  it('fail with the node when it is lost', async () => {
    const { id } = await submit({ steps: 1e6, ms: 50 }, { extra: ['--no-requeue'] });
    const { slurmJob } = await bench.atStep(id, 1);
    slurm('scontrol', 'update', 'nodename=c1', 'state=down', 'reason=pulled');
    const { state, reason } = await bench.ended(id);
    assert.equal(state, 'failed');
    assert.match(reason!, /^a node was lost \(NODE_FAIL.* on c1\); its log ends: /);
    assert.notEqual(slurmJob, null);
    // Its daemon never went away: the node comes back by itself, or when it is told to.
    while (slurm('sinfo', '--noheader', '--format=%T') !== 'idle') {
      spawnSync('scontrol', ['update', 'nodename=c1', 'state=resume']);
      await sleep(200);
    }
  });

  it('run as arrays, done when all tasks are, and name those that failed', async () => {
    const command = [
      'sh',
      '-c',
      'echo task $SLURM_ARRAY_TASK_ID; exit $((SLURM_ARRAY_TASK_ID == 2 ? 5 : 0))',
    ];
    const bad = await bench.submit({}, { launcher: onSlurm({ array: '0-3' }), command });
    const good = await bench.submit({}, { launcher: onSlurm({ array: '0-1%1' }), command });
    const { state, reason } = await bench.ended(bad.id);
    assert.equal(state, 'failed');
    assert.match(reason!, /^1 of 4 array tasks: status 5; its log ends: /);
    assert.equal((await bench.ended(good.id)).state, 'done');
    assert.deepEqual(readFileSync(join(good.folder, 'log.txt'), 'utf8').trim().split('\n').sort(), [
      'task 0',
      'task 1',
    ]);
  });
});
