import type {
  Estimate,
  Estimates,
  Level,
  LevelScore,
  MetricName,
  ScoredExample,
  ScoreTables,
  SubtaskScore,
} from '../protocol.ts';
import { LEVELS, type Leaf, rollUp } from './hierarchy.ts';
import { macroF1 } from './metrics/macro-f1.ts';
import { averaged, bootstrapped, type Cell, deviation, mean } from './statistics.ts';
import type { Which } from './which.ts';

/** Where a task of the catalogue stands in the tables. */
export interface Placed extends Omit<Leaf, 'shots'> {
  /** The metric of what is generated; what is ranked has accuracy. */
  generated: MetricName;
}

/** Keeps of each example what its subtask's row needs; examples come in any order. */
export class Aggregation {
  readonly #subtasks = new Map<string, Subtask>();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  add(placed: Placed, scored: ScoredExample): void {
    const key = JSON.stringify([placed.id, scored.shots]);
    let subtask = this.#subtasks.get(key);
    if (!subtask) this.#subtasks.set(key, (subtask = new Subtask({ ...placed, shots: scored.shots })));
    subtask.add(scored);
  }

  tables(): ScoreTables {
    return tablesOf([...this.#subtasks.values()].map((subtask) => subtask.score(this.#seed)));
  }
}

/** The score of an example that stands for it in the tables. */
export function mainMetric(scored: Pick<ScoredExample, 'kind'>, generated: MetricName): MetricName {
  return scored.kind === 'rank' ? 'accuracy' : generated;
}

interface ScoredCell extends Cell {
  overlap: ScoredExample['overlap'];
}

class Subtask {
  readonly #leaf: Placed & Leaf;
  readonly #cells: ScoredCell[] = [];
  readonly #templates = new Map<string, { metrics: Set<MetricName>; examples: number; failed: number }>();
  readonly #sums = new Map<MetricName, { sum: number; count: number }>();
  readonly #answers: { right: string; predicted: string }[] = [];
  #truncated = 0;
  #tied = 0;

  constructor(leaf: Placed & Leaf) {
    this.#leaf = leaf;
  }

  add(scored: ScoredExample): void {
    const { template, example, metrics, overlap } = scored;
    const counts = this.#templates.get(template) ?? { metrics: new Set(), examples: 0, failed: 0 };
    this.#templates.set(template, counts);
    counts.examples++;
    if (scored.truncated > 0) this.#truncated++;
    const metric = mainMetric(scored, this.#leaf.generated);
    const score = metrics[metric];
    if (scored.failed !== undefined || score === undefined) {
      counts.failed++;
      return;
    }
    if (scored.tied) this.#tied++;
    counts.metrics.add(metric);
    this.#cells.push({ template, example, score, overlap });
    for (const [name, value] of Object.entries(metrics) as [MetricName, number][]) {
      const { sum, count } = this.#sums.get(name) ?? { sum: 0, count: 0 };
      this.#sums.set(name, { sum: sum + value, count: count + 1 });
    }
    if (scored.kind === 'rank' && scored.references[0] !== undefined) {
      const predicted = scored.prediction!.trim();
      const right = metrics.accuracy === 1 ? predicted : scored.references[0].trim();
      this.#answers.push({ right, predicted });
    }
  }

  score(seed: number): SubtaskScore {
    const { generated: _, ...leaf } = this.#leaf;
    const key = [leaf.id, String(leaf.shots), seed];
    const among = (which: string, cells: readonly Cell[]) => bootstrapped(cells, which, ...key);
    const known = this.#cells.some(({ overlap }) => overlap !== null);
    const clean = this.#cells.filter(({ overlap }) => overlap === 'clean');
    const content = this.#cells.filter(({ overlap }) => overlap !== null && overlap !== 'content');
    const templates = [...this.#templates].map(([template, { metrics, examples, failed }]) => ({
      template,
      metric: metrics.size === 1 ? [...metrics][0]! : null,
      estimate: among(
        `template ${template}`,
        this.#cells.filter((cell) => cell.template === template),
      ),
      examples,
      failed,
    }));
    const scores = templates.flatMap(({ estimate }) => (estimate ? [estimate.score] : []));
    const metrics = new Set([...this.#templates.values()].flatMap((each) => [...each.metrics]));
    return {
      ...leaf,
      // Templates of both kinds: the score is the mean of each by its own metric.
      metric: metrics.size === 1 ? [...metrics][0]! : null,
      all: among('all', this.#cells),
      clean: known ? among('clean', clean) : null,
      cleanContent: known ? among('content', content) : null,
      metrics: Object.fromEntries([...this.#sums].map(([name, { sum, count }]) => [name, sum / count])),
      macroF1: macroF1(this.#answers),
      spread:
        scores.length > 1
          ? { lowest: Math.min(...scores), highest: Math.max(...scores), deviation: deviation(scores) }
          : null,
      templates,
      examples: templates.reduce((sum, { examples }) => sum + examples, 0),
      failed: templates.reduce((sum, { failed }) => sum + failed, 0),
      truncated: this.#truncated,
      tied: this.#tied,
    };
  }
}

/** Three means side by side. One that a part lacks is the mean of the parts that have it. */
function averagedEstimates(values: readonly (Estimates | null)[]): Estimates | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const one = (which: Which) => averaged(known.map((value) => value[which]));
  return { all: one('all'), clean: one('clean'), cleanContent: one('cleanContent') };
}

const NOTHING: Estimates = { all: null, clean: null, cleanContent: null };

/** Subtasks averaged up to levels. A subtask without a score takes no part in any mean. */
export function tablesOf(subtasks: readonly SubtaskScore[]): ScoreTables {
  const scoreOf = ({ all, clean, cleanContent }: SubtaskScore) => ({ all, clean, cleanContent });
  const nodes = rollUp(subtasks, scoreOf, averagedEstimates);
  const levels = nodes.map(({ level, shots, categories, value }) => {
    const tasks = categories.flatMap((each) => each.tasks);
    const leaves = tasks.reduce((sum, each) => sum + each.subtasks.length, 0);
    return {
      level,
      shots,
      categories: categories.length,
      tasks: tasks.length,
      subtasks: leaves,
      ...(value ?? NOTHING),
    };
  });
  const categories = nodes.flatMap((node) =>
    node.categories.map(({ category, level, shots, tasks, value }) => ({
      category,
      level,
      shots,
      tasks: tasks.length,
      subtasks: tasks.reduce((sum, each) => sum + each.subtasks.length, 0),
      ...(value ?? NOTHING),
    })),
  );
  const tasks = nodes.flatMap((node) =>
    node.categories.flatMap((each) =>
      each.tasks.map(({ task, category, level, shots, subtasks: own, value }) => ({
        task,
        category,
        level,
        shots,
        subtasks: own.length,
        ...(value ?? NOTHING),
      })),
    ),
  );
  return { levels, categories, tasks, subtasks: [...subtasks], selection: selectionOf(levels) };
}

/** Shots whose mean chooses a model (OPT-IML, section 4). */
const SELECTING = [0, 5];

/** Null unless some level has a score at both. */
function selectionOf(levels: readonly LevelScore[]): ScoreTables['selection'] {
  const scores: Partial<Record<Level, number>> = {};
  for (const level of LEVELS) {
    const at = SELECTING.map(
      (shots): Estimate | null =>
        levels.find((row) => row.level === level && row.shots === shots)?.all ?? null,
    );
    if (at.every((one) => one !== null)) scores[level] = mean(at.map((one) => one!.score));
  }
  const values = Object.values(scores);
  return values.length > 0 ? { score: mean(values), levels: scores } : null;
}
