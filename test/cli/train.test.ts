import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { Session } from '../../server/engine/session.ts';
import { streamLine } from '../../server/engine/training/line.ts';
import { run as runDocument } from '../../server/jobs/run-spec/run.ts';
import { jobRow, runEstimate, runnerReport } from '../../server/protocol.ts';
import { jobFolder, SPEC } from '../engine/training/support.ts';
import { MAKING_PYTHON, runnerPython } from '../runner/python.ts';
import { PROJECT, sampleBench } from '../support/bench.ts';
import { commandLine } from '../support/command-line.ts';
import { startSlurm } from '../support/slurm.ts';

const CLI = join(PROJECT, 'server/cli.ts');

describe('heldout train, stream and runner', function () {
  this.timeout(180_000);
  let bench: ReturnType<typeof sampleBench>;
  let spec: string;
  const started: ChildProcess[] = [];

  before(() => {
    bench = sampleBench();
    spec = join(bench.root, 'small.run.yaml');
    writeFileSync(spec, SPEC);
    assert.equal(heldout('import').status, 0);
  });
  after(() => {
    for (const child of started) child.kill('SIGKILL');
    bench.remove();
  });

  /** The runner's environment of whoever runs the tests is not looked at. */
  const env = () => ({
    ...process.env,
    XDG_CACHE_HOME: join(bench.root, '.cache'),
    XDG_STATE_HOME: join(bench.root, '.state'),
  });
  const { heldout, json } = commandLine(() => bench.root, env);

  it('estimates steps, tokens, memory and epochs, and launches nothing', () => {
    const estimate = json(runEstimate.strict(), 'train', 'small.run.yaml', '--estimate');
    assert.deepEqual([estimate.steps, estimate.batch, estimate.length], [4, 4, 128]);
    assert.equal(estimate.tokens, 4 * 4 * 128);
    assert.ok(estimate.stream.examples > 16 && estimate.stream.loss > 0 && estimate.stream.loss < 1);
    const parts = estimate.memory.parts.reduce((sum, { bytes }) => sum + bytes, 0);
    assert.ok(Math.abs(parts - estimate.memory.bytes) < 1);
    const seen = estimate.epochs.reduce((sum, { epochs, examples }) => sum + epochs * examples, 0);
    assert.ok(Math.abs(seen - estimate.stream.examples) < 1);
    assert.equal(estimate.time.basis, 'assumed');
    assert.ok(estimate.time.seconds! > 0);
    assert.ok(!existsSync(join(bench.root, '.heldout/jobs')));
    assert.match(
      heldout('train', 'small.run.yaml', '--estimate').stdout,
      /^steps +4 of 4 sequences of 128 tokens/mu,
    );
  });

  it('say every fault of a spec with its line, and end with 2', () => {
    writeFileSync(join(bench.root, 'bad.run.yaml'), `${SPEC}stepz: 2\nprecision: bf17\n`);
    const { status, stderr, stdout } = heldout('train', 'bad.run.yaml', '--json');
    assert.deepEqual([status, stdout], [2, '']);
    assert.deepEqual(stderr.trim().split('\n').sort(), [
      'bad.run.yaml:12: unknown key "stepz": did you mean "steps"?',
      'bad.run.yaml:13: precision: "bf17" is not known: did you mean "bf16"?',
    ]);
    const missing = heldout('train', 'none.run.yaml');
    assert.equal(missing.status, 2);
    assert.match(missing.stderr, /none\.run\.yaml: cannot be read \(.*\): name a \*\.run\.yaml/u);
  });

  it('say what the environment lacks, and the command that mends it', () => {
    const { status, stdout } = heldout('runner', 'doctor', '--json');
    assert.equal(status, 1);
    const report = runnerReport.strict().parse(JSON.parse(stdout));
    assert.deepEqual([report.ok, report.interpreter, report.chosenBy], [false, null, 'none']);
    assert.equal(report.problems[0]!.mend, '"heldout runner setup"');
    const torch = report.parts.find(({ name }) => name === 'torch')!;
    assert.deepEqual([torch.found, torch.wanted, torch.state], [null, '2.13.0', 'missing']);
    const other = heldout('runner', 'doctor', '--python', '/no/such/python');
    assert.equal(other.status, 1);
    assert.match(
      other.stdout,
      /\/no\/such\/python can't be run: there is no such program; mend: "heldout runner setup"/u,
    );
  });

  it('refuse to train without an environment, and leave no job', () => {
    const { status, stderr } = heldout('train', 'small.run.yaml');
    assert.equal(status, 2);
    assert.match(stderr, /^no Python environment for training yet: "heldout runner setup" makes one$/mu);
    assert.ok(!existsSync(join(bench.root, '.heldout/jobs')));
  });

  it('go on with a stream whose writer was killed at any moment, with the same bytes', async () => {
    const session = new Session(bench.root, 'Ada <ada@example.org>');
    const [killed, whole] = [jobFolder(session, 'killed'), jobFolder(session, 'whole')];
    session.close();
    const parts = (job: string) => {
      const folder = join(job, 'stream');
      return existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => /^part-\d+\.jsonl$/u.test(name))
            .sort()
        : [];
    };
    const feeder = (job: string) => {
      const child = spawn(process.execPath, [CLI, 'stream', job], {
        cwd: bench.root,
        env: env(),
        stdio: 'ignore',
      });
      started.push(child);
      return child;
    };
    const until = async (job: string, count: number) => {
      while (parts(job).length < count) await sleep(20);
    };
    const unbroken = feeder(whole);
    await until(whole, 5);
    unbroken.kill('SIGTERM');
    for (let count = 1; count <= 5; count++) {
      const child = feeder(killed);
      await until(killed, count);
      await sleep(count * 15);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      for (const name of parts(killed)) {
        const lines = readFileSync(join(killed, 'stream', name), 'utf8')
          .trimEnd()
          .split('\n');
        for (const line of lines) streamLine.parse(JSON.parse(line));
      }
    }
    for (const name of parts(whole)) {
      assert.deepEqual(
        readFileSync(join(killed, 'stream', name)),
        readFileSync(join(whole, 'stream', name)),
        name,
      );
    }
    assert.ok(parts(killed).length >= 5);
  });

  it('train to the end, and the next estimate is by what was measured', async function () {
    this.timeout(MAKING_PYTHON);
    const found = await runnerPython();
    if ('missing' in found) {
      console.log(`      skipped: ${found.missing}`);
      return this.skip();
    }
    const args = ['train', 'small.run.yaml', '--python', found.python, '--follow'];
    const row = json(jobRow.extend({ folder: z.string() }), ...args);
    assert.deepEqual([row.state, row.step, row.steps, row.kind], ['done', 4, 4, 'train']);
    const run = runDocument.parse(JSON.parse(readFileSync(join(row.folder, 'run.json'), 'utf8')));
    assert.deepEqual([run.seed, run.steps, run.micro_batch], [7, 4, 2]);
    assert.equal(readFileSync(join(row.folder, 'spec.yaml'), 'utf8'), SPEC);
    for (const name of ['final/model.safetensors', 'checkpoints', 'stream/validation/fully_held_out.jsonl'])
      assert.ok(existsSync(join(row.folder, name)), name);
    const estimate = json(runEstimate, 'train', 'small.run.yaml', '--estimate');
    assert.equal(estimate.time.basis, 'measured');
    assert.ok(estimate.time.seconds! > 0 && estimate.time.rests.includes(row.id));
  });

  it('train on Slurm, one process a node where there are no GPUs', async function () {
    this.timeout(MAKING_PYTHON);
    const found = await runnerPython();
    if ('missing' in found) {
      console.log(`      skipped: ${found.missing}`);
      return this.skip();
    }
    const slurm = startSlurm();
    if ('missing' in slurm) {
      console.log(`      skipped: ${slurm.missing}`);
      return this.skip();
    }
    try {
      writeFileSync(
        join(bench.root, 'cluster.run.yaml'),
        `${SPEC.replace('device: cpu\n', '')}python: ${found.python}\nlaunch: { slurm: { gpus_per_node: 0 } }\n`,
      );
      const row = json(jobRow.extend({ folder: z.string() }), 'train', 'cluster.run.yaml', '--follow');
      assert.deepEqual([row.state, row.step, row.launcher], ['done', 4, 'slurm']);
      assert.match(row.slurmJob!, /^\d+$/u);
      assert.ok(existsSync(join(row.folder, 'final/model.safetensors')));
    } finally {
      slurm.stop();
    }
  });
});
