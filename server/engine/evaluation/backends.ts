import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '../../base/problem.ts';
import type { Backend } from '../../evaluation/backends/backend.ts';
import { onnxBackend } from '../../evaluation/backends/onnx.ts';
import { processBackend } from '../../evaluation/backends/process.ts';
import { serverBackend } from '../../evaluation/backends/server.ts';
import { environmentFolder, isMade, pythonIn, runnerFolder } from '../../jobs/environment/folders.ts';
import type { EvaluateJob } from '../../protocol.ts';
import { checkpointHasher } from './checkpoint-hash.ts';

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
  /** Of the process: its interpreter. */
  python: string;
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
  return processBackend(given, {
    python,
    runner: runnerFolder(),
    folder: join(root, '.heldout', 'scores', 'jobs'),
    job: { batch_tokens: batchTokens, length: length ?? null, device, precision },
    tokenizer,
    hash,
    onLine,
  });
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

/** The runner's interpreter where none is named: that of the environment that "heldout runner setup" made. */
export function usualPython(): string {
  const made = environmentFolder();
  return isMade(made) ? pythonIn(made) : 'python3';
}
