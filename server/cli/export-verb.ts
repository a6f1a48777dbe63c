import { resolve } from 'node:path';
import type { Command } from 'commander';
import { usualPython } from '../engine/evaluation/backends.ts';
import { exportEmbeddings, exportOnnx } from '../engine/evaluation/export-onnx.ts';
import { type Common, interruptible } from './common.ts';
import { printJson, printLine, say } from './output.ts';

interface ExportOptions extends Common {
  python: string;
  embeddings?: boolean;
}

/** `heldout export-onnx`: needs the runner once, so that scoring needs no Python. */
export function declareExport(verb: Command): void {
  verb
    .option('--embeddings', 'a sentence-embedding model, for "embeddings" of heldout.yaml')
    .option('--python <file>', "the runner's interpreter", process.env.HELDOUT_PYTHON ?? usualPython())
    .action(async (checkpoint: string, out: string, options: ExportOptions) => {
      const write = options.embeddings ? exportEmbeddings : exportOnnx;
      await write(checkpoint, out, { python: options.python, onLine: say, signal: interruptible() });
      if (options.json) printJson({ file: resolve(out) });
      else printLine(resolve(out));
    });
}
