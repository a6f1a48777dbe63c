/**
 * `HELDOUT_PYTHON=… node bench/embeddings.ts FOLDER WEIGHTS`: whether the model in FOLDER (docs/embeddings.md)
 * gives the vectors that transformers gives of its WEIGHTS, on real definitions and prompts and on odd texts, and
 * how long a text takes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { EmbeddingModel } from '../server/curation/proposal/embedding-model.ts';

const DATA = join(import.meta.dirname, '..', '..', 'shared', 'data');
const [folder, weights] = process.argv.slice(2);
const python = process.env.HELDOUT_PYTHON;
if (!folder || !weights || !python)
  throw new Error('node bench/embeddings.ts FOLDER WEIGHTS, with HELDOUT_PYTHON');

const ODD = [
  '',
  ' ',
  'naïve Café – 東京 タワー ﬁ 🙂 don’t',
  'ＦＵＬＬ　ｗｉｄｔｈ',
  'a'.repeat(300),
  'İstanbul ß ǅ',
  'one two '.repeat(600),
];
const texts = [...definitions(), ...prompts(), ...ODD];
const loaded = performance.now();
const model = await EmbeddingModel.load(folder);
const started = performance.now();
const busy = process.cpuUsage();
const ours: Float32Array[] = [];
for (const text of texts) ours.push(await model.embed(text));
const each = (performance.now() - started) / texts.length;
const { user, system } = process.cpuUsage(busy);
const processor = (user + system) / 1000 / texts.length;

const input = JSON.stringify(texts);
const { stdout, status, stderr } = spawnSync(python, [join(import.meta.dirname, 'embeddings.py'), weights], {
  input,
  encoding: 'utf8',
  maxBuffer: 1 << 30,
});
if (status !== 0) throw new Error(stderr);
const theirs = z.array(z.array(z.number())).parse(JSON.parse(stdout));
let worst = 0;
for (const [text, vector] of theirs.entries())
  for (const [at, value] of vector.entries()) worst = Math.max(worst, Math.abs(value - ours[text]![at]!));
console.log(
  '| texts | greatest difference | load | a text | of processors | memory |\n|---|---|---|---|---|---|',
);
console.log(
  `| ${texts.length} | ${worst.toExponential(1)} | ${(started - loaded).toFixed(0)} ms | ${each.toFixed(1)} ms | ${processor.toFixed(1)} ms | ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB |`,
);

function definitions(): string[] {
  const tasks = join(DATA, 'natural-instructions', 'tasks');
  if (!existsSync(tasks)) return [];
  const task = z.object({ Definition: z.union([z.string(), z.array(z.string())]) });
  return readdirSync(tasks).map((file) =>
    [task.parse(JSON.parse(readFileSync(join(tasks, file), 'utf8'))).Definition].flat().join(' '),
  );
}

function prompts(): string[] {
  const rendered = join(DATA, 'promptsource-rendered');
  if (!existsSync(rendered)) return [];
  const row = z.object({ prompt: z.string() });
  return readdirSync(rendered).map(
    (file) => row.parse(JSON.parse(readFileSync(join(rendered, file), 'utf8').split('\n', 1)[0]!)).prompt,
  );
}
