import { resolve } from 'node:path';
import type { Command } from 'commander';
import { usualPython } from '../engine/evaluation/backends.ts';
import { exportOnnx } from '../engine/evaluation/export-onnx.ts';
import { type Common, interruptible } from './common.ts';
import { printJson, printLine, say } from './output.ts';

/** `heldout export-onnx`: needs the runner once, so that scoring needs no Python. */
export function declareExport(verb: Command): void {
  verb
    .option('--python <file>', "the runner's interpreter", process.env.HELDOUT_PYTHON ?? usualPython())
    .action(async (checkpoint: string, out: string, options: Common & { python: string }) => {
      await exportOnnx(checkpoint, out, { python: options.python, onLine: say, signal: interruptible() });
      if (options.json) printJson({ file: resolve(out) });
      else printLine(resolve(out));
    });
}
