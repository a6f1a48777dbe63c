import { join } from 'node:path';
import { InputError } from '../../base/problem.ts';
import { Aggregation } from '../../evaluation/aggregate.ts';
import type { Backend } from '../../evaluation/backends/backend.ts';
import { Journal, requestKey } from '../../evaluation/journal.ts';
import { ResultsWriter } from '../../evaluation/results.ts';
import { failedExample, scoreExample } from '../../evaluation/score-example.ts';
import type { ResultsFile, ScoreAnswer, ScoredExample, ScoreRequest, ShotsSetting } from '../../protocol.ts';
import type { TaskSelection } from '../selection.ts';
import type { Session } from '../session.ts';
import { type AskedTasks, askedTasks, splitOf } from './asked.ts';
import { cleannessOf, overlapState } from './cleanness.ts';
import { type Asking, examplesOf, type Item, type ItemOptions, itemsOf } from './items.ts';
import { lockScores } from './score-lock.ts';
import { placedTask } from './tasks.ts';

/** Reasons of failures that results name. */
const MOST_REASONS = 20;

export interface EvaluateOptions extends AskedTasks {
  name: string;
  /** The results file to write. */
  path: string;
  shots: readonly ShotsSetting[];
  limit: number | null;
  maxTokens: number;
  unconditional: boolean;
}

/**
 * Scores a checkpoint on the bench's evaluation tasks after all decisions, and writes its results. First what is
 * not yet known is scored into the journal of the checkpoint; then every example is put together again with its
 * answer, in order. Stopped anywhere, the same call goes on. Throws InputError where nothing can be evaluated.
 */
export async function evaluate(
  session: Session,
  backend: Backend,
  options: EvaluateOptions,
): Promise<ResultsFile> {
  const started = performance.now();
  const { limit, shots } = options;
  if (shots.includes('fit') && (!backend.countTokens || backend.length === undefined))
    throw new InputError('shots that fit need a tokenizer and the length of the context: give --length');
  const selections = await askedTasks(session, options);
  const folder = join(session.root, '.heldout', 'scores', backend.checkpoint.hash);
  const lock = await lockScores(folder, backend.checkpoint.name, options);
  let journal: Journal | undefined;
  try {
    journal = Journal.open(folder);
    const plan = new Plan(session, backend, selections, options);
    const round = await scoreMissing(plan, backend, journal, options);
    return await writeResults(session, plan, backend, journal, { ...options, ...round, started, limit });
  } finally {
    journal?.close();
    lock.release();
  }
}

/** The instances of an evaluation, put together anew each time they are gone through. */
class Plan {
  readonly selections: readonly TaskSelection[];
  /** Instances, about: a template may leave some out. */
  readonly expected: number;
  readonly #session: Session;
  readonly #backend: Backend;
  readonly #options: EvaluateOptions;
  readonly #cleanness = new Map<string, ItemOptions['cleanness']>();

  constructor(
    session: Session,
    backend: Backend,
    selections: readonly TaskSelection[],
    options: EvaluateOptions,
  ) {
    this.#session = session;
    this.#backend = backend;
    this.#options = options;
    this.selections = selections;
    const instances = selections.flatMap((one) => examplesOf(one, options));
    this.expected =
      options.shots.length * instances.reduce((sum, { templates }) => sum + templates.length, 0);
  }

  async *items(): AsyncGenerator<{ item: Item; selection: TaskSelection }> {
    const { length, countTokens: count } = this.#backend;
    const fitting = length !== undefined && count ? { length, count } : undefined;
    for (const selection of this.selections) {
      const cleanness = await this.#cleannessOf(selection);
      const options = { ...this.#options, fitting, cleanness };
      for await (const item of itemsOf(this.#session, selection, options)) yield { item, selection };
    }
  }

  key(request: Asking): string {
    return requestKey({ id: '', ...request } as ScoreRequest, [this.#backend.length ?? null]);
  }

  async #cleannessOf({ task }: TaskSelection): Promise<ItemOptions['cleanness']> {
    const known = this.#cleanness.get(task.id);
    if (known !== undefined) return known;
    const cleanness = await cleannessOf(this.#session, task, this.#options);
    this.#cleanness.set(task.id, cleanness);
    return cleanness;
  }
}

interface Round {
  /** Requests answered now, and those known before. */
  scored: number;
  known: number;
  /** What could not be answered, by key. */
  errors: Map<string, string>;
}

/** Asks the backend what the journal doesn't know, each request once. */
async function scoreMissing(
  plan: Plan,
  backend: Backend,
  journal: Journal,
  { signal, onStep }: EvaluateOptions,
): Promise<Round> {
  const round: Round = { scored: 0, known: 0, errors: new Map() };
  const asked = new Set<string>();
  let seen = 0;
  const step = () => {
    const done = Math.min(plan.expected, Math.max(0, seen - (asked.size - round.scored)));
    onStep({
      message: `scoring ${backend.checkpoint.name}`,
      done,
      total: plan.expected,
      unit: 'instances',
    });
  };
  const missing = async function* (): AsyncGenerator<ScoreRequest> {
    for await (const { item } of plan.items()) {
      signal.throwIfAborted();
      seen++;
      for (const request of [item.request, item.unconditional]) {
        if (!request) continue;
        const key = plan.key(request);
        if (asked.has(key)) continue;
        if (journal.get(key)) round.known++;
        else {
          asked.add(key);
          yield { id: key, ...request } as ScoreRequest;
        }
      }
      if (seen % 256 === 0) step();
    }
  };
  for await (const answer of backend.run(missing(), signal)) {
    if (!asked.has(answer.id))
      throw new Error(`an answer came to a request that was not made (${answer.id})`);
    round.scored++;
    if ('error' in answer) round.errors.set(answer.id, answer.error);
    else journal.add(answer.id, answer);
    step();
  }
  journal.flush();
  return round;
}

async function writeResults(
  session: Session,
  plan: Plan,
  backend: Backend,
  journal: Journal,
  options: EvaluateOptions & Round & { started: number },
): Promise<ResultsFile> {
  const { name, path, shots, prompts, seed, limit, maxTokens, unconditional, errors, scored, known } =
    options;
  const placed = new Map(plan.selections.map((one) => [one.task.id, placedTask(session, one)]));
  const aggregation = new Aggregation(seed);
  const counts = { examples: 0, failed: 0, truncated: 0, tied: 0, fewer: 0, scored, known };
  const failures = new Map<string, ResultsFile['failures'][number]>();
  const answerTo = (request: Asking): ScoreAnswer => {
    const key = plan.key(request);
    return journal.get(key) ?? { id: key, error: errors.get(key) ?? 'the backend gave no answer' };
  };
  const writer = new ResultsWriter(path);
  try {
    for await (const { item, selection } of plan.items()) {
      options.signal.throwIfAborted();
      const example = exampleOf(item, answerTo);
      writer.add(example);
      aggregation.add(placed.get(selection.task.id)!, example);
      counts.examples++;
      if (example.truncated > 0) counts.truncated++;
      if (example.tied) counts.tied++;
      if (example.failed === undefined) {
        if (example.shots !== 'fit' && example.shown < example.shots) counts.fewer++;
        continue;
      }
      counts.failed++;
      const { task, template, failed: reason } = example;
      // What is quoted differs from one example to the next, and the reason is the same.
      const kind = reason.replace(/"(?:[^"\\]|\\.)*"/gu, '""');
      const failure = failures.get(kind) ?? { reason, count: 0, task, example: example.example, template };
      failures.set(kind, failure);
      failure.count++;
    }
    return writer.finish({
      heldout: 'results',
      version: 1,
      name,
      created: new Date().toISOString(),
      checkpoint: { ...backend.checkpoint, kind: backend.kind },
      settings: {
        ...(options.tasks && { tasks: [...options.tasks] }),
        shots: [...shots],
        prompts,
        seed,
        limit,
        split: splitOf(plan.selections),
        template: options.template ?? null,
        maxTokens,
        length: backend.length ?? null,
        unconditional,
      },
      overlap: overlapState(session),
      counts,
      failures: [...failures.values()].sort((a, b) => b.count - a.count).slice(0, MOST_REASONS),
      seconds: (performance.now() - options.started) / 1000,
      ...aggregation.tables(),
    });
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

function exampleOf(item: Item, answerTo: (request: Asking) => ScoreAnswer): ScoredExample {
  if (!item.request) return failedExample(item.asked, item.failed ?? 'it gives nothing to score');
  return scoreExample(item.asked, answerTo(item.request), item.unconditional && answerTo(item.unconditional));
}
