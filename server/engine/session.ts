import { join } from 'node:path';
import { InputError, type Problem } from '../base/problem.ts';
import { BENCH_FILE, type Bench, type BenchText, loadBench } from '../bench/bench.ts';
import { Catalog, type CatalogTask } from '../catalog/catalog.ts';
import { DecisionLog } from '../catalog/decision-log.ts';
import { reviewerOf } from '../catalog/reviewer.ts';
import { placeConflicts } from '../curation/conflicts.ts';
import { type Placement, placeTasks } from '../curation/placement.ts';
import { type Rulings, renamed, rulingsOf } from '../curation/rulings.ts';
import { splitProblems } from '../curation/split-checks/problems.ts';
import { mixtureProblems } from '../mixture/problems.ts';
import { tasksInTrain } from '../mixture/tasks.ts';
import { placedTasks } from './placed-tasks.ts';
import { taskInUse } from './task-in-use.ts';

export const DECISIONS_FILE = 'decisions.jsonl';

/** A bench as it was at some time: its files' texts, its catalogue, its decisions. */
export interface FrozenBench {
  textOf: BenchText;
  catalog: Catalog;
  log: DecisionLog;
}

/**
 * A bench, opened: its file, its catalogue, its decisions, and where the tasks stand after them. What
 * is derived is computed when asked for and dropped when what it rests on changed. What makes prompts
 * (`instancesOf`) and checks templates (`checksOf`) stands beside it, for those who need it.
 */
export class Session {
  readonly root: string;
  readonly reviewer: string;
  readonly catalog: Catalog;
  readonly log: DecisionLog;
  /** How many findings are known by now on the templates of each task; `checksOf` keeps it. */
  readonly findings = new Map<string, number>();
  readonly #textOf: BenchText | undefined;
  #bench: Bench;
  #placed:
    | { version: string; rulings: Rulings; placements: Map<string, Placement>; problems: Problem[] }
    | undefined;
  #benchVersion = 0;
  readonly #closing = new AbortController();

  /** Throws InputError where heldout.yaml can't be used. */
  constructor(root: string, reviewer?: string, frozen?: FrozenBench) {
    this.root = root;
    this.#textOf = frozen?.textOf;
    this.#bench = loadBench(root, this.#textOf);
    this.reviewer = reviewer || reviewerOf(root);
    this.catalog = frozen?.catalog ?? Catalog.open(root);
    this.log = frozen?.log ?? DecisionLog.open(join(root, DECISIONS_FILE));
  }

  get bench(): Bench {
    return this.#bench;
  }

  /** Reads heldout.yaml and the taxonomy again. */
  reloadBench(): void {
    this.#bench = loadBench(this.root, this.#textOf);
    this.#benchVersion++;
  }

  /** Changes whenever the bench, its catalogue or its decisions do. */
  version(): string {
    return `${this.#benchVersion}/${this.catalog.version()}/${this.log.version()}`;
  }

  placements(): Map<string, Placement> {
    return this.#place().placements;
  }

  placementOf(task: string): Placement {
    const placement = this.placements().get(task);
    return (
      placement ?? { category: '', side: 'train', split: 'none', leftOut: true, level: null, decision: null }
    );
  }

  /** The task as its instances are made: without templates that were ruled to alter it. */
  taskInUse(task: CatalogTask): CatalogTask {
    return taskInUse(task, this.altering().get(task.id));
  }

  /** What people ruled, as it bears on tasks. */
  rulings(): Rulings {
    return this.#place().rulings;
  }

  /** The names of the templates that were ruled to alter their task, by task. */
  altering(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#place().rulings.altering;
  }

  /** Faults of heldout.yaml, the taxonomy, the decision log and the catalogue. */
  problems(): Problem[] {
    const problems = [
      ...this.#bench.problems,
      ...this.log.problems(),
      ...this.catalog.problems(),
      ...this.#place().problems,
    ];
    return problems.map((problem) => ({ ...problem, file: problem.file || join(this.root, BENCH_FILE) }));
  }

  /** Aborted when the session closes: no work is to go on then. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  close(): void {
    this.#closing.abort(new InputError('the bench was closed'));
    this.catalog.close();
  }

  #place() {
    const version = this.version();
    if (this.#placed?.version !== version) {
      const tasks = this.catalog.tasks().map((task) => ({
        id: task.id,
        collection: task.collection,
        name: task.name,
        categories: task.categories,
      }));
      const rulings = rulingsOf(this.log.inForce());
      const { placements, problems } = placeTasks(tasks, this.#bench, rulings);
      const now = (category: string) => renamed(category, rulings.renames);
      const placed = placedTasks(this.catalog.tasks(), placements);
      problems.push(...splitProblems({ bench: this.#bench, now, tasks: placed }));
      const trained = tasksInTrain(this.#bench, this.catalog.tasks(), placements);
      problems.push(...mixtureProblems(this.#bench, trained));
      problems.push(...placeConflicts(this.log.conflicts(), this.log.path));
      this.#placed = { version, rulings, placements, problems };
    }
    return this.#placed;
  }
}
