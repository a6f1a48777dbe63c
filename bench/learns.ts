/**
 * Does it learn? The whole way on the data beside this project (`../shared/data`), on any CPU: a tiny OPT from
 * random weights is trained on plain text (the base), then tuned on the mixture of a bench. Prints the held-out
 * loss by level as a Markdown table, drawn in FOLDER/learns.svg; step 0 of the tuning is the base. Both runs stay in the folder, to be looked
 * at in the Runs view. The build in dist/ is what runs: `npm run build` first.
 *
 *   node bench/learns.ts FOLDER [--python PATH] [--base 100] [--tune 250]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import * as z from 'zod';
import { chart, type Point } from './learns-chart.ts';

const PROJECT = resolve(import.meta.dirname, '..');
const DATA = resolve(PROJECT, '../shared/data');
const CLI = join(PROJECT, 'dist/cli.js');

/** One category's tasks are never trained on, single tasks of two others neither; COGS has held-out examples. */
const SPLITS = {
  held_out: ['Textual Entailment', 'Cause Effect Classification', 'Coreference Resolution'],
  partially_held_out: {
    'Question Answering': [
      'task713_mmmlu_answer_generation_human_aging',
      'task1752_bbh_sports_understanding',
      'task699_mmmlu_answer_generation_high_school_biology',
    ],
    'Basic Sentiment Analysis': ['task363_sst2_polarity_classification'],
  },
};
const COLLECTIONS = [
  { name: 'super-natural-instructions', format: 'natural-instructions', path: 'natural-instructions' },
  { name: 'flan-cot', format: 'flan-cot', path: 'flan-cot' },
  { name: 'cogs', format: 'seqio', path: 'exmix' },
  { name: 'pretrain', format: 'pretraining', path: 'pretrain' },
  { name: 't0', format: 'prompt-completion', path: 'promptsource-rendered' },
].map((collection) => ({ ...collection, path: join(DATA, collection.path) }));

/** Plain text almost alone. */
const BASE_MIXTURE = {
  max_examples: 4096,
  reasoning: 0,
  pretraining: 0.95,
  proportions: { 'super-natural-instructions': 1, cogs: 0, t0: 0 },
};
const MIXTURE = { max_examples: 4096, reasoning: 0.01, pretraining: 0.05 };

const validation = z.object({
  event: z.literal('validation'),
  step: z.int(),
  levels: z.record(z.string(), z.object({ loss: z.number() })),
});
type Validation = z.infer<typeof validation>;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string' },
    base: { type: 'string', default: '100' },
    tune: { type: 'string', default: '250' },
  },
});
const folder = positionals[0];
if (!folder) throw new Error('usage: node bench/learns.ts FOLDER [--python PATH] [--base N] [--tune N]');

function heldout(bench: string, ...args: string[]): string {
  const { status, stdout } = spawnSync(process.execPath, [CLI, ...args, '--bench', bench], {
    encoding: 'utf8',
    cwd: bench,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`heldout ${args.join(' ')} ended with ${status}`);
  return stdout;
}

/** Trains a model on a bench of its own; gives the run's folder. */
function trained(name: string, mixture: object, model: unknown, steps: number): string {
  const bench = join(resolve(folder!), name);
  mkdirSync(bench, { recursive: true });
  writeFileSync(
    join(bench, 'heldout.yaml'),
    stringify({ collections: COLLECTIONS, splits: SPLITS, mixture }),
  );
  const spec = {
    model,
    tokenizer: join(PROJECT, 'samples/data/tokenizer.json'),
    seed: 0,
    steps,
    batch: 8,
    micro_batch: 8,
    length: 256,
    learning_rate: 1e-3,
    warmup: Math.min(20, Math.floor(steps / 5)),
    validation: { every: 50, examples: 100 },
    checkpoint: { every: 100, keep: 2 },
    device: 'cpu',
  };
  writeFileSync(join(bench, `${name}.run.yaml`), stringify(spec));
  heldout(bench, 'import', '--json');
  const python = values.python ? ['--python', values.python] : [];
  const said = heldout(bench, 'train', `${name}.run.yaml`, ...python, '--follow', '--json');
  return z.object({ folder: z.string() }).parse(JSON.parse(said)).folder;
}

function validations(run: string): Validation[] {
  const lines = readFileSync(join(run, 'work.jsonl'), 'utf8').split('\n').filter(Boolean);
  return lines.flatMap((line) => validation.safeParse(JSON.parse(line)).data ?? []);
}

if (!existsSync(DATA)) {
  console.log(`skipped: there is no ${DATA}`);
} else {
  const base = trained(
    'base',
    BASE_MIXTURE,
    { shape: { hidden: 192, layers: 4, heads: 6 } },
    Number(values.base),
  );
  const tuned = trained('tuned', MIXTURE, join(base, 'final'), Number(values.tune));
  const levels = ['fully_held_out', 'partially_held_out', 'fully_supervised'];
  console.log(`| | step | ${levels.map((level) => level.replaceAll('_', ' ')).join(' | ')} |`);
  console.log(`|---|---|${levels.map(() => '---|').join('')}`);
  const points: Point[] = [];
  for (const [what, run, before] of [
    ['base', base, 0],
    ['tuned', tuned, Number(values.base)],
  ] as const) {
    for (const each of validations(run)) {
      const losses = Object.fromEntries(levels.map((level) => [level, each.levels[level]!.loss]));
      points.push({ step: before + each.step, losses });
      const cells = levels.map((level) => losses[level]!.toFixed(2));
      console.log(`| ${what} | ${each.step} | ${cells.join(' | ')} |`);
    }
  }
  writeFileSync(join(folder, 'learns.svg'), chart(points, levels, Number(values.base)));
}
