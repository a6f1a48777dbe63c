// A training that takes seconds, run as a job's work: a model of which byte follows which, on files of the samples
// as they lie. What it reports is measured. It writes checkpoints, ends politely when asked and goes on from the
// last one. Its plan is JSON in the first argument.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const plan = {
  steps: 120,
  learningRate: 0.05,
  warmup: 20,
  batch: 256,
  seed: 1,
  /** Steps between checkpoints and validations. */
  every: 40,
  /** Milliseconds that it rests in a step. */
  rest: 0,
  /** Says this of its failure at the step `failAt`. */
  failure: undefined,
  advice: undefined,
  failAt: undefined,
  ...JSON.parse(process.argv[2] ?? '{}'),
};
const BYTES = 128;
const trained = {
  flan: 'data/flan-rendered/flan.jsonl',
  unifiedskg: 'data/unifiedskg/menu_slots.jsonl',
  't0-rendered': 'data/t0-rendered/harbour_notices_write_a_title.jsonl',
  'flan-cot': 'data/flan-cot/tool_choice_train.tsv',
};
const heldOut = {
  fully_held_out: 'data/hf/quarry_nli/validation.jsonl',
  partially_held_out: 'data/quiz/opposites_round.jsonl',
};

const folder = process.env.HELDOUT_JOB;
const latest = join(folder, 'checkpoints', 'latest');
const tell = (event) =>
  appendFileSync(join(folder, 'work.jsonl'), `${JSON.stringify({ time: Date.now(), ...event })}\n`);
const bytesOf = (file) => readFileSync(file).map((byte) => byte % BYTES);

/** The same draws for the same seed. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const texts = Object.entries(trained).map(([name, file]) => {
  const bytes = bytesOf(file);
  // The last tenth is kept for validation.
  const end = Math.floor(bytes.length * 0.9);
  return { name, train: bytes.subarray(0, end), rest: bytes.subarray(end) };
});
const validation = {
  ...Object.fromEntries(Object.entries(heldOut).map(([level, file]) => [level, bytesOf(file)])),
  fully_supervised: Buffer.concat(texts.map(({ rest }) => rest)),
};

const weights = new Float64Array(BYTES * BYTES);
const moments = [new Float64Array(weights.length), new Float64Array(weights.length)];
const gradient = new Float64Array(weights.length);

/** Minus the log of the probability of `next` after `byte`; adds to the gradient where it is asked to. */
function lossAt(byte, next, learns) {
  const row = byte * BYTES;
  let sum = 0;
  const odds = new Float64Array(BYTES);
  for (let to = 0; to < BYTES; to++) sum += odds[to] = Math.exp(weights[row + to]);
  if (learns) {
    for (let to = 0; to < BYTES; to++) gradient[row + to] += odds[to] / sum / plan.batch;
    gradient[row + next] -= 1 / plan.batch;
  }
  return Math.log(sum) - weights[row + next];
}

/** One step of Adam; gives the gradient's norm. */
function learn(step, rate) {
  let square = 0;
  const [first, second] = moments;
  for (let at = 0; at < weights.length; at++) {
    const slope = gradient[at];
    square += slope * slope;
    first[at] = 0.9 * first[at] + 0.1 * slope;
    second[at] = 0.95 * second[at] + 0.05 * slope * slope;
    const mean = first[at] / (1 - 0.9 ** step);
    weights[at] -= (rate * mean) / (Math.sqrt(second[at] / (1 - 0.95 ** step)) + 1e-8);
  }
  gradient.fill(0);
  return Math.sqrt(square);
}

function validate(step) {
  const levels = {};
  for (const [level, bytes] of Object.entries(validation)) {
    const tokens = Math.min(bytes.length - 1, 2000);
    let sum = 0;
    for (let at = 0; at < tokens; at++) sum += lossAt(bytes[at], bytes[at + 1], false);
    levels[level] = { loss: sum / tokens, tokens };
  }
  tell({ event: 'validation', step, levels });
}

function save(name) {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'weights.bin'), weights);
  writeFileSync(
    join(folder, name, 'moments.bin'),
    Buffer.concat(moments.map((one) => new Uint8Array(one.buffer))),
  );
}

function checkpoint(step) {
  const begun = performance.now();
  const path = `checkpoints/step-${String(step).padStart(8, '0')}`;
  save(path);
  writeFileSync(latest, path.slice('checkpoints/'.length));
  const seconds = (performance.now() - begun) / 1000;
  tell({ event: 'checkpoint', step, path, seconds });
  console.log(`checkpoint ${path}, ${seconds.toFixed(3)} s`);
}

function restore() {
  if (!existsSync(latest)) return 0;
  const name = join(folder, 'checkpoints', readFileSync(latest, 'utf8'));
  const floats = (file) => {
    const bytes = readFileSync(join(name, file));
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  };
  weights.set(floats('weights.bin'));
  const both = floats('moments.bin');
  moments[0].set(both.subarray(0, weights.length));
  moments[1].set(both.subarray(weights.length));
  return Number(name.slice(-8));
}

let stopping = false;
process.on('SIGTERM', () => {
  stopping = true;
});
const from = restore();
console.log(`${weights.length} parameters, ${plan.steps} steps from ${from}`);
tell({
  event: 'started',
  world: 1,
  device: 'cpu',
  parameters: weights.length,
  resumed_from: from,
  steps: plan.steps,
});
const draw = random(plan.seed + from);
for (let step = from + 1; step <= plan.steps; step++) {
  const begun = performance.now();
  const collections = {};
  let sum = 0;
  for (let one = 0; one < plan.batch; one++) {
    const { name, train } = texts[Math.floor(draw() * texts.length)];
    const at = Math.floor(draw() * (train.length - 1));
    const loss = lossAt(train[at], train[at + 1], true);
    const figures = (collections[name] ??= { loss: 0, tokens: 0 });
    figures.loss += loss;
    figures.tokens += 1;
    sum += loss;
  }
  const rate =
    step <= plan.warmup
      ? (plan.learningRate * step) / plan.warmup
      : (plan.learningRate * (plan.steps - step)) / Math.max(1, plan.steps - plan.warmup);
  const norm = learn(step, rate);
  await sleep(plan.rest);
  const seconds = (performance.now() - begun) / 1000;
  const loss = sum / plan.batch;
  tell({
    event: 'step',
    step,
    loss,
    lr: rate,
    grad_norm: norm,
    tokens: plan.batch,
    target_tokens: plan.batch,
    tokens_per_second: plan.batch / seconds,
    memory_bytes: process.memoryUsage().rss,
    seconds,
    collections,
    part: 0,
  });
  if (step % 20 === 0) console.log(`step ${step} of ${plan.steps}, loss ${loss.toFixed(4)}`);
  if (step % plan.every === 0) {
    validate(step);
    checkpoint(step);
  }
  if (step === plan.failAt) {
    console.error(`Error: ${plan.failure}`);
    tell({ event: 'failed', code: 'out-of-memory', text: plan.failure, advice: plan.advice });
    process.exit(1);
  }
  if (stopping) {
    checkpoint(step);
    process.exit(3);
  }
}
save('final');
tell({ event: 'done', step: plan.steps, path: 'final' });
