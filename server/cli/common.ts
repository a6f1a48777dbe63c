import { relative } from 'node:path';
import { InputError, type Problem } from '../base/problem.ts';
import { measured, type OnStep } from '../base/progress.ts';
import { progressLine } from './output.ts';

/** Options that every verb has. */
export interface Common {
  bench?: string;
  json?: boolean;
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
