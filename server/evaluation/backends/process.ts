import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { writeFileAside } from '../../base/files.ts';
import { linesFrom } from '../../base/lines.ts';
import { InputError } from '../../base/problem.ts';
import { loadTokenizer } from '../../prompts/tokens.ts';
import { type EvaluateJob, type ScoreAnswer, type ScoreRequest, scoreAnswer } from '../../protocol.ts';
import type { Backend, CheckpointFacts } from './backend.ts';
import { jobText, LeftBehind } from './left-behind.ts';

/** Milliseconds between looks at the scores. */
const LOOK = 100;
/** What the runner's line on its failure begins with; the event has the same words. */
const FAILED = 'failed: ';

export interface ProcessOptions {
  /** The interpreter, and the folder of `heldout_runner`. */
  python: string;
  runner: string;
  /** Where the job's folder is made. */
  folder: string;
  job: Omit<EvaluateJob, 'version' | 'checkpoint' | 'tokenizer' | 'special_tokens'>;
  tokenizer?: string;
  hash: (path: string) => Promise<string>;
  /** Asked before the process is started; rejects where it can't run. */
  check?: () => Promise<void>;
  /** Lines that the process writes on its standard error, without the reason of its failure, which is thrown. */
  onLine?: (line: string) => void;
}

/**
 * Scores with PyTorch in a process of its own, by a folder. What a folder holds whose reader was killed is taken over,
 * so that it is not scored again: one at a time may run on a checkpoint. Throws InputError where there is no
 * checkpoint.
 */
export async function processBackend(given: string, options: ProcessOptions): Promise<Backend> {
  const checkpoint = resolve(given);
  for (const name of ['config.json', 'tokenizer.json']) {
    if (name === 'tokenizer.json' && options.tokenizer !== undefined) continue;
    if (existsSync(join(checkpoint, name))) continue;
    const why = existsSync(checkpoint) ? `it has no ${name}` : 'there is no such folder';
    const mend =
      name === 'tokenizer.json' && existsSync(checkpoint)
        ? 'name one with --tokenizer, or have transformers write it (AutoTokenizer.from_pretrained(…).save_pretrained(…))'
        : 'name a folder that transformers can load';
    throw new InputError(`not a checkpoint: ${why}; ${mend}`, { file: checkpoint });
  }
  const tokenizer = resolve(options.tokenizer ?? join(checkpoint, 'tokenizer.json'));
  const facts: CheckpointFacts = {
    name: basename(checkpoint),
    place: checkpoint,
    hash: await options.hash(checkpoint),
    step: stepOf(checkpoint),
  };
  const job = {
    version: 1,
    checkpoint,
    tokenizer,
    ...options.job,
    special_tokens: !isTrainedHere(checkpoint),
  } as const;
  return new ProcessBackend(facts, job, options);
}

/** Whether a training run wrote it: `JOB/final` or `JOB/checkpoints/step-…`, beside the run that the runner read. */
function isTrainedHere(checkpoint: string): boolean {
  return ['..', '../..'].some((up) => existsSync(join(checkpoint, up, 'run.json')));
}

/** A training run's checkpoints are called after their step. */
export function stepOf(folder: string): number | null {
  const number = /^step-(\d+)$/u.exec(basename(folder))?.[1];
  return number === undefined ? null : Number(number);
}

class ProcessBackend implements Backend {
  readonly kind = 'process';
  readonly checkpoint: CheckpointFacts;
  readonly length: number | undefined;
  readonly countTokens: (text: string) => number;
  readonly #job: EvaluateJob;
  readonly #options: ProcessOptions;

  constructor(checkpoint: CheckpointFacts, job: EvaluateJob, options: ProcessOptions) {
    this.checkpoint = checkpoint;
    this.length = job.length ?? undefined;
    this.countTokens = (text) => {
      const tokenizer = loadTokenizer(job.tokenizer);
      return job.special_tokens ? tokenizer.promptIds(text).length : tokenizer.count(text);
    };
    this.#job = job;
    this.#options = options;
  }

  async *run(requests: AsyncIterable<ScoreRequest>, signal: AbortSignal): AsyncGenerator<ScoreAnswer> {
    mkdirSync(this.#options.folder, { recursive: true });
    const left = new LeftBehind(this.#options.folder, this.#prefix(), this.#job);
    const folder = mkdtempSync(join(this.#options.folder, this.#prefix()));
    let child: ChildProcess | undefined;
    try {
      writeFileAside(join(folder, 'evaluate.json'), jobText(this.#job));
      const known: ScoreAnswer[] = [];
      const open = async function* () {
        for await (const request of requests) {
          const answer = left.take(request);
          if (answer) known.push(answer);
          else yield request;
        }
      };
      const count = await writeRequests(join(folder, 'requests.jsonl'), open(), signal);
      yield* known;
      if (count === 0) return;
      await this.#options.check?.();
      child = this.#start(folder);
      yield* answers(folder, count, child, signal);
    } finally {
      await stopped(child);
      for (const one of [folder, ...left.folders]) rmSync(one, { recursive: true, force: true });
    }
  }

  /** Weights that changed have other folders. */
  #prefix(): string {
    return `score-${this.checkpoint.hash.slice(0, 12)}-`;
  }

  async close(): Promise<void> {}

  #start(folder: string): ChildProcess {
    const { python, runner, onLine = () => {} } = this.#options;
    const child = spawn(python, ['-m', 'heldout_runner', 'evaluate', folder], {
      env: { ...process.env, PYTHONPATH: runner, HELDOUT_JOB: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    createInterface({ input: child.stderr! }).on('line', (line) => {
      if (line.trim() !== '' && !line.startsWith(FAILED)) onLine(line);
    });
    // Without a listener a missing interpreter would end this process; `answers` sees the exit.
    child.on('error', (error) => onLine(`${python}: ${error.message}`));
    return child;
  }
}

/** All requests, in a file: the runner sorts them by length and by what they begin with. */
async function writeRequests(
  path: string,
  requests: AsyncIterable<ScoreRequest>,
  signal: AbortSignal,
): Promise<number> {
  const file = createWriteStream(path);
  let count = 0;
  for await (const request of requests) {
    signal.throwIfAborted();
    count++;
    if (!file.write(`${JSON.stringify(request)}\n`))
      await new Promise<void>((resolve) => void file.once('drain', resolve));
  }
  await new Promise<void>((resolve, reject) => {
    file.once('error', reject);
    file.end(resolve);
  });
  return count;
}

/** Follows `scores.jsonl` while the process writes it. */
async function* answers(
  folder: string,
  count: number,
  child: ChildProcess,
  signal: AbortSignal,
): AsyncGenerator<ScoreAnswer> {
  const scores = join(folder, 'scores.jsonl');
  let at = 0;
  let given = 0;
  for (;;) {
    signal.throwIfAborted();
    // Asked before reading: what an ended process wrote is all there.
    const ended = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    for (const { text, to } of linesFrom(scores, at)) {
      const answer = scoreAnswer.safeParse(JSON.parse(text));
      if (!answer.success) throw new Error(`the runner wrote a line that is no score: ${text.slice(0, 200)}`);
      at = to;
      given++;
      yield answer.data;
    }
    if (given >= count) return;
    if (ended) throw new InputError(reasonOf(folder, child));
    await wait(LOOK, undefined, { signal }).catch(() => {});
  }
}

const failure = z.object({ event: z.literal('failed'), text: z.string(), advice: z.string().optional() });

/** Why the process ended before it had scored all. */
function reasonOf(folder: string, child: ChildProcess): string {
  for (const { text } of [...linesFrom(join(folder, 'work.jsonl'), 0)].reverse()) {
    const event = failure.safeParse(JSON.parse(text));
    if (event.success) return [event.data.text, event.data.advice].filter(Boolean).join('; ');
  }
  const how = child.signalCode ?? (child.pid === undefined ? 'it could not be started' : child.exitCode);
  return `the runner ended before all was scored (${how}): "heldout runner doctor" tells what is missing`;
}

/** Asks the process to end, then makes it. */
async function stopped(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
