import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cancelJob, removeJob, resumeJob } from '../../server/jobs/control.ts';
import { recoverJobs } from '../../server/jobs/recover.ts';
import { startSupervisor } from '../../server/jobs/start.ts';
import { PROJECT } from '../support/bench.ts';
import { Bench, gone, ownQueue, processesOf } from './support.ts';

const LONG = { steps: 1e6, ms: 5, every: 10, children: true };
const fail = (message: string) => assert.fail(message);

/** Rewrites the claims in a folder, as if others had made them. */
function forgeClaims(folder: string, change: (by: Record<string, unknown>) => void): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const claim = JSON.parse(readFileSync(file, 'utf8')) as { by: Record<string, unknown> };
    change(claim.by);
    writeFileSync(file, JSON.stringify(claim));
  }
}

describe('jobs whose processes are killed', function () {
  this.timeout(120_000);
  let bench: Bench;
  let restoreQueue: () => void;

  beforeEach(function () {
    if (process.platform !== 'linux') this.skip();
    restoreQueue = ownQueue();
    bench = new Bench();
  });
  afterEach(async () => {
    await bench.remove();
    restoreQueue();
  });

  it('the supervisor: nothing outlives it, the job is lost at once, and goes on without gap or double', async () => {
    const { id, folder } = await bench.submit(LONG);
    await bench.atStep(id, 25);
    process.kill(bench.supervisor(id), 'SIGKILL');
    const lost = await bench.ended(id);
    assert.equal(lost.state, 'lost');
    assert.match(lost.reason!, /^its supervisor was killed, and its work with it; resume goes on/);
    await gone(bench.pid(id, 'work.pid'));
    await gone(bench.pid(id, 'child.pid'));
    assert.equal(bench.events(id).at(-1)!.type, 'work', 'nobody was there to write the end');
    // Torn lines, as a kill in the middle of a write leaves them.
    appendFileSync(join(folder, 'events.jsonl'), '{"type":"work","time":1,"to":99');
    appendFileSync(join(folder, 'work.jsonl'), '{"event":"step","time":1,"st');

    assert.equal((await resumeJob(bench.jobs, id)).attempt, 2);
    const from = (await bench.until(id, ({ step, attempt }) => attempt === 2 && (step ?? 0) > 35)).step!;
    await cancelJob(bench.jobs, id, false);
    assert.equal((await bench.ended(id)).state, 'cancelled');
    assert.deepEqual(bench.states(id), [
      'queued',
      'running',
      'lost',
      'queued',
      'running',
      'stopping',
      'cancelled',
    ]);
    const work = bench
      .text(id, 'work.jsonl')
      .split('\n')
      .flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Record<string, unknown>] : []));
    const relayed = bench.events(id).filter(({ type }) => type === 'work');
    assert.deepEqual(
      relayed.map(({ type: _type, to: _to, ...event }) => event),
      work.map(({ ...event }) => event),
    );
    assert.ok(relayed.length > from);
    const told = bench.events(id).filter(({ type }) => type === 'message');
    assert.equal(told.length, 1);
    assert.match(String(told[0]!.text), /^work\.jsonl: the line before byte \d+ is no event/);
  });

  it('supervisor and guards at once: what is left is ended when jobs are looked at next', async () => {
    const { id } = await bench.submit(LONG, { feeder: ['sleep', '1000'] });
    await bench.atStep(id, 3);
    const work = bench.pid(id, 'work.pid');
    const guards = processesOf(bench.jobs.folderOf(id)).filter(({ command }) =>
      command.includes('\0guard\0'),
    );
    assert.equal(guards.length, 2);
    // At once: none may see another die.
    const watching = [bench.supervisor(id), ...guards.map((guard) => guard.pid)];
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const)
      for (const pid of watching) process.kill(pid, signal);
    await bench.ended(id);
    assert.ok(
      processesOf(bench.jobs.folderOf(id)).some(({ pid }) => pid === work),
      'it outlives them for now',
    );
    await recoverJobs(bench.jobs, fail);
    assert.deepEqual(processesOf(bench.jobs.folderOf(id)), []);
    assert.equal(bench.jobs.row(id).state, 'lost');
  });

  it('the guard alone: the job fails, and its work with it', async () => {
    const { id } = await bench.submit(LONG);
    await bench.atStep(id, 3);
    const [guard] = processesOf(bench.jobs.folderOf(id)).filter(({ command }) =>
      command.includes('\0guard\0'),
    );
    process.kill(guard!.pid, 'SIGKILL');
    const { state, reason } = await bench.ended(id);
    assert.equal(state, 'failed');
    assert.match(reason!, /^killed \(SIGKILL\) at step \d+/);
    assert.deepEqual(processesOf(bench.jobs.folderOf(id)), []);
  });

  it('the work: the job fails with a reason, its log is kept, and the next one has its turn', async () => {
    const { id } = await bench.submit(LONG);
    await bench.atStep(id, 3);
    const next = await bench.submit({ steps: 2 });
    process.kill(bench.pid(id, 'work.pid'), 'SIGKILL');
    const { state, reason } = await bench.ended(id);
    assert.equal(state, 'failed');
    assert.match(
      reason!,
      /^killed \(SIGKILL\) at step \d+, by a person or by the system for want of memory; its log ends: began at 0/,
    );
    await gone(bench.pid(id, 'child.pid'));
    assert.equal((await bench.ended(next.id)).state, 'done');
  });

  it('who submitted it, with its whole group: the job goes on', async () => {
    const script = `
      import { Bench } from ${JSON.stringify(join(PROJECT, 'test/jobs/support.ts'))};
      const { id } = await new Bench(${JSON.stringify(bench.root)}).submit({ steps: 60, ms: 50 });
      console.log(id);
      setInterval(() => {}, 1000);
    `;
    const submitter = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const id = await new Promise<string>((resolve) =>
      submitter.stdout!.once('data', (data) => resolve(String(data).trim())),
    );
    process.kill(-submitter.pid!, 'SIGKILL');
    await gone(submitter.pid!);
    const row = await bench.ended(id);
    assert.deepEqual([row.state, row.step], ['done', 60], row.reason ?? '');
  });

  it('a restart of the machine: stale numbers name nobody, and hold no place in the queue', async () => {
    const { id, folder } = await bench.submit(LONG);
    await bench.atStep(id, 3);
    process.kill(bench.supervisor(id), 'SIGKILL');
    await bench.ended(id);
    // By now the numbers belong to others: to this process, say, which runs.
    const queue = join(process.env.XDG_STATE_HOME!, 'heldout');
    const [host] = readdirSync(queue);
    for (const claims of [join(folder, 'lock'), join(queue, host!, 'queue')]) {
      forgeClaims(claims, (by) => Object.assign(by, { pid: process.pid }));
    }
    assert.equal(bench.jobs.row(id).state, 'lost', 'another process has its number');
    for (const claims of [join(folder, 'lock'), join(queue, host!, 'queue')]) {
      forgeClaims(claims, (by) => {
        const stat = readFileSync('/proc/self/stat', 'utf8');
        by.start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
        by.boot = 'before';
      });
    }
    assert.match(bench.jobs.row(id).reason!, /^the machine was restarted/);
    await recoverJobs(bench.jobs, fail);
    const next = await bench.submit({ steps: 1 });
    assert.equal((await bench.ended(next.id)).state, 'done');
    await resumeJob(bench.jobs, id);
    await bench.until(id, ({ state, attempt }) => state === 'running' && attempt === 2);
    assert.match(
      String(bench.events(id).find(({ state }) => state === 'lost')!.reason),
      /^the machine was restarted/,
    );
  });

  it('a job has one supervisor, however many are started', async () => {
    const { id, folder } = await bench.submit(LONG);
    await bench.atStep(id, 1);
    const watching = bench.supervisor(id);
    await Promise.all([startSupervisor(folder, 'follow'), startSupervisor(folder, 'follow')]);
    assert.equal(bench.supervisor(id), watching);
    assert.deepEqual(bench.states(id), ['queued', 'running']);
  });

  it('a folder without a supervisor is no job that runs; what cannot be read hides no other', async () => {
    const { id } = await bench.submit({ steps: 1 });
    const never = await bench.submit({ steps: 1 });
    await bench.ended(id);
    await bench.ended(never.id);
    rmSync(join(never.folder, 'lock'), { recursive: true });
    rmSync(join(never.folder, 'events.jsonl'));
    const job = JSON.parse(bench.text(never.id, 'job.json')) as Record<string, unknown>;
    writeFileSync(join(never.folder, 'job.json'), JSON.stringify({ ...job, created: Date.now() - 3.6e6 }));
    const torn = join(bench.jobs.folder, 'torn-0000');
    spawnSync('cp', ['-r', never.folder, torn]);
    writeFileSync(join(torn, 'job.json'), '{"version":1,"id":"to');
    const strange = join(bench.jobs.folder, 'strange-0000');
    spawnSync('cp', ['-r', never.folder, strange]);
    writeFileSync(join(strange, 'job.json'), '{"version":2}');

    const again = new Bench(bench.root);
    const { jobs, problems } = again.jobs.list();
    assert.deepEqual(
      jobs.map((row) => [row.id, row.state, row.reason]).sort(),
      [
        [id, 'done', null],
        [never.id, 'lost', 'it was never started: resume starts it'],
      ].sort(),
    );
    assert.equal(problems.length, 2);
    for (const { file, message } of problems) {
      assert.match(file, /(torn|strange)-0000\/job\.json$/);
      assert.match(message, /^not the file of a job \(.*\); remove its folder$/);
      assert.ok(!message.includes('\n'));
    }
    for (const name of ['torn-0000', 'strange-0000']) await removeJob(again.jobs, name);
    assert.equal(again.jobs.list().problems.length, 0);
    await resumeJob(again.jobs, never.id);
    assert.equal((await again.ended(never.id)).state, 'done');
  });
});

describe('jobs on a full disk', function () {
  this.timeout(120_000);
  let folder: string;
  let restoreQueue: () => void;

  before(function () {
    folder = mkdtempSync(join(tmpdir(), 'heldout-full-'));
    const small = ['-t', 'tmpfs', '-o', 'size=2m', 'none', folder];
    if (process.platform !== 'linux' || spawnSync('mount', small).status !== 0) {
      console.log('    skipped: a small disk can only be made by root on Linux');
      this.skip();
    }
    restoreQueue = ownQueue();
  });
  after(() => {
    spawnSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true, force: true });
    restoreQueue?.();
  });

  it('fail, and say so on the disk that is full', async () => {
    const bench = new Bench(folder);
    const { id } = await bench.submit({ steps: 50, fill: 20 });
    const row = await bench.ended(id);
    assert.equal(row.state, 'failed', row.reason ?? '');
    assert.match(row.reason!, /^ended with status 1; its log ends: /);
    assert.equal(bench.events(id).at(-1)!.state, 'failed');
    // Nothing can be started now; that is told, and harms no other job.
    await assert.rejects(
      bench.submit({ steps: 1 }, { files: { 'run.json': ' '.repeat(1 << 20) } }),
      (error: Error) => {
        assert.match(error.message, /ENOSPC/);
        return true;
      },
    );
    assert.equal(bench.jobs.list().jobs.length, 1);
    rmSync(join(bench.jobs.folderOf(id), 'filler'));
    const next = await bench.submit({ steps: 2 });
    assert.equal((await bench.ended(next.id)).state, 'done');
  });
});
