import { join } from 'node:path';
import type { Problem } from '../base/problem.ts';
import { BENCH_FILE, type Bench, loadBench } from '../bench/bench.ts';
import { Catalog } from '../catalog/catalog.ts';
import { DecisionLog } from '../catalog/decision-log.ts';
import { reviewerOf } from '../catalog/reviewer.ts';
import { type Placement, placeTasks } from '../curation/placement.ts';
import { rulingsOf } from '../curation/rulings.ts';
import { mixtureProblems } from '../mixture/problems.ts';
import { tasksInTrain } from '../mixture/tasks.ts';
import { InstanceBuilder } from '../prompts/instances.ts';

export const DECISIONS_FILE = 'decisions.jsonl';

/**
 * A bench, opened: its file, its catalogue, its decisions, and where the tasks stand after them. What
 * is derived is computed when asked for and dropped when what it rests on changed.
 */
export class Session {
  readonly root: string;
  readonly reviewer: string;
  readonly catalog: Catalog;
  readonly log: DecisionLog;
  readonly instances: InstanceBuilder;
  #bench: Bench;
  #placed: { version: string; placements: Map<string, Placement>; problems: Problem[] } | undefined;
  #benchVersion = 0;

  /** Throws InputError where heldout.yaml can't be used. */
  constructor(root: string, reviewer?: string) {
    this.root = root;
    this.#bench = loadBench(root);
    this.reviewer = reviewer || reviewerOf(root);
    this.catalog = Catalog.open(root);
    this.log = DecisionLog.open(join(root, DECISIONS_FILE));
    this.instances = new InstanceBuilder((task, numbers) => this.catalog.read(task, numbers));
  }

  get bench(): Bench {
    return this.#bench;
  }

  /** Reads heldout.yaml and the taxonomy again. */
  reloadBench(): void {
    this.#bench = loadBench(this.root);
    this.#benchVersion++;
  }

  placements(): Map<string, Placement> {
    return this.#place().placements;
  }

  placementOf(task: string): Placement {
    const placement = this.placements().get(task);
    return placement ?? { category: '', side: 'train', split: 'none', level: null, decision: null };
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

  close(): void {
    this.catalog.close();
  }

  #place() {
    const version = `${this.#benchVersion}/${this.catalog.version()}/${this.log.version()}`;
    if (this.#placed?.version !== version) {
      const tasks = this.catalog.tasks().map((task) => ({
        id: task.id,
        collection: task.collection,
        name: task.name,
        categories: task.categories,
      }));
      const { placements, problems } = placeTasks(tasks, this.#bench, rulingsOf(this.log.inForce()));
      const trained = tasksInTrain(this.#bench, this.catalog.tasks(), placements);
      problems.push(...mixtureProblems(this.#bench, trained));
      this.#placed = { version, placements, problems };
    }
    return this.#placed;
  }
}
