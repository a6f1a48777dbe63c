import { relative, resolve } from 'node:path';
import { InputError, type Problem } from '../base/problem.ts';
import { measured, type OnStep } from '../base/progress.ts';
import { findBench } from '../bench/bench.ts';
import { progressLine } from './output.ts';

/** Options that every verb has. */
export interface Common {
  bench?: string;
  json?: boolean;
}

/** The folder of the bench that a verb is about. */
export function benchRoot(common: Common): string {
  const root = common.bench ?? findBench(process.cwd());
  if (root) return resolve(root);
  throw new InputError('no heldout.yaml here or above: "heldout init" writes one, --bench names its folder');
}

export function lineOf({ file, line, message, severity }: Problem): string {
  const place = [relative(process.cwd(), file) || file, line].filter((part) => part !== undefined).join(':');
  return `${place}: ${severity === 'warning' ? 'warning: ' : ''}${message}`;
}

/** Aborted by Ctrl-C; a second one ends the process at once. */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () =>
    controller.abort(new InputError('interrupted: run the command again to go on from here')),
  );
  return controller.signal;
}

export function showProgress(): OnStep {
  return measured(progressLine());
}
