import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../base/problem.ts';
import { digest, type MarkedSource, markOf } from '../marks.ts';
import type { EvalIndex } from './eval-index.ts';
import { loadIndex, readIndexFacts, saveIndex } from './file.ts';

/** An index, and those of its tasks that it is asked for: the others have changed since, or another index has them. */
export interface ShelvedIndex {
  index: EvalIndex;
  tasks: ReadonlySet<string>;
}

/** A saved index without its memory. */
interface Volume {
  name: string;
  /** Task to mark. */
  marks: ReadonlyMap<string, string>;
  /** Task to the number of its examples. */
  examples: ReadonlyMap<string, number>;
}

/** Each index is a scan of its own: of more than this, all but the largest are made again as one. */
const MOST_VOLUMES = 6;

/**
 * The eval side's saved indexes in a folder. A task that is new or has changed is indexed by itself, beside
 * what there is; the examples that it had before stay in the older index and are passed over. What was
 * loaded stays loaded while it is of use.
 */
export class IndexShelf {
  private readonly folder: string;
  private readonly key: string;
  private readonly onProblem: (message: string) => void;
  private readonly loaded = new Map<string, EvalIndex>();
  private writable = true;

  /** `setting`: what the indexes depend on beside their tasks. */
  constructor(folder: string, setting: readonly unknown[], onProblem: (message: string) => void) {
    this.folder = folder;
    this.key = digest(setting);
    this.onProblem = onProblem;
  }

  /** Indexes that hold these tasks as they are now, each task in one of them; `make` indexes those that are in none. */
  async cover(
    held: readonly MarkedSource[],
    make: (sources: readonly MarkedSource[]) => Promise<EvalIndex>,
  ): Promise<ShelvedIndex[]> {
    const covered: ShelvedIndex[] = [];
    const open = new Map(held.map((source) => [source.task, source]));
    for (const { volume, tasks } of this.choose(held)) {
      const index = this.load(volume.name);
      if (!index) continue;
      covered.push({ index, tasks });
      for (const task of tasks) open.delete(task);
    }
    const missing = held.filter(({ task }) => open.has(task));
    if (missing.length > 0) {
      const index = await make(missing);
      covered.push({ index, tasks: new Set(missing.map(({ task }) => task)) });
      this.save(index, missing);
    }
    return covered;
  }

  /** The same without making any: what is saved. Tasks that no index has are left out. */
  saved(held: readonly MarkedSource[]): ShelvedIndex[] {
    return this.choose(held).flatMap(({ volume, tasks }) => {
      const index = this.load(volume.name);
      return index ? [{ index, tasks }] : [];
    });
  }

  /** Lets go of an index's memory; it is read again when it is asked for. */
  release(index: EvalIndex): void {
    for (const [name, loaded] of this.loaded) if (loaded === index) this.loaded.delete(name);
  }

  /**
   * Removes what all tasks of the eval side have no use for, and indexes that are better made again: those
   * of which most is out of date, and the small ones when there are many.
   */
  prune(held: readonly MarkedSource[]): void {
    const useful = this.choose(held).filter(({ volume, tasks }) => {
      const wanted = [...tasks].reduce((sum, task) => sum + volume.examples.get(task)!, 0);
      const all = [...volume.examples.values()].reduce((sum, count) => sum + count, 0);
      return wanted * 2 >= all;
    });
    if (useful.length === 0) return;
    const kept = useful.length > MOST_VOLUMES ? useful.slice(0, 1) : useful;
    const names = new Set(kept.map(({ volume }) => volume.name));
    for (const name of this.names()) {
      if (names.has(name)) continue;
      this.loaded.delete(name);
      rmSync(join(this.folder, name), { force: true });
    }
  }

  /** The volumes to read, those with most of the tasks first, each task from one. */
  private choose(held: readonly MarkedSource[]): { volume: Volume; tasks: Set<string> }[] {
    const marks = new Map(held.map((source) => [source.task, markOf(source)]));
    const volumes = this.volumes().map((volume) => ({
      volume,
      fitting: [...volume.marks].filter(([task, mark]) => marks.get(task) === mark).map(([task]) => task),
    }));
    volumes.sort((x, y) => y.fitting.length - x.fitting.length);
    const taken = new Set<string>();
    const chosen: { volume: Volume; tasks: Set<string> }[] = [];
    for (const { volume, fitting } of volumes) {
      const tasks = new Set(fitting.filter((task) => !taken.has(task)));
      if (tasks.size === 0) continue;
      for (const task of tasks) taken.add(task);
      chosen.push({ volume, tasks });
    }
    return chosen;
  }

  private volumes(): Volume[] {
    return this.names().flatMap((name) => {
      const facts = readIndexFacts(join(this.folder, name), this.key);
      if (!facts) return [];
      const marks = new Map(facts.tasks.map(({ task }, at) => [task, facts.marks[at]!]));
      return [{ name, marks, examples: new Map(facts.tasks.map(({ task, examples }) => [task, examples])) }];
    });
  }

  private names(): string[] {
    try {
      return readdirSync(this.folder).filter((name) => /^index-.*\.bin$/.test(name));
    } catch {
      return [];
    }
  }

  private nameOf(marks: readonly string[]): string {
    return `index-${digest([this.key, ...marks])}.bin`;
  }

  private load(name: string): EvalIndex | undefined {
    const loaded = this.loaded.get(name) ?? loadIndex(join(this.folder, name), this.key);
    if (loaded) this.loaded.set(name, loaded);
    return loaded;
  }

  /** An index that can't be saved is no reason to stop: said once. */
  private save(index: EvalIndex, held: readonly MarkedSource[]): void {
    if (!this.writable) return;
    const marks = held.map(markOf);
    const name = this.nameOf(marks);
    try {
      saveIndex(join(this.folder, name), this.key, marks, index);
      this.loaded.set(name, index);
    } catch (error) {
      this.writable = false;
      this.onProblem(`the overlap index is not kept for the next run: ${messageOf(error)}`);
    }
  }
}
