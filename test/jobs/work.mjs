// A work as a job runs it: reports steps, leaves a checkpoint when it is asked to end, goes on from the last one.
// Its plan is JSON in the first argument.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const plan = { steps: 3, ms: 10, every: 0, status: 0, ...JSON.parse(process.argv[2] ?? '{}') };
const folder = process.env.HELDOUT_JOB;
const latest = join(folder, 'checkpoints/latest');
const tell = (event) =>
  appendFileSync(join(folder, 'work.jsonl'), `${JSON.stringify({ time: Date.now(), ...event })}\n`);

function checkpoint(step) {
  const path = `checkpoints/step-${String(step).padStart(8, '0')}`;
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(latest, path.slice('checkpoints/'.length));
  tell({ event: 'checkpoint', step, path, seconds: 0.01 });
}

let stopping = false;
process.on('SIGTERM', () => {
  console.log('asked to end');
  stopping = !plan.deaf;
});
if (plan.children) {
  // As torchrun does: workers in sessions of their own, which outlive their parent unless someone sees to it.
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: 'ignore',
  });
  writeFileSync(join(folder, 'child.pid'), String(child.pid));
}
writeFileSync(join(folder, 'work.pid'), String(process.pid));
const from = existsSync(latest) ? Number(readFileSync(latest, 'utf8').slice('step-'.length)) : 0;
console.log(`began at ${from}, sees GPUs "${process.env.CUDA_VISIBLE_DEVICES}"`);
tell({ event: 'started', world: 1, device: 'cpu', parameters: 1000, resumed_from: from, steps: plan.steps });
for (let step = from + 1; step <= plan.steps; step++) {
  await sleep(plan.ms);
  const loss = 5 / step;
  tell({
    event: 'step',
    step,
    loss,
    lr: 0.001,
    grad_norm: 1,
    tokens: 100,
    target_tokens: 10,
    tokens_per_second: 1000,
    memory_bytes: 5000,
    seconds: plan.ms / 1000,
    collections: { flan: { loss: loss * 10, tokens: 10 } },
    part: 0,
  });
  if (plan.every && step % plan.every === 0) checkpoint(step);
  if (plan.fill && step === plan.fill) {
    // Until the disk is full.
    for (let size = 1 << 16; size >= 1; size = size >> 1) {
      try {
        for (;;) appendFileSync(join(folder, 'filler'), 'x'.repeat(size));
      } catch {}
    }
    process.exit(1);
  }
  if (stopping) {
    checkpoint(step);
    process.exit(3);
  }
}
if (plan.failure) tell({ event: 'failed', code: 'other', text: plan.failure, advice: plan.advice });
else if (plan.status === 0) tell({ event: 'done', step: plan.steps, path: 'final' });
if (plan.says) console.error(plan.says);
process.exit(plan.status);
