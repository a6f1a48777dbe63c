import { resolve } from 'node:path';
import { type RunnerOptions, runRunner } from './runner-program.ts';

/** Writes a checkpoint's scoring graph with the runner. Throws InputError with the reason where it can't. */
export async function exportOnnx(checkpoint: string, out: string, options: RunnerOptions): Promise<void> {
  await runRunner(['heldout_runner.export_onnx', resolve(checkpoint), resolve(out)], options);
}

/** The same of a sentence-embedding model, as `embeddings` of heldout.yaml takes it. */
export async function exportEmbeddings(folder: string, out: string, options: RunnerOptions): Promise<void> {
  await runRunner(['heldout_runner.export_embeddings', resolve(folder), resolve(out)], options);
}
