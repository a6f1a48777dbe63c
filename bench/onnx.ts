/**
 * The embedded backend with its cache beside without: greedy text and rank classification, two tables for BENCHMARKS.md.
 *
 *   HELDOUT_PYTHON=… node bench/onnx.ts [--shape small|opt-125m] [--texts 8] [--prompt 200-1000] [--new 64] [--anew 2]
 *
 * The model has random weights; tokens are drawn by seed, and no text ends early. Without a cache every token reads
 * its text again, so that side writes `--anew` tokens a text only: later ones would cost more. Ranking is 8 questions of
 * 6 candidates after 5 demonstrations that all share, 700 tokens. `--graph FILE.onnx` takes a graph that is there,
 * `--before FILE.onnx` sets one of version 1 (without a cache) beside it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { randomFor } from '../server/base/random.ts';
import { describedGraph } from '../server/evaluation/backends/onnx/description.ts';
import { type Graph, loadGraph } from '../server/evaluation/backends/onnx/graph.ts';
import { ranked } from '../server/evaluation/backends/onnx/ranking.ts';
import { type Writing, written } from '../server/evaluation/backends/onnx/writing.ts';
import type { Sequence } from '../server/evaluation/backends/sequences.ts';
import { withoutCache } from '../test/evaluation/answers.ts';

const ROOT = resolve(import.meta.dirname, '..');
const signal = new AbortController().signal;

const { values } = parseArgs({
  options: {
    shape: { type: 'string', default: 'opt-125m' },
    texts: { type: 'string', default: '8' },
    prompt: { type: 'string', default: '200-1000' },
    new: { type: 'string', default: '64' },
    anew: { type: 'string', default: '2' },
    graph: { type: 'string' },
    before: { type: 'string' },
  },
});

function made(folder: string): string {
  const python = process.env.HELDOUT_PYTHON ?? 'python3';
  const path = join(folder, 'model.onnx');
  const steps = [
    [join(ROOT, 'bench/onnx.py'), join(folder, 'checkpoint'), values.shape],
    ['-m', 'heldout_runner.export_onnx', join(folder, 'checkpoint'), path],
  ];
  for (const args of steps) {
    const env = { ...process.env, PYTHONPATH: join(ROOT, 'server/runner') };
    const { status, stderr } = spawnSync(python, args, { encoding: 'utf8', env });
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr.trim().split('\n').at(-1)}`);
  }
  return path;
}

const load = async (path: string) => {
  const { vocabulary, own } = describedGraph(path);
  return { graph: await loadGraph(path, vocabulary, own), vocabulary };
};

interface Measured<Result> {
  seconds: number;
  processor: number;
  result: Result;
}

async function measured<Result>(work: () => Promise<Result>): Promise<Measured<Result>> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(used);
  return { seconds: (performance.now() - start) / 1e3, processor: (user + system) / 1e6, result };
}

const random = randomFor('bench/onnx');
const [least, most] = values.prompt.split('-').map(Number);
const tokens = (count: number, vocabulary: number) =>
  Array.from({ length: count }, () => 3 + random.below(vocabulary - 3));

function table(
  title: string,
  unit: string,
  rows: [side: string, one: Measured<unknown>, count: number][],
): void {
  console.log(`\n| ${title} | ${unit}/s | ${unit} a processor second | processor s |`);
  console.log('|---|---|---|---|');
  for (const [side, { seconds, processor }, count] of rows) {
    const figures = [count / seconds, count / processor, processor].map((one) => one.toPrecision(3));
    console.log(`| ${side} | ${figures.join(' | ')} |`);
  }
}

async function write(graph: Graph, prompts: readonly number[][], count: number): Promise<number[][]> {
  const texts = prompts.map(
    (prompt, at): Writing => ({ id: `${at}`, prompt, written: [], most: count, truncated: 0, done: false }),
  );
  for await (const _ of written(graph, texts, new Set(), signal));
  return texts.map((text) => text.written);
}

async function rank(graph: Graph, questions: readonly Sequence[][]): Promise<number[]> {
  const answers = new Map<string, number[]>();
  const requests = questions.map((sequences, at) => ({ id: `${at}`, sequences }));
  for await (const answer of ranked(graph, requests, signal))
    if ('log_likelihoods' in answer) answers.set(answer.id, answer.log_likelihoods);
  return questions.flatMap((_, at) => answers.get(`${at}`)!);
}

const folder = mkdtempSync(join(tmpdir(), 'heldout-onnx-'));
try {
  const { graph, vocabulary } = await load(values.graph ?? made(folder));
  const loaded = process.resourceUsage().maxRSS / 1024;
  const [texts, count, anew] = [values.texts, values.new, values.anew].map(Number) as [
    number,
    number,
    number,
  ];
  const prompts = Array.from({ length: texts }, (_, at) =>
    tokens(Math.round(least! + ((most! - least!) * at) / Math.max(1, texts - 1)), vocabulary),
  );
  const cached = await measured(() => write(graph, prompts, count));
  const memory = process.resourceUsage().maxRSS / 1024;
  const before = values.before === undefined ? undefined : (await load(values.before)).graph;
  const plain = await measured(() => write(before ?? withoutCache(graph), prompts, anew));
  table('greedy text', 'tokens', [
    [`without a cache, ${anew} tokens a text`, plain, texts * anew],
    [`with a cache, ${count} tokens a text`, cached, texts * count],
  ]);
  const differ = plain.result.filter((one, at) =>
    one.some((token, place) => token !== cached.result[at]![place]),
  );
  console.log(
    `\n${texts} prompts of ${values.prompt} tokens; ${differ.length} texts differ.\nPeak memory ${memory.toFixed(0)} MB, with ${loaded.toFixed(0)} MB before the first text.`,
  );

  const demonstrations = tokens(700, vocabulary);
  const questions = Array.from({ length: 8 }, () => {
    const prefix = [...demonstrations, ...tokens(60, vocabulary)];
    return Array.from({ length: 6 }, (): Sequence => {
      const ids = [...prefix, ...tokens(4, vocabulary)];
      return { ids, from: prefix.length, truncated: 0 };
    });
  });
  const shared = await measured(() => rank(graph, questions));
  const alone = await measured(() => rank(withoutCache(graph), questions));
  const old = before && (await measured(() => rank(before, questions)));
  table('ranking', 'questions', [
    ...(old ? [['a graph of version 1', old, 8] as [string, Measured<unknown>, number]] : []),
    ['each prompt read whole', alone, 8],
    ['demonstrations read once', shared, 8],
  ]);
  const differences = alone.result.map((one, at) => Math.abs(one - shared.result[at]!));
  console.log(`\nLargest difference of log-likelihoods ${Math.max(...differences).toExponential(1)}.`);
  await graph.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
