import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { Jobs } from '../../server/jobs/listing.ts';
import { jobDetail, jobList, jobRow } from '../../server/protocol.ts';
import { commandLine } from '../support/command-line.ts';
import { Bench, ownQueue } from './support.ts';

describe('jobs on the command line', function () {
  this.timeout(180_000);
  let bench: Bench;
  let restoreQueue: () => void;

  before(() => {
    restoreQueue = ownQueue();
    bench = new Bench();
    bench.writeFile();
  });
  after(async () => {
    await bench.remove();
    restoreQueue();
  });

  const { heldout, json } = commandLine(() => bench.root);

  it('are listed, shown, followed, cancelled, resumed, retried and removed', async () => {
    assert.equal(heldout('jobs').stdout, 'no jobs\n');
    const { id } = await bench.submit({ steps: 1e6, ms: 20, every: 10 });
    await bench.atStep(id, 12);
    const [row] = json(jobList, 'jobs').jobs;
    assert.equal(row!.state, 'running');
    assert.ok(row!.secondsLeft! > 0 && row!.tokensPerSecond === 1000);
    assert.match(heldout('jobs').stdout, new RegExp(`^${id} +train +machine +running +\\d+/1000000 `, 'm'));

    const shown = json(jobDetail, 'job', id.slice(0, 8));
    assert.equal(shown.row.id, id);
    assert.equal(shown.spec, 'steps: 3 # as given\n');
    assert.deepEqual(shown.points[0]!.collections, { flan: 5 });
    assert.equal(shown.points.length, shown.points.at(-1)!.step);
    assert.ok(shown.checkpoints[0]!.there);
    assert.deepEqual(shown.log, ['began at 0, sees GPUs ""']);
    assert.ok(json(jobDetail, 'job', id, '--points', '5').points.length <= 6);

    const cancelled = heldout('cancel', id);
    assert.equal(cancelled.status, 0, cancelled.stderr);
    assert.match(cancelled.stdout, new RegExp(`^${id} (stopping|cancelled), step \\d+ of 1000000, loss `));
    await bench.ended(id);
    assert.equal(json(jobRow, 'resume', id).attempt, 2);
    assert.equal(json(jobRow, 'cancel', id, '--now').state, 'cancelled');

    const short = await bench.submit({ steps: 3 });
    await bench.ended(short.id);
    const again = json(jobRow, 'retry', short.id);
    assert.notEqual(again.id, short.id);
    const followed = heldout('job', again.id, '--follow');
    assert.equal(followed.status, 0, followed.stderr);
    assert.match(followed.stdout, /^began at 0/);
    assert.match(followed.stderr, / done, step 3 of 3, loss 1\.667\n$/);
    assert.deepEqual(json(z.object({ removed: z.string() }), 'remove', id), { removed: id });
    assert.deepEqual(
      json(jobList, 'jobs').jobs.map((one) => one.id),
      [again.id, short.id],
    );
    const text = heldout('job', again.id).stdout;
    assert.match(text, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +1 +running *$/m);
    assert.match(text, /^log, the last 1 line:\n {2}began at 0/m);
  });

  it('say in one line what is wrong', async () => {
    const { id, folder } = await bench.submit({ steps: 1 }, { name: 'second run' });
    await bench.ended(id);
    appendFileSync(join(folder, 'events.jsonl'), '{"type":"state","ti');
    assert.equal(json(jobRow, 'retry', id).name, 'second run');
    const wrong = (...args: string[]) => {
      const { status, stdout, stderr } = heldout(...args);
      assert.deepEqual([status, stdout], [2, ''], stderr);
      assert.match(stderr, /^[^\n]+\n$/);
      return stderr;
    };
    assert.equal(wrong('job', 'zzzz'), 'no job "zzzz": "heldout jobs" lists them\n');
    const typo = `${id.slice(0, 3)}x${id.slice(4)}`;
    assert.equal(wrong('cancel', typo), `no job "${typo}": did you mean "${id}"?\n`);
    assert.equal(wrong('resume', id), `${id} is done: retry runs it again, from the start\n`);
    assert.throws(() => bench.jobs.find('second'), /"second" may be any of 2 jobs: second-run-/);
    writeFileSync(join(folder, 'job.json'), '{');
    const { status, stdout, stderr } = heldout('jobs');
    assert.equal(status, 2);
    assert.match(
      stderr,
      new RegExp(`^${join('.heldout/jobs', id, 'job.json')}: not the file of a job \\(.*\\n$`),
    );
    assert.match(stdout, /second-run-/);
    assert.equal(heldout('remove', id).status, 0);
    assert.deepEqual(new Jobs(bench.root).list().problems, []);
  });
});
