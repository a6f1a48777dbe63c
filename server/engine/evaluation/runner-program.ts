import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { InputError } from '../../base/problem.ts';
import { runnerFolder } from '../../jobs/environment/folders.ts';

export interface RunnerOptions {
  python: string;
  /** Lines that it writes on its standard error. */
  onLine: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Runs a module of the runner to its end, which is waited for on abort too. Throws InputError with the last line
 * that it said where it fails.
 */
export async function runRunner(args: readonly string[], options: RunnerOptions): Promise<void> {
  const { python, onLine, signal } = options;
  signal.throwIfAborted();
  const child = spawn(python, ['-m', ...args], {
    env: { ...process.env, PYTHONPATH: runnerFolder() },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const end = () => child.kill();
  signal.addEventListener('abort', end, { once: true });
  // The last line waits: it may be the reason of a failure.
  let last = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim() === '') return;
    if (last !== '') onLine(last);
    last = line;
  });
  try {
    const status = await new Promise<number | null>((ended, failed) => {
      child.once('error', (error) =>
        failed(new InputError(`${python}: ${error.message}; --python names the runner's interpreter`)),
      );
      child.once('close', ended);
    });
    signal.throwIfAborted();
    if (status !== 0)
      throw new InputError(`the export failed: ${last || `the exporter ended with status ${status}`}`);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
