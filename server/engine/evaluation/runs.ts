import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '../../base/problem.ts';
import { nearest } from '../../bench/nearest.ts';
import { RESULTS_ENDING } from '../../evaluation/results.ts';
import type { PromptStyle } from '../../protocol.ts';

/** Where results are written when no other place is named: they are kept with the bench. */
export function resultsFolder(root: string): string {
  return join(root, 'results');
}

/** Names of the results there, newest last: a name ends in its time. */
export function resultNames(root: string): string[] {
  const folder = resultsFolder(root);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(RESULTS_ENDING))
    .map((name) => name.slice(0, -RESULTS_ENDING.length))
    .sort();
}

/** A results file by its path or by the name of a run. Throws InputError. */
export function resultsPath(root: string, given: string): string {
  if (existsSync(given)) return resolve(given);
  const names = resultNames(root);
  if (names.includes(given)) return join(resultsFolder(root), `${given}${RESULTS_ENDING}`);
  const guess = nearest(given, names);
  const hint = guess
    ? `did you mean "${guess}"?`
    : names.length > 0
      ? names.join(', ')
      : '"heldout evaluate CHECKPOINT" makes some';
  throw new InputError(`there are no results "${given}": ${hint}`);
}

/** A new run's name: the checkpoint's and the time to the millisecond, in a form that files may have. */
export function runName(checkpoint: string, now: Date, prompts: PromptStyle = 'plain'): string {
  const plain = checkpoint.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|-+$/gu, '');
  const style = prompts === 'plain' ? '' : `-${prompts}`;
  return `${plain || 'checkpoint'}${style}-${now.toISOString().replace(/[-:.Z]/gu, '')}`;
}
