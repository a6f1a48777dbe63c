import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '../../base/problem.ts';
import type { Backend } from '../../evaluation/backends/backend.ts';
import { onnxBackend } from '../../evaluation/backends/onnx.ts';
import { type ProcessOptions, processBackend } from '../../evaluation/backends/process.ts';
import { serverBackend } from '../../evaluation/backends/server.ts';
import { environmentFolder, isMade, pythonIn, runnerFolder } from '../../jobs/environment/folders.ts';
import { lacks } from '../../jobs/environment/interpreter.ts';
import type { EvaluateJob } from '../../protocol.ts';
import { checkpointHasher } from './checkpoint-hash.ts';
import { exportForScoring } from './exported.ts';
import { pythonOfRun, type RunCheckpoint, runCheckpointAt } from './run-checkpoints.ts';

export const BACKENDS = ['process', 'onnx', 'server'] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface BackendOptions {
  /** Of the bench. */
  root: string;
  /** Left out: by what is named. */
  backend?: BackendName;
  tokenizer?: string;
  /** Of a server: the model's name. */
  model?: string;
  /** Of a server: what it wants as its key. */
  key?: string;
  length?: number;
  /** Of the process: its interpreter; left out: the run's, of a run's checkpoint, else the usual one. */
  python?: string;
  device: EvaluateJob['device'];
  precision: EvaluateJob['precision'];
  batchTokens: number;
  signal: AbortSignal;
  onLine?: (line: string) => void;
}

/** The backend for a folder, a graph or an address. Throws InputError where it can't be used. */
export function openBackend(given: string, options: BackendOptions): Promise<Backend> {
  const { root, signal, tokenizer, model, key, length, python, onLine } = options;
  const hash = checkpointHasher(root, signal);
  const kind = options.backend ?? kindOf(given);
  if (kind === 'server') return serverBackend(given, { tokenizer, model, key, length, signal });
  if (kind === 'onnx') return onnxBackend(given, { tokenizer, hash });
  const { device, precision, batchTokens } = options;
  const trained = runCheckpointAt(given);
  const interpreter =
    python ?? (process.env.HELDOUT_PYTHON || undefined) ?? (trained && pythonOfRun(trained.job));
  const chosen = interpreter ?? usualPython();
  const scoring = {
    python: chosen,
    check: () => checkScores(chosen),
    runner: runnerFolder(),
    folder: join(root, '.heldout', 'scores', 'jobs'),
    job: { batch_tokens: batchTokens, length: length ?? null, device, precision },
    tokenizer,
    hash,
    onLine,
  };
  return trained ? trainedBackend(trained, scoring, options) : processBackend(given, scoring);
}

/** A checkpoint of a run, called by run and step; one to go on from is exported until the backend is closed. */
async function trainedBackend(
  checkpoint: RunCheckpoint,
  options: ProcessOptions,
  { root, signal, onLine = () => {} }: BackendOptions,
): Promise<Backend> {
  const { run, step, place, form } = checkpoint;
  if (form === 'shards') await options.check?.();
  const exported =
    form === 'shards'
      ? await exportForScoring(root, checkpoint, { python: options.python, onLine, signal })
      : undefined;
  try {
    const backend = await processBackend(exported?.folder ?? place, options);
    const { hash } = backend.checkpoint;
    return {
      kind: backend.kind,
      checkpoint: { name: `${run.id}-step-${step}`, place, hash, step, run },
      length: backend.length,
      countTokens: backend.countTokens,
      run: (requests, stop) => backend.run(requests, stop),
      close: async () => {
        await backend.close();
        exported?.remove();
      },
    };
  } catch (error) {
    exported?.remove();
    throw error;
  }
}

/** What scores a checkpoint, by what it is. Throws InputError where it is none. */
export function kindOf(given: string): BackendName {
  if (/^https?:\/\//u.test(given)) return 'server';
  if (given.endsWith('.onnx')) return 'onnx';
  const path = resolve(given);
  if (existsSync(path) && statSync(path).isDirectory()) return 'process';
  const what = existsSync(path) ? 'is no checkpoint' : 'there is no such checkpoint';
  throw new InputError(
    `${what}: name a folder with config.json and safetensors, an .onnx file or an http address`,
    { file: path },
  );
}

/** Throws InputError where an interpreter can't run the runner. */
async function checkScores(python: string): Promise<void> {
  const why = await lacks(python);
  if (why === undefined) return;
  throw new InputError(
    `${python} ${why}: "heldout runner setup" makes an environment that has all, --python names another; an .onnx file is scored without`,
  );
}

/** The runner's interpreter where none is named: that of the environment that "heldout runner setup" made. */
export function usualPython(): string {
  const made = environmentFolder();
  return isMade(made) ? pythonIn(made) : 'python3';
}
