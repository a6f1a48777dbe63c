import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { nearest } from '../bench/nearest.ts';
import type { CatalogTask } from '../catalog/catalog.ts';
import type { Record as ExampleRecord, Template } from '../collections/types.ts';
import { LENGTH_EDGES, Lengths } from '../prompts/lengths.ts';
import { drawInstances } from '../prompts/selection.ts';
import { type TokenCounter, tokenCounter } from '../prompts/tokens.ts';
import { TemplateError, textOf } from '../prompts/types.ts';
import type { CheckedParamsOf, StatisticsRow, StatisticsView } from '../protocol.ts';
import { instancesOf } from './instances.ts';
import type { Session } from './session.ts';

type Query = CheckedParamsOf<'statistics'>;

/** What was counted of one task. */
interface Counted {
  lengths: Lengths;
  sampled: number;
  failed: number;
}

/**
 * The paper's Table 1 over this bench: all tasks that were not removed. A prompt's length is that of its
 * source without demonstrations, delimiter included; of a task so many prompts are drawn by seed among all
 * its examples and templates, N of N where it has no more examples. Tasks
 * weigh as many examples as they have; plain text has no prompt and doesn't count.
 */
export async function statistics(
  session: Session,
  query: Query,
  { signal, onStep }: { signal: AbortSignal; onStep: OnStep },
): Promise<StatisticsView> {
  const names = collectionsOf(session, query.collections);
  const tasks = session.catalog
    .tasks()
    .filter(({ id, collection }) => names.includes(collection) && session.placementOf(id).split !== 'none');
  const counter = tokenCounter(query.tokenizer);
  const work = new Work(session, counter, query);
  const rows = new Map(names.map((name) => [name, new Row(name)]));
  const total = new Row('');
  for (const [done, task] of tasks.entries()) {
    onStep({ message: `counting ${task.id}`, done, total: tasks.length, unit: 'tasks' });
    const templates = session.taskInUse(task).facts.templates;
    const counted = await work.count(task, templates, signal);
    const { category } = session.placementOf(task.id);
    for (const row of [rows.get(task.collection)!, total]) row.add(task, category, templates.length, counted);
  }
  onStep({ message: 'counted', done: tasks.length, total: tasks.length, unit: 'tasks' });
  return {
    unit: counter.unit,
    sample: query.sample,
    seed: query.seed,
    edges: [...LENGTH_EDGES],
    rows: [...rows.values()].map((row) => row.done()),
    total: total.done(),
  };
}

function collectionsOf(session: Session, wanted: readonly string[] | undefined): string[] {
  const known = session.bench.collections.map(({ name }) => name);
  for (const name of wanted ?? []) {
    if (known.includes(name)) continue;
    const guess = nearest(name, known);
    throw new InputError(
      `there is no collection "${name}": ${guess ? `did you mean "${guess}"?` : known.join(', ')}`,
    );
  }
  return wanted ? known.filter((name) => wanted.includes(name)) : known;
}

class Row {
  readonly #collection: string;
  readonly #categories = new Set<string>();
  readonly #lengths = new Lengths();
  #tasks = 0;
  #examples = 0;
  #templates = 0;
  #sampled = 0;
  #failed = 0;

  constructor(collection: string) {
    this.#collection = collection;
  }

  add(task: CatalogTask, category: string, templates: number, counted: Counted): void {
    this.#categories.add(category);
    this.#tasks++;
    this.#examples += task.examples;
    this.#templates += templates;
    this.#sampled += counted.sampled;
    this.#failed += counted.failed;
    this.#lengths.addAll(counted.lengths, task.examples);
  }

  done(): StatisticsRow {
    return {
      collection: this.#collection,
      categories: this.#categories.size,
      tasks: this.#tasks,
      examples: this.#examples,
      promptsPerTask: this.#tasks > 0 ? this.#templates / this.#tasks : 0,
      sampled: this.#sampled,
      failed: this.#failed,
      promptLength: this.#lengths.summary(),
      histogram: this.#lengths.histogram(),
    };
  }
}

/** Counts that were made, by what they rest on: a page asks again after each change. */
const known = new WeakMap<Session, Map<string, Counted>>();

class Work {
  readonly #session: Session;
  readonly #counter: TokenCounter;
  readonly #query: Query;
  readonly #known: Map<string, Counted>;

  constructor(session: Session, counter: TokenCounter, query: Query) {
    this.#session = session;
    this.#counter = counter;
    this.#query = query;
    this.#known = known.get(session) ?? new Map<string, Counted>();
    known.set(session, this.#known);
  }

  async count(task: CatalogTask, templates: readonly Template[], signal: AbortSignal): Promise<Counted> {
    const { tokenizer, sample, seed } = this.#query;
    const names = templates.map(({ name }) => name);
    const hash = this.#session.catalog.taskHash(task.id);
    const key = JSON.stringify([task.id, hash, names, tokenizer, sample, seed]);
    const before = this.#known.get(key);
    if (before) return before;
    const counted = await this.#count(task, templates, signal);
    this.#known.set(key, counted);
    return counted;
  }

  async #count(task: CatalogTask, templates: readonly Template[], signal: AbortSignal): Promise<Counted> {
    const { sample, seed } = this.#query;
    // Plain text has no prompt: all of it is target.
    if (task.facts.instructions === 'none') return { lengths: new Lengths(), sampled: 0, failed: 0 };
    const pool = { task: `${task.id}/statistics`, from: 0, to: task.examples, templates: templates.length };
    const selection = drawInstances(pool, { seed, most: sample });
    const choices = Array.from({ length: selection.count }, (_, place) => selection.at(place));
    const numbers = [...new Set(choices.map(({ example }) => example))].sort((a, b) => a - b);
    // Each example is read once, in the order of its file.
    const records = new Map<number, ExampleRecord>();
    for await (const { number, record } of this.#session.catalog.read(task.id, numbers, signal))
      records.set(number, record);

    const asked = { id: task.id, facts: task.facts, examples: task.examples, shotPool: 0 };
    const lengths = new Lengths();
    let failed = 0;
    for (const { example, template } of choices) {
      signal.throwIfAborted();
      try {
        const request = { example, template: templates[template]!, shots: 0, seed };
        const { source } = instancesOf(this.#session).compose(
          asked,
          request,
          [],
          (number) => records.get(number)!,
        );
        lengths.add(this.#counter.count(textOf(source)));
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        failed++;
      }
    }
    return { lengths, sampled: choices.length - failed, failed };
  }
}
