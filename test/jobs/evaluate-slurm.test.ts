import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { submitEvaluation } from '../../server/engine/evaluation/evaluate-job.ts';
import { slurmPlaceOf } from '../../server/engine/evaluation/evaluate-slurm.ts';
import { resultsRows } from '../../server/engine/evaluation/results-view.ts';
import type { Session } from '../../server/engine/session.ts';
import { readResults } from '../../server/evaluation/results.ts';
import { cancelJob, resumeJob } from '../../server/jobs/control.ts';
import { readJobFile } from '../../server/jobs/job-file.ts';
import { evaluateJobQuery, jobRow } from '../../server/protocol.ts';
import { placedGraph, sampleBench, scannedSession } from '../support/bench.ts';
import { commandLine } from '../support/command-line.ts';
import { startSlurm, type TestSlurm } from '../support/slurm.ts';
import { Bench, ownQueue } from './support.ts';

const SPEC = `model: { shape: opt-125m }
tokenizer: data/tokenizer.json
launch: { slurm: { partition: debug, memory: 600M, nodes: 4, gpus_per_node: 0, extra: ["--comment=scores"] } }
`;

describe('an evaluation on Slurm', function () {
  this.timeout(240_000);
  let cluster: TestSlurm;
  let sample: ReturnType<typeof sampleBench>;
  let jobs: Bench;
  let session: Session;
  let checkpoint: string;
  let giveBack: () => void;
  const { json, heldout } = commandLine(() => sample.root);

  before(async function () {
    cluster = startSlurm();
    if ('missing' in cluster) {
      console.log(`    skipped: ${cluster.missing}`);
      return this.skip();
    }
    giveBack = ownQueue();
    sample = sampleBench();
    jobs = new Bench(sample.root);
    session = await scannedSession(sample.root);
    checkpoint = placedGraph(sample.root);
  });
  after(async () => {
    if ('missing' in cluster) return;
    session.close();
    await jobs.remove();
    giveBack();
    cluster.stop();
  });

  it('takes what a run spec asks of Slurm, one node of it, or the cluster’s own defaults', async () => {
    assert.deepEqual(await slurmPlaceOf(sample.root), { there: true, spec: null });
    writeFileSync(join(sample.root, 'cluster.run.yaml'), SPEC);
    assert.deepEqual(await slurmPlaceOf(sample.root), { there: true, spec: 'cluster.run.yaml' });
    const refused = heldout('evaluate', checkpoint, '--slurm', '--spec', join(sample.root, 'tiny.run.yaml'));
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /tiny\.run\.yaml: it has no "launch: \{ slurm: … \}"/);
    assert.match(heldout('evaluate', checkpoint, '--sbatch=--time=5').stderr, /--sbatch goes with --slurm/);
  });

  it('scores the bench as it stood, with clean scores, is stopped politely and goes on', async () => {
    const query = evaluateJobQuery.parse({ checkpoint, shots: [0, 2], limit: 12, launch: 'slurm' });
    const { id, folder } = await submitEvaluation(session, query);
    // What is broken afterwards doesn't matter: the job reads its own copy.
    const file = join(sample.root, 'heldout.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text}\nnonsense: true\n`);
    const { launcher } = readJobFile(folder);
    assert.ok(launcher.kind === 'slurm' && launcher.nodes === 1 && launcher.partition === 'debug');
    await jobs.until(
      id,
      ({ activity, state }) => state === 'failed' || activity?.startsWith('scoring') === true,
    );
    await cancelJob(jobs.jobs, id, false);
    assert.equal((await jobs.ended(id)).state, 'cancelled', jobs.text(id, 'log.txt'));
    assert.deepEqual(resultsRows(sample.root), []);
    await resumeJob(jobs.jobs, id);
    const row = await jobs.ended(id);
    assert.equal(row.state, 'done', row.reason ?? jobs.text(id, 'log.txt'));
    assert.match(row.slurmJob!, /^\d+$/);
    const [found] = resultsRows(sample.root);
    const results = readResults(found!.file);
    assert.ok(results.counts.known > 0 && results.counts.scored > 0, JSON.stringify(results.counts));
    assert.equal(results.overlap.state, 'known');
    assert.ok(results.levels.some(({ clean }) => clean !== null));
    writeFileSync(file, text);
  });

  it('is submitted by the command line', async () => {
    const words = [
      '--slurm',
      '--sbatch=--time=3',
      '--follow',
      '--tasks',
      'mmlu',
      '--shots',
      '0',
      '--limit',
      '1',
    ];
    const row = json(
      jobRow.extend({ folder: z.string() }),
      'evaluate',
      checkpoint,
      '--name',
      'cluster',
      ...words,
    );
    assert.equal(row.state, 'done', row.reason ?? '');
    assert.equal(row.launcher, 'slurm');
    const file = join(sample.root, 'results', 'cluster.heldout-results.json');
    assert.equal(readResults(file).counts.failed, 0);
  });
});
