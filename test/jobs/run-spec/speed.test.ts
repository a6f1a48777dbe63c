import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ResolvedRun, readRunSpec } from '../../../server/jobs/run-spec/resolve.ts';
import { operationsPerToken, speedOf } from '../../../server/jobs/run-spec/speed.ts';
import { PROJECT } from '../../support/bench.ts';

const TOKENIZER = join(PROJECT, 'samples/data/tokenizer.json');

describe('the time that a run takes', () => {
  let bench: string;
  before(() => {
    bench = mkdtempSync(join(tmpdir(), 'heldout-speed-'));
  });
  after(() => rmSync(bench, { recursive: true, force: true }));

  const resolved = (more = '', gpus = 0): ResolvedRun => {
    const text = `preset: opt-125m\nmodel: { shape: opt-125m }\ntokenizer: ${TOKENIZER}\n${more}`;
    return readRunSpec(join(bench, 'try.run.yaml'), text, { gpus }).resolved!;
  };

  function ran(id: string, { run, devices }: ResolvedRun, created: number, seconds: number[]): void {
    const folder = join(bench, '.heldout/jobs', id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'job.json'), JSON.stringify({ created, launcher: { kind: 'machine' } }));
    writeFileSync(join(folder, 'run.json'), JSON.stringify(run));
    const events = [
      { event: 'started', world: devices, device: run.device },
      ...seconds.map((each, index) => ({ event: 'step', step: index + 1, seconds: each })),
    ];
    writeFileSync(
      join(folder, 'work.jsonl'),
      `${events.map((event) => JSON.stringify(event)).join('\n')}\n{"event":"st`,
    );
  }

  it('is not known where nothing is known', () => {
    const slurm = resolved('device: cpu\nlaunch: { slurm: {} }\n');
    const { secondsPerStep, basis, rests } = speedOf(slurm, bench, undefined);
    assert.deepEqual([secondsPerStep, basis], [undefined, 'unknown']);
    assert.match(rests, /^how many cores it runs on is not known/u);
    assert.match(speedOf(resolved('', 1), bench, 'Some GPU').rests, /^the peak of "Some GPU" is not known/u);
  });

  it('is reckoned from a GPU’s peak and a stated utilisation, and says so', () => {
    const one = resolved('', 1);
    const { secondsPerStep, basis, rests } = speedOf(one, bench, 'NVIDIA H100 80GB HBM3');
    assert.equal(basis, 'assumed');
    assert.equal(rests, 'assumed: 40 % of 1 × 989 TFLOP/s (NVIDIA H100 80GB HBM3); nothing was measured yet');
    const work = 256 * 2048 * operationsPerToken(one);
    assert.ok(Math.abs(secondsPerStep! - work / (989e12 * 0.4)) < 1e-9);
    const slower = speedOf(resolved('gradient_checkpointing: true\n', 1), bench, 'NVIDIA H100 80GB HBM3');
    assert.ok(slower.secondsPerStep! > secondsPerStep!);
  });

  it('is reckoned from the cores on a CPU, those that Slurm is asked for', () => {
    const here = speedOf(resolved(), bench, undefined);
    assert.equal(here.basis, 'assumed');
    assert.match(here.rests, /^assumed: \d+ cores? × 20 GFLOP\/s/u);
    const nodes = resolved('device: cpu\nlaunch: { slurm: { nodes: 2, cpus_per_task: 8 } }\n');
    const { secondsPerStep } = speedOf(nodes, bench, undefined);
    const work = 256 * 2048 * operationsPerToken(nodes);
    assert.ok(Math.abs(secondsPerStep! - work / (2 * 8 * 20e9)) < 1e-6 * secondsPerStep!);
  });

  it('is what the newest run of the same shape and settings took, by the sequence', () => {
    const one = resolved();
    ran('old', one, 1, [9, 9, 9, 9]);
    ran('new', one, 2, [50, 40, 4, 6, 5]);
    ran('other-length', resolved('length: 512\n'), 3, [1, 1, 1]);
    mkdirSync(join(bench, '.heldout/jobs/no-job'));
    const { secondsPerStep, basis, rests } = speedOf(one, bench, undefined);
    assert.deepEqual([secondsPerStep, basis], [5, 'measured']);
    assert.equal(rests, 'measured: the median of 3 steps of the run new');
    assert.equal(speedOf(resolved('batch: 512\n'), bench, undefined).secondsPerStep, 10);
  });
});
