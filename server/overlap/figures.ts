import { type EvalIndex, type EvalTask, headerOf } from './index/eval-index.ts';
import { readPostings } from './index/postings.ts';
import { LANE_A, LANE_B, mix } from './kernel/hash.ts';
import { HEADER } from './kernel/layout.ts';
import type { Matches } from './matches.ts';
import { inMost } from './rule.ts';
import type { PairFigures, SharedExample } from './types.ts';

/** What one eval example shares with the train task. */
interface Touched {
  example: number;
  grams: number;
  contentGrams: number;
  short: boolean;
  /** The shared text that says most of where it comes from, and the first train example that holds it. */
  name: number;
  rank: number;
  trainExample: number;
}

/** A pair with the examples that may serve as its evidence. */
export interface PairResult {
  figures: PairFigures;
  evidence: SharedExample[];
  /** All that the two tasks share, as a number: pairs of the same number share the same texts and no other. */
  set: number;
}

/**
 * A set of shared grams and short texts as one number of 52 bits: the sum of its members' names, each mixed,
 * so that sets that differ hardly ever have the same one. A member is added once, in any order.
 */
class SharedSet {
  private low = 0;
  private high = 0;
  private last = -1;

  /** Entries come one after the other; the same one several times in a row. */
  add(entry: number, name: number): void {
    if (entry === this.last) return;
    this.last = entry;
    const top = Math.floor(name / 0x100000000);
    this.low = (this.low + mix(name ^ Math.imul(top, LANE_A))) | 0;
    this.high = (this.high + mix(Math.imul(name, LANE_B) ^ top)) | 0;
  }

  get number(): number {
    return (this.high >>> 12) * 0x100000000 + (this.low >>> 0);
  }
}

/** Sets train tasks' matches against the eval tasks. */
export class Pairing {
  private readonly index: EvalIndex;
  private readonly lists: Uint8Array;
  private readonly postings: Uint32Array;
  private readonly keys: Uint32Array;
  private readonly firstShort: number;
  private readonly buffer: number[] = [];

  constructor(index: EvalIndex) {
    this.index = index;
    const header = headerOf(index.memory);
    const { buffer } = index.memory;
    this.lists = new Uint8Array(
      buffer,
      header[HEADER.listsAt]!,
      header[HEADER.end]! - header[HEADER.listsAt]!,
    );
    this.postings = new Uint32Array(buffer, header[HEADER.postingsAt]!, header[HEADER.entries]!);
    this.keys = new Uint32Array(buffer, header[HEADER.keysAt]!, header[HEADER.entries]! * 2);
    this.firstShort = header[HEADER.firstShort]!;
  }

  /** The pairs of one train task that share anything, in the order of the eval tasks. `budget`: evidence per pair. */
  pairs(train: string, trainExamples: number, matches: Matches, budget = 0): PairResult[] {
    const touched = new Map<number, Touched>();
    const { buffer } = this;
    for (let at = 0; at < matches.entries.length; at++) {
      const entry = matches.entries[at]!;
      const name = this.nameOf(entry);
      const short = entry >= this.firstShort;
      const commonInTrain = inMost(matches.counts[at]!, trainExamples);
      const count = readPostings(this.postings[entry]!, this.lists, buffer);
      for (let from = 0; from < count; ) {
        const task = this.taskOf(buffer[from]! >>> 1);
        const start = from;
        let to = from;
        while (to < count && buffer[to]! >>> 1 < task.base + task.examples) to++;
        for (; from < to; from++) {
          const posting = buffer[from]!;
          note(touched, posting >>> 1, {
            name,
            short,
            content: (posting & 1) === 1 && !commonInTrain,
            // Content before boilerplate, then what fewest train and eval examples hold.
            rank: matches.counts[at]! + (to - start) + ((posting & 1) === 1 && !commonInTrain ? 0 : 1e10),
            trainExample: matches.firsts[at]!,
          });
        }
      }
    }
    const perTask = new Map<EvalTask, Touched[]>();
    for (const one of [...touched.values()].sort((x, y) => x.example - y.example)) {
      const task = this.taskOf(one.example);
      const list = perTask.get(task);
      if (list) list.push(one);
      else perTask.set(task, [one]);
    }
    const sets = this.setsOf(matches, touched);
    return [...perTask].map(([task, list]) => ({
      figures: figuresOf(train, task, list),
      evidence: chooseEvidence(list, task.base, budget, sets.get(task)!.byName),
      set: sets.get(task)!.whole.number,
    }));
  }

  /** What each eval task shares, all of it, and by the examples that have the same most telling text. */
  private setsOf(matches: Matches, touched: ReadonlyMap<number, Touched>): Map<EvalTask, TaskSets> {
    const sets = new Map<EvalTask, TaskSets>();
    const { buffer } = this;
    for (const entry of matches.entries) {
      const name = this.nameOf(entry);
      const count = readPostings(this.postings[entry]!, this.lists, buffer);
      let task: EvalTask | undefined;
      let own: TaskSets | undefined;
      for (let at = 0; at < count; at++) {
        const example = buffer[at]! >>> 1;
        if (!task || !own || example >= task.base + task.examples) {
          task = this.taskOf(example);
          own = sets.get(task) ?? { whole: new SharedSet(), byName: new Map() };
          sets.set(task, own);
          own.whole.add(entry, name);
        }
        const telling = touched.get(example)!.name;
        let group = own.byName.get(telling);
        if (!group) own.byName.set(telling, (group = new SharedSet()));
        group.add(entry, name);
      }
    }
    return sets;
  }

  /** 52 bits of an entry's key: the same for the same text in every index. */
  private nameOf(entry: number): number {
    return this.keys[entry * 2]! * 0x100000 + (this.keys[entry * 2 + 1]! >>> 12);
  }

  private taskOf(example: number): EvalTask {
    const { tasks } = this.index;
    let low = 0;
    let high = tasks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (tasks[middle]!.base <= example) low = middle;
      else high = middle - 1;
    }
    return tasks[low]!;
  }
}

interface TaskSets {
  whole: SharedSet;
  /** By the name of the most telling text. */
  byName: Map<number, SharedSet>;
}

interface Note {
  name: number;
  short: boolean;
  content: boolean;
  rank: number;
  trainExample: number;
}

function note(touched: Map<number, Touched>, example: number, found: Note): void {
  let one = touched.get(example);
  if (!one) {
    one = {
      example,
      grams: 0,
      contentGrams: 0,
      short: false,
      name: -1,
      rank: Number.POSITIVE_INFINITY,
      trainExample: -1,
    };
    touched.set(example, one);
  }
  if (found.short) one.short = true;
  else {
    one.grams++;
    if (found.content) one.contentGrams++;
  }
  // A whole copy says more than any gram.
  const rank = found.short ? -1 : found.rank;
  if (rank < one.rank || (rank === one.rank && found.name < one.name)) {
    one.rank = rank;
    one.name = found.name;
    one.trainExample = found.trainExample;
  }
}

function figuresOf(train: string, task: EvalTask, touched: readonly Touched[]): PairFigures {
  let overlapping = 0;
  let overlappingContent = 0;
  let shortMatches = 0;
  for (const one of touched) {
    if (one.grams > 0) overlapping++;
    if (one.contentGrams > 0) overlappingContent++;
    if (one.short) shortMatches++;
  }
  return {
    train,
    eval: task.task,
    evalExamples: task.examples,
    overlapping,
    fraction: overlapping / task.examples,
    overlappingContent,
    fractionContent: overlappingContent / task.examples,
    short: task.short,
    shortMatches,
  };
}

/**
 * At most `budget` examples that show the variety of what is shared: one per distinct most telling text
 * first, those with most content ahead, then a second one of each, and so on.
 */
function chooseEvidence(
  touched: readonly Touched[],
  base: number,
  budget: number,
  sets: ReadonlyMap<number, SharedSet>,
): SharedExample[] {
  if (budget === 0) return [];
  const telling = [...touched].sort(
    (x, y) =>
      Number(y.short) - Number(x.short) ||
      y.contentGrams - x.contentGrams ||
      y.grams - x.grams ||
      x.example - y.example,
  );
  const seen = new Map<number, number>();
  const turns = telling.map((one) => {
    const turn = seen.get(one.name) ?? 0;
    seen.set(one.name, turn + 1);
    return { one, turn };
  });
  turns.sort((x, y) => x.turn - y.turn);
  return turns.slice(0, budget).map(({ one }) => ({
    evalExample: one.example - base,
    trainExample: one.trainExample,
    grams: one.grams,
    contentGrams: one.contentGrams,
    short: one.short,
    entry: one.name,
    alike: seen.get(one.name)!,
    set: sets.get(one.name)!.number,
  }));
}
