/**
 * Writes a bench of raw JSONL that looks like text people wrote: words by frequency, sentences with
 * punctuation and capitals, stock phrases, templates reused through a task, now and then other scripts; with
 * spans of eval examples planted in train examples, and near-misses of one word. The same seed gives the same
 * bytes.
 *
 *   node bench/overlap/generate.ts FOLDER [--mb 200] [--grams 650000] [--seed 1] [--tasks 24]
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const WORDS = 60_000;
const SAMPLES = 1 << 20;
const ONSETS = [
  '',
  'b',
  'br',
  'c',
  'ch',
  'd',
  'dr',
  'f',
  'g',
  'h',
  'j',
  'k',
  'l',
  'm',
  'n',
  'p',
  'pl',
  'r',
  's',
  'st',
  't',
  'tr',
  'v',
  'w',
];
const NUCLEI = ['a', 'e', 'i', 'o', 'u', 'a', 'e', 'i', 'o', 'ea'];
const CODAS = ['', '', '', '', 'n', 'r', 's', 't', 'l', 'd', 'ng', 'st'];

/** Small and fast, with 2^32 states: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Writes text as people would have written it. */
export class Writer {
  private readonly random: () => number;
  private readonly words: string[];
  /** Words drawn by rank to the power of -1, to be read from at a random place. */
  private readonly drawn: Uint16Array;
  private readonly phrases: string[];

  constructor(seed: number) {
    this.random = randomOf(seed);
    const words = new Set<string>();
    while (words.size < WORDS) {
      let word = '';
      // The commonest words are short, as everywhere.
      const rank = words.size;
      const syllables = rank < 150 ? 1 : rank < 2000 ? 1 + this.below(2) : 2 + this.below(2);
      for (let i = 0; i < syllables; i++)
        word += this.pick(ONSETS) + this.pick(NUCLEI) + (rank < 40 ? '' : this.pick(CODAS));
      words.add(word);
    }
    this.words = [...words];
    this.drawn = Uint16Array.from({ length: SAMPLES }, () => Math.floor(WORDS ** this.random()) - 1);
    this.phrases = Array.from({ length: 2000 }, () => this.plain(4 + Math.floor(this.random() * 6)));
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  private word(): string {
    return this.words[this.drawn[this.below(SAMPLES)]!]!;
  }

  plain(count: number): string {
    return Array.from({ length: count }, () => this.word()).join(' ');
  }

  sentence(): string {
    let text = this.word();
    text = text[0]!.toUpperCase() + text.slice(1);
    const count = 6 + this.below(18);
    for (let i = 1; i < count; i++) {
      if (this.chance(0.04)) text += ` ${this.pick(this.phrases)}`;
      const word = this.word();
      const sort = this.below(100);
      if (sort < 6) text += `, ${word}`;
      else if (sort < 8) text += ` ${word}'s`;
      else if (sort < 10) text += ` "${word}"`;
      else if (sort < 13) text += ` ${word[0]!.toUpperCase()}${word.slice(1)}`;
      else if (sort < 15) text += ` ${this.below(3000)}`;
      else if (sort < 16) text += ` ${word}-${this.word()}`;
      else if (sort === 16 && this.chance(0.2)) text += ` ${word}é – caf${word}`;
      else text += ` ${word}`;
    }
    return text + this.pick(['.', '.', '.', '?', '!']);
  }

  paragraph(words: number): string {
    let text = this.sentence();
    for (let count = 15; count < words; count += 15)
      text += (this.chance(0.15) ? '\n' : ' ') + this.sentence();
    if (this.chance(0.002)) text += ' 東京は日本の首都です。'.repeat(1 + this.below(4));
    return text;
  }
}

export interface Shape {
  folder: string;
  /** Of the train side. */
  bytes: number;
  /** Distinct 13-grams of the eval side, about. */
  grams: number;
  seed: number;
  tasks: number;
}

/** Collects lines and writes them in large pieces. */
class Lines {
  bytes = 0;
  private waiting: string[] = [];
  private size = 0;
  private readonly handle: number;
  constructor(path: string) {
    this.handle = openSync(path, 'w');
  }
  add(record: object): void {
    const line = `${JSON.stringify(record)}\n`;
    this.waiting.push(line);
    this.size += line.length;
    this.bytes += line.length;
    if (this.size > 1 << 22) this.flush();
  }
  private flush(): void {
    const bytes = Buffer.from(this.waiting.join(''));
    for (let at = 0; at < bytes.length; ) at += writeSync(this.handle, bytes, at);
    this.waiting = [];
    this.size = 0;
  }
  close(): void {
    this.flush();
    closeSync(this.handle);
  }
}

export function generate({ folder, bytes, grams, seed, tasks }: Shape): void {
  const writer = new Writer(seed);
  const [trainDir, evalDir] = [join(folder, 'train'), join(folder, 'eval')];
  for (const dir of [trainDir, evalDir]) mkdirSync(dir, { recursive: true });
  const templates = Array.from({ length: tasks }, () => `${writer.sentence()} ${writer.sentence()}`);
  const plants: string[][] = [];
  const evalTasks = Math.max(4, Math.floor(tasks / 4));
  for (let task = 0; task < evalTasks; task++) {
    const lines = new Lines(join(evalDir, `eval_${task}.jsonl`));
    for (let words = 0; words < grams / evalTasks; ) {
      const size = 20 + writer.below(150);
      const text = writer.paragraph(size);
      words += Math.max(1, text.split(' ').length - 12);
      if (plants.length < 4000 && writer.chance(0.2)) plants.push(text.split(' '));
      // Every other eval task shares its template with a train task.
      lines.add({
        inputs: task % 2 ? `${templates[task]}\n${text}` : text,
        targets: writer.plain(1 + writer.below(3)),
      });
    }
    lines.close();
  }
  for (let task = 0; task < tasks; task++) {
    const lines = new Lines(join(trainDir, `train_${String(task).padStart(4, '0')}.jsonl`));
    const plain = task % 3 === 0;
    while (lines.bytes < bytes / tasks) {
      let text = writer.paragraph(20 + writer.below(260));
      if (writer.chance(0.005)) {
        const span = [...writer.pick(plants)];
        const start = writer.below(Math.max(1, span.length - 20));
        const part = span.slice(start, start + 13 + writer.below(40));
        if (writer.chance(0.4)) part[Math.floor(part.length / 2)] = 'instead';
        text += ` ${part.join(' ')} ${writer.sentence()}`;
      }
      if (plain) lines.add({ text });
      else lines.add({ inputs: `${templates[task]}\n${text}`, targets: writer.plain(1 + writer.below(4)) });
    }
    lines.close();
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      mb: { type: 'string', default: '200' },
      grams: { type: 'string', default: '650000' },
      seed: { type: 'string', default: '1' },
      tasks: { type: 'string', default: '24' },
    },
  });
  const folder = positionals[0];
  if (!folder)
    throw new Error(
      'usage: node bench/overlap/generate.ts FOLDER [--mb N] [--grams N] [--seed N] [--tasks N]',
    );
  generate({
    folder,
    bytes: Number(values.mb) * 1e6,
    grams: Number(values.grams),
    seed: Number(values.seed),
    tasks: Number(values.tasks),
  });
}
