import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { InputError } from '../base/problem.ts';
import type { KernelName } from './kernel/load.ts';
import type { ScannedPart } from './scanner.ts';
import type { Document } from './types.ts';

/** A module whose `documents` gives some examples of a task, in their order; a worker imports it by its URL. */
export interface SourceModule {
  documents(
    data: unknown,
    task: string,
    from: number,
    to: number,
    signal: AbortSignal,
  ): AsyncIterable<{ example: number; document: Document }>;
}

export type Work =
  | { kind: 'file'; path: string; from: number; to: number }
  | { kind: 'source'; module: string; data: unknown; task: string; from: number; to: number };
export type Job = Work & { id: number };
export type Answer = { id: number } & ScannedPart;
/** `at`: where a person's file is at fault. */
export type Failure = { id: number; error: string; at?: { file?: string; line?: number } };
type Reply = Answer | Failure;

/** The worker's own file: beside this one in the sources, bundled under another name. */
export function workerUrl(): URL {
  const bundled = new URL('./overlap-worker.js', import.meta.url);
  return existsSync(bundled) ? bundled : new URL('./worker.ts', import.meta.url);
}

export interface PoolOptions {
  memory: WebAssembly.Memory;
  n: number;
  workers: number;
  kernel?: KernelName;
  url?: URL;
  signal?: AbortSignal;
}

interface Waiting {
  job: Job;
  resolve: (part: ScannedPart) => void;
  reject: (error: unknown) => void;
}

/** Worker threads over one index. Jobs are taken in order; an abort ends all of them. */
export class Pool {
  private readonly idle: Worker[] = [];
  private readonly all: Worker[] = [];
  private readonly queue: Waiting[] = [];
  private readonly running = new Map<Worker, Waiting>();
  private readonly stopped = new Int32Array(new SharedArrayBuffer(4));
  private readonly signal: AbortSignal | undefined;
  private readonly onAbort = () => this.fail(this.signal?.reason);
  private jobs = 0;

  constructor({ memory, n, workers, kernel, url, signal }: PoolOptions) {
    this.signal = signal;
    signal?.addEventListener('abort', this.onAbort);
    for (let i = 0; i < workers; i++) {
      const worker = new Worker(url ?? workerUrl(), {
        workerData: { memory, n, kernel, stopped: this.stopped },
        // A scan leaves little behind; without this each thread's nursery grows to tens of megabytes.
        resourceLimits: { maxYoungGenerationSizeMb: 8 },
      });
      worker.on('message', (reply: Reply) => this.answered(worker, reply));
      worker.on('error', (error) => this.fail(error));
      worker.on('exit', (code) => {
        if (Atomics.load(this.stopped, 0) === 0) this.fail(new Error(`a scanning thread ended (${code})`));
      });
      this.all.push(worker);
      this.idle.push(worker);
    }
  }

  run(work: Work): Promise<ScannedPart> {
    return new Promise((resolve, reject) => {
      if (this.signal?.aborted) return reject(this.signal.reason);
      this.queue.push({ job: { ...work, id: this.jobs++ }, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    while (this.idle.length > 0 && this.queue.length > 0) {
      const worker = this.idle.pop()!;
      const waiting = this.queue.shift()!;
      this.running.set(worker, waiting);
      worker.postMessage(waiting.job);
    }
  }

  private answered(worker: Worker, reply: Reply): void {
    const waiting = this.running.get(worker);
    this.running.delete(worker);
    this.idle.push(worker);
    if (waiting) {
      if ('error' in reply) waiting.reject(errorOf(reply));
      else waiting.resolve(reply);
    }
    this.next();
  }

  private fail(error: unknown): void {
    Atomics.store(this.stopped, 0, 1);
    const waiting = [...this.running.values(), ...this.queue.splice(0)];
    this.running.clear();
    for (const { reject } of waiting) reject(error);
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    this.signal?.removeEventListener('abort', this.onAbort);
    Atomics.store(this.stopped, 0, 1);
    await Promise.all(this.all.map((worker) => worker.terminate()));
  }
}

function errorOf({ error, at }: Failure): Error {
  return at ? new InputError(error, at) : new Error(error);
}
