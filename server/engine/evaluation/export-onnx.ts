import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { InputError } from '../../base/problem.ts';
import { runnerFolder } from '../../jobs/environment/folders.ts';

export interface ExportOptions {
  python: string;
  /** Lines that the exporter writes on its standard error. */
  onLine: (line: string) => void;
  signal: AbortSignal;
}

/** Writes a checkpoint's scoring graph with the runner. Throws InputError with the reason where it can't. */
export async function exportOnnx(checkpoint: string, out: string, options: ExportOptions): Promise<void> {
  const { python, onLine, signal } = options;
  const child = spawn(python, ['-m', 'heldout_runner.export_onnx', resolve(checkpoint), resolve(out)], {
    env: { ...process.env, PYTHONPATH: runnerFolder() },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  // The last line waits: it may be the reason of a failure.
  let last = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim() === '') return;
    if (last !== '') onLine(last);
    last = line;
  });
  const status = await new Promise<number | null>((ended, failed) => {
    child.once('error', (error) => {
      const missing = new InputError(`${python}: ${error.message}; --python names the runner's interpreter`);
      failed(signal.aborted ? signal.reason : missing);
    });
    child.once('close', ended);
  });
  if (status !== 0)
    throw new InputError(`the export failed: ${last || `the exporter ended with status ${status}`}`);
}
