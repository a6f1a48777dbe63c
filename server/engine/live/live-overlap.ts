import { setImmediate } from 'node:timers/promises';
import type { EvalIndex } from '../../overlap/index/eval-index.ts';
import { GramLocator } from '../../overlap/locate.ts';
import type { MarkedSource } from '../../overlap/marks.ts';
import { type Token, tokensOf } from '../../overlap/normalise.ts';
import type { Range } from '../../templates/types.ts';
import { instancesOf } from '../instances.ts';
import { documentSource } from '../overlap-documents.ts';
import { overlapShelf } from '../overlap-run.ts';
import { sidesOf } from '../overlap-sides.ts';
import type { Session } from '../session.ts';
import type { Piece, PieceText } from './pieces.ts';
import { type LiveTarget, liveTarget, liveTexts } from './target.ts';

/** A stretch of a train file that an eval task has too. */
export interface LiveOverlap {
  range: Range;
  /** That the eval task has of the stretch, which may run over several strings of the file. */
  words: number;
  /** The train task; undefined while the file was not imported. */
  train: string | undefined;
  /** The eval task that has most of it, one of its examples, and how many other eval tasks have some. */
  eval: string;
  example: number;
  others: number;
  /** It stands in most examples of that task, or a template wrote it. */
  boilerplate: boolean;
}

/** Milliseconds after which other work gets its turn. */
const TURN = 20;

/** An eval task that holds a gram. */
interface Holding {
  task: string;
  example: number;
  content: boolean;
}

interface Gram {
  word: number;
  holding: readonly Holding[];
}

interface Opened {
  index: EvalIndex;
  tasks: ReadonlySet<string>;
  locator: GramLocator;
  /** By entry. */
  holding: Map<number, readonly Holding[]>;
}

const locators = new WeakMap<EvalIndex, GramLocator>();

/** Finds text of the last overlap run's eval tasks in train files as they stand in an editor. */
export class LiveOverlapFinder {
  readonly #session: Session;
  #opened: { run: string; indexes: Opened[] } | undefined;
  /** By file, what each of its texts had the last time: an edit changes few of them. */
  readonly #seen = new Map<string, Map<string, Gram[]>>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Whether the file is looked at: it is a train task's, and there was an overlap run. */
  concerns(path: string): boolean {
    return this.#session.catalog.overlap() !== undefined && liveTarget(this.#session, path) !== undefined;
  }

  /** What a file shares, in its order. Throws the signal's reason when aborted. */
  async find(path: string, source: string, signal: AbortSignal): Promise<LiveOverlap[]> {
    const target = liveTarget(this.#session, path);
    const texts = target && liveTexts(path, source, target);
    const indexes = this.#indexes();
    if (!target || !texts || indexes.length === 0) return [];
    const found: LiveOverlap[] = [];
    const before = this.#seen.get(path);
    const seen = new Map<string, Gram[]>();
    let turn = performance.now();
    for (const text of texts) {
      const joined = text.map((piece) => piece.text).join('\n');
      const grams = before?.get(joined) ?? gramsOf(joined, indexes);
      seen.set(joined, grams);
      if (grams.length > 0) found.push(...this.#inText(text, joined, grams, target, indexes[0]!.index.n));
      if (performance.now() - turn < TURN) continue;
      await setImmediate();
      signal.throwIfAborted();
      turn = performance.now();
    }
    this.#seen.set(path, seen);
    return found;
  }

  /** The file is no longer open. */
  forget(path: string): void {
    this.#seen.delete(path);
  }

  #indexes(): Opened[] {
    const { catalog } = this.#session;
    const instances = instancesOf(this.#session);
    const run = catalog.overlap();
    if (!run) return [];
    if (this.#opened?.run === run.at) return this.#opened.indexes;
    const held = sidesOf(this.#session).evaluated.map((task) => documentSource(catalog, instances, task));
    const indexes = overlapShelf(this.#session, run.ngram)
      .saved(held as MarkedSource[])
      .map(({ index, tasks }): Opened => {
        const locator = locators.get(index) ?? new GramLocator(index);
        locators.set(index, locator);
        return { index, tasks, locator, holding: new Map() };
      });
    this.#opened = { run: run.at, indexes };
    this.#seen.clear();
    return indexes;
  }

  #inText(
    text: PieceText,
    joined: string,
    grams: readonly Gram[],
    target: LiveTarget,
    n: number,
  ): LiveOverlap[] {
    const tokens = tokensOf(joined);
    return stretches(grams, n).flatMap((stretch) => {
      const last = stretch.at(-1)!.word + n;
      const [start, end] = [tokens[stretch[0]!.word]!.start, tokens[last - 1]!.end];
      const said = this.#sayOf(stretch, last - stretch[0]!.word, n, target);
      return rangesOf(text, start, end, tokens).map((range) => ({ ...said, range }));
    });
  }

  #sayOf(
    stretch: readonly Gram[],
    words: number,
    n: number,
    { tasks }: LiveTarget,
  ): Omit<LiveOverlap, 'range'> {
    const byTask = new Map<string, { grams: number; example: number; content: boolean }>();
    for (const { holding } of stretch) {
      for (const { task, example, content } of holding) {
        const known = byTask.get(task) ?? { grams: 0, example, content: false };
        known.grams++;
        known.content ||= content;
        byTask.set(task, known);
      }
    }
    const [held, most] = [...byTask].reduce((best, one) => (one[1].grams > best[1].grams ? one : best));
    const overlap = this.#session.catalog.overlap();
    const train = tasks.find(({ id }) => overlap?.pair(id, held)) ?? tasks[0];
    return {
      words: Math.min(words, most.grams + n - 1),
      train: train?.id,
      eval: held,
      example: most.example,
      others: byTask.size - 1,
      boilerplate: !most.content,
    };
  }
}

/** The grams of a text that an eval task has, in their order. */
function gramsOf(text: string, indexes: readonly Opened[]): Gram[] {
  return indexes
    .flatMap((opened) =>
      opened.locator.locate(text).flatMap(({ word, entry }): Gram[] => {
        const holding = holdingOf(opened, entry);
        return holding.length > 0 ? [{ word, holding }] : [];
      }),
    )
    .sort((a, b) => a.word - b.word);
}

/** The eval tasks that hold an entry, each with its first example that does. */
function holdingOf({ locator, tasks, holding }: Opened, entry: number): readonly Holding[] {
  const known = holding.get(entry);
  if (known) return known;
  const first = new Map<string, Holding>();
  for (const { task, example, content } of locator.holders(entry)) {
    if (!tasks.has(task)) continue;
    const one = first.get(task);
    if (!one) first.set(task, { task, example, content });
    else one.content ||= content;
  }
  const found = [...first.values()];
  holding.set(entry, found);
  return found;
}

/** Grams that meet or overlap, together; several indexes may have the same one. */
function stretches(grams: readonly Gram[], n: number): Gram[][] {
  const found: Gram[][] = [];
  for (const gram of grams) {
    const last = found.at(-1);
    if (last && gram.word <= last.at(-1)!.word + n) last.push(gram);
    else found.push([gram]);
  }
  return found;
}

/** Where `[start, end)` of the joined pieces stands in the file: a range for each piece with words in it. */
function rangesOf(text: PieceText, start: number, end: number, tokens: readonly Token[]): Range[] {
  const ranges: Range[] = [];
  let base = 0;
  const rangeIn = (piece: Piece) => {
    const from = Math.max(start, base);
    const to = Math.min(end, base + piece.text.length);
    if (from < to && tokens.some((token) => token.start < to && token.end > from)) {
      ranges.push(piece.range(from - base, to - base));
    }
    base += piece.text.length + 1;
  };
  for (const piece of text) rangeIn(piece);
  return ranges;
}
