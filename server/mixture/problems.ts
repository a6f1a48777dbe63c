import { join } from 'node:path';
import type { Problem } from '../base/problem.ts';
import { BENCH_FILE, type Bench } from '../bench/bench.ts';
import { nearest } from '../bench/nearest.ts';
import { mixtureSettings } from './settings.ts';
import { sum } from './shares.ts';
import { EXTRAS } from './streams.ts';
import type { MixtureTask } from './tasks.ts';

/** Formats of the extra streams, in words. */
const EXTRA_FORMATS = {
  reasoning: 'of the format flan-cot',
  pretraining: 'of the format pretraining',
  dialogue: 'of the format parlai',
} as const;

/** What in the section `mixture` names nothing, leaves a side empty or doesn't add up; `tasks` is empty before the first import. */
export function mixtureProblems(bench: Bench, tasks: readonly MixtureTask[]): Problem[] {
  const section = bench.file.mixture;
  if (!section) return [];
  const found: Problem[] = [];
  const report = (severity: Problem['severity'], path: PropertyKey[], message: string) =>
    found.push({
      file: join(bench.root, BENCH_FILE),
      ...bench.at(['mixture', ...path]),
      message,
      severity,
    });

  const known = bench.collections.map(({ name }) => name);
  const proportions = Object.entries(section.proportions ?? {});
  for (const [name] of proportions) {
    if (known.includes(name)) continue;
    const guess = nearest(name, known);
    const hint = guess ? `did you mean "${guess}"?` : `there are ${known.join(', ')}`;
    report('error', ['proportions', name], `no collection is called "${name}": ${hint}`);
  }
  const odd = oddSum(proportions.map(([, weight]) => weight));
  if (odd) report('warning', ['proportions'], odd);

  const settings = mixtureSettings(section);
  const extras = sum(EXTRAS, (extra) => settings[extra]);
  if (extras >= 1) {
    report(
      'error',
      EXTRAS.filter((extra) => section[extra] !== undefined).slice(0, 1),
      `reasoning, pretraining and dialogue add up to ${short(extras)}: less than 1 leaves something for the other tasks`,
    );
  }
  if (tasks.length === 0) return found;

  for (const [name, weight] of proportions) {
    if (weight === 0 || !known.includes(name)) continue;
    if (tasks.some((task) => task.collection === name && task.examples > 0)) continue;
    const message = `"${name}" has no train tasks: its weight of ${weight} goes to the others`;
    report('warning', ['proportions', name], message);
  }
  for (const extra of EXTRAS) {
    if (!section[extra] || tasks.some((task) => task.stream === extra && task.examples > 0)) continue;
    const what = EXTRA_FORMATS[extra];
    const message = `no train collection is ${what}: the share of ${short(section[extra])} goes to the others`;
    report('warning', [extra], message);
  }
  const left = tasks.filter(
    (task) =>
      task.stream === 'instruction' && task.examples > 0 && settings.proportions[task.collection] !== 0,
  );
  if (left.length === 0 && proportions.length > 0) {
    report('error', ['proportions'], 'no train task is left to draw: give a collection a weight above 0');
  }
  return found;
}

/**
 * Weights stand for themselves and need no sum. But fractions that nearly make 1, or numbers that nearly
 * make 100, were meant to: one is missing or mistyped.
 */
function oddSum(weights: readonly number[]): string | undefined {
  const total = sum(weights, (weight) => weight);
  const off = (whole: number) => Math.abs(total - whole) / whole;
  const fractions = weights.length > 0 && weights.every((weight) => weight <= 1);
  const whole = fractions && weights.some((weight) => weight > 0 && weight < 1) ? 1 : 100;
  if (off(whole) < 1e-6 || off(whole) > 0.1 || (fractions && whole === 100)) return undefined;
  return `the weights add up to ${short(total)}, not ${whole}: each counts as its part of ${short(total)}; mend one, or leave it if that is meant`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
