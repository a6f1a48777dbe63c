import assert from 'node:assert/strict';
import { isActive } from '../../server/jobs/events/summary.ts';
import { notifications } from '../../server/protocol.ts';
import { TestServer } from '../service/server.ts';
import { Bench, gone, ownQueue } from './support.ts';

describe('jobs in the server', function () {
  this.timeout(120_000);
  let bench: Bench;
  let server: TestServer;
  let restoreQueue: () => void;

  beforeEach(() => {
    restoreQueue = ownQueue();
    bench = new Bench();
    bench.writeFile();
  });
  afterEach(async () => {
    await server.kill();
    await bench.remove();
    restoreQueue();
  });

  /** Resolves when the server tells of a change of a job. */
  const told = (id: string) =>
    new Promise<void>((resolve) => {
      server.connection.onNotification(notifications.jobsChanged.method, (message: unknown) => {
        if (notifications.jobsChanged.params.parse(message).ids.includes(id)) resolve();
      });
    });

  it('are told of, shown, and harmed by no kill of the server', async () => {
    server = await TestServer.start(bench.root);
    assert.deepEqual(await server.ask('jobs', {}), { jobs: [], problems: [] });
    const { id } = await bench.submit({ steps: 250, ms: 20 });
    await told(id);
    await bench.atStep(id, 5);
    const first = await server.ask('job', { id });
    assert.ok(['queued', 'running'].includes(first.row.state));
    await server.kill();

    server = await TestServer.start(bench.root);
    await bench.ended(id);
    const { jobs } = await server.ask('jobs', {});
    assert.deepEqual(
      jobs.map((row) => [row.id, row.state, row.step]),
      [[id, 'done', 250]],
    );
    const since = await server.ask('job', { id, from: first.next });
    const steps = [...first.points, ...since.points].map(({ step }) => step);
    assert.deepEqual(
      steps,
      Array.from({ length: 250 }, (_, at) => at + 1),
    );
    const log = await server.ask('jobLog', { id });
    assert.deepEqual(log, { text: 'began at 0, sees GPUs ""\n', from: 0, next: log.size, size: log.size });
    assert.deepEqual(await server.ask('jobLog', { id, from: 6, most: 4 }), {
      text: 'at 0',
      from: 6,
      next: 10,
      size: log.size,
    });
  });

  it('are cancelled, resumed, retried and removed, and ended when their supervisor died unseen', async () => {
    server = await TestServer.start(bench.root);
    const { id } = await bench.submit({ steps: 1e6, ms: 10, children: true });
    await bench.atStep(id, 2);
    await server.ask('cancelJob', { id });
    await bench.ended(id);
    assert.equal((await server.ask('resumeJob', { id })).attempt, 2);
    await bench.until(id, ({ attempt, state }) => attempt === 2 && state === 'running');
    await assert.rejects(server.ask('removeJob', { id }), /is running: cancel it first/);
    const supervisor = bench.supervisor(id);
    process.kill(supervisor, 'SIGKILL');
    await told(id);
    await gone(bench.pid(id, 'child.pid'));
    const { jobs } = await server.ask('jobs', {});
    assert.equal(jobs[0]!.state, 'lost');
    const again = await server.ask('retryJob', { id });
    await bench.atStep(again.id, 1);
    await server.ask('cancelJob', { id: again.id, firm: true });
    assert.ok(!isActive((await bench.ended(again.id)).state));
    await server.ask('removeJob', { id });
    await assert.rejects(
      server.ask('job', { id }),
      /^Error: no job ".*": (did you mean|"heldout jobs" lists)/,
    );
  });

  it('are only looked at in a folder that is not trusted', async () => {
    const { id } = await bench.submit({ steps: 1 });
    await bench.ended(id);
    server = await TestServer.start(bench.root, { trusted: false });
    assert.equal((await server.ask('jobs', {})).jobs.length, 1);
    assert.equal((await server.ask('job', { id })).row.id, id);
    for (const name of ['cancelJob', 'resumeJob', 'retryJob', 'removeJob'] as const) {
      await assert.rejects(server.ask(name, { id }), /this folder is not trusted: trust it to start/);
    }
    assert.equal(bench.jobs.list().jobs.length, 1);
  });
});
