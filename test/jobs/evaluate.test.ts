import assert from 'node:assert/strict';
import { submitEvaluation } from '../../server/engine/evaluation/evaluate-job.ts';
import { resultsRows } from '../../server/engine/evaluation/results-view.ts';
import type { Session } from '../../server/engine/session.ts';
import { cancelJob, resumeJob } from '../../server/jobs/control.ts';
import { JobDetails } from '../../server/jobs/detail.ts';
import { evaluateQuery } from '../../server/protocol.ts';
import { importedSession, placedGraph, sampleBench } from '../support/bench.ts';
import { Bench, ownQueue } from './support.ts';

describe('an evaluation as a job', function () {
  this.timeout(180_000);
  let sample: ReturnType<typeof sampleBench>;
  let jobs: Bench;
  let session: Session;
  let checkpoint: string;
  let giveBack: () => void;

  before(async () => {
    giveBack = ownQueue();
    sample = sampleBench();
    jobs = new Bench(sample.root);
    session = await importedSession(sample.root);
    checkpoint = placedGraph(sample.root);
  });
  after(async () => {
    session.close();
    await jobs.remove();
    giveBack();
  });

  it('tells how far it is, is stopped politely, and goes on without scoring anything twice', async () => {
    const query = evaluateQuery.parse({ checkpoint, shots: [0, 2], limit: 12 });
    const { id } = await submitEvaluation(session, query);
    await jobs.until(id, ({ activity }) => activity?.startsWith('scoring') ?? false);
    await cancelJob(jobs.jobs, jobs.jobs.find(id), false);
    assert.equal((await jobs.ended(id)).state, 'cancelled', jobs.text(id, 'log.txt'));
    assert.deepEqual(resultsRows(sample.root), []);
    await resumeJob(jobs.jobs, jobs.jobs.find(id));
    assert.equal((await jobs.ended(id)).state, 'done', jobs.text(id, 'log.txt'));
    const [row] = resultsRows(sample.root);
    assert.equal((await new JobDetails(jobs.jobs).of(id, 0, 2)).results, row!.file);
    const { known, scored } = row!.summary!.counts;
    assert.ok(known > 0 && scored > 0, `${known} known, ${scored} scored`);
  });

  it('takes tasks, and says in one line why it failed', async () => {
    const tasks = ['promptsource/village_boolq', 'Textual Entailment'];
    const template = 'exam';
    const some = evaluateQuery.parse({ checkpoint, tasks, template, shots: [0], limit: 1 });
    const { id } = await submitEvaluation(session, some);
    assert.equal((await jobs.ended(id)).state, 'done', jobs.text(id, 'log.txt'));
    const none = evaluateQuery.parse({ checkpoint, tasks: ['mmlv'], shots: [0], limit: 1 });
    const wrong = await submitEvaluation(session, none);
    const row = await jobs.ended(wrong.id);
    assert.equal(row.state, 'failed');
    assert.match(row.reason!, /called "mmlv": did you mean "mmlu"/);
  });
});
