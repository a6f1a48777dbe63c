/**
 * Writes a bench of any size to measure with: half Super-NaturalInstructions files, half JSON Lines.
 *
 *   node bench/generate.ts OUT [--bytes 2e9] [--seed 1]
 *
 * The same arguments give the same bytes. One task file in the middle holds an eighth of everything.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const LETTERS = 'etaoinshrdlucmfwypvbgk';
const SENTENCES = 20_000;
const FLUSH = 4 * 1024 * 1024;

/** Numbers from 0 to below 1 (mulberry32). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function words(next: () => number, count: number): string[] {
  return Array.from({ length: count }, () => {
    const length = 2 + Math.floor(next() * 8);
    return Array.from({ length }, () => LETTERS[Math.floor(next() * next() * LETTERS.length)]).join('');
  });
}

class Output {
  bytes = 0;
  #held: string[] = [];
  #length = 0;
  readonly #handle: number;

  constructor(path: string) {
    this.#handle = openSync(path, 'w');
  }

  write(text: string): void {
    this.#held.push(text);
    this.#length += text.length;
    if (this.#length >= FLUSH) this.#flush();
  }

  get written(): number {
    return this.bytes + this.#length;
  }

  close(): void {
    this.#flush();
    closeSync(this.#handle);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#held.join(''));
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#handle, bytes, at);
    this.bytes += bytes.length;
    this.#held = [];
    this.#length = 0;
  }
}

/** Writes the files; returns how many bytes and records they hold. */
export function generate(out: string, bytes: number, seed: number): { bytes: number; records: number } {
  const next = random(seed);
  const vocabulary = words(next, 30_000);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!;
  const sentences = Array.from({ length: SENTENCES }, () => {
    const text = Array.from({ length: 6 + Math.floor(next() * 18) }, () => pick(vocabulary)).join(' ');
    // Some text beyond ASCII, some that JSON must escape.
    const tail = next() < 0.05 ? ' “été — 東京”' : next() < 0.1 ? '\n"so" it\\said' : '';
    return `${text[0]!.toUpperCase()}${text.slice(1)}${tail}.`;
  });
  const passage = () => Array.from({ length: 1 + Math.floor(next() * 7) }, () => pick(sentences)).join(' ');

  let total = 0;
  let records = 0;
  const taskFile = (path: string, size: number) => {
    const file = new Output(path);
    const definition = [`Read the text and answer. ${passage()}`];
    const examples = [1, 2].map(() => ({
      input: passage(),
      output: pick(vocabulary),
      explanation: passage(),
    }));
    const head = JSON.stringify(
      {
        Source: [pick(vocabulary)],
        Categories: ['Question Answering'],
        Definition: definition,
        'Positive Examples': examples,
      },
      null,
      4,
    );
    file.write(`${head.slice(0, -2)},\n    "Instances": [\n`);
    for (let count = 0; file.written < size; count++) {
      const instance = { id: `task-${seed}-${count}`, input: passage(), output: [pick(vocabulary)] };
      const text = JSON.stringify(instance, null, 4).replace(/^/gm, '        ');
      file.write(count === 0 ? text : `,\n${text}`);
      records++;
    }
    file.write('\n    ],\n    "Instance License": [\n        "none"\n    ]\n}\n');
    file.close();
    total += file.bytes;
  };
  const lineFile = (path: string, size: number) => {
    const file = new Output(path);
    for (; file.written < size; records++) {
      file.write(`${JSON.stringify({ inputs: passage(), targets: pick(sentences) })}\n`);
    }
    file.close();
    total += file.bytes;
  };

  const tasks = join(out, 'natural-instructions', 'tasks');
  const lines = join(out, 'seqio');
  mkdirSync(tasks, { recursive: true });
  mkdirSync(lines, { recursive: true });
  const half = bytes / 2;
  const large = bytes / 8;
  taskFile(join(tasks, 'task500_large.json'), large);
  const size = Math.max(100_000, Math.min(10e6, (half - large) / 10));
  for (let number = 1; total < half; number++) {
    taskFile(
      join(tasks, `task${String(number).padStart(3, '0')}_generated.json`),
      Math.min(size, half - total),
    );
  }
  for (let number = 1; total < bytes; number++) {
    lineFile(join(lines, `generated_${number}.jsonl`), Math.min(Math.max(size, half / 10), bytes - total));
  }
  return { bytes: total, records };
}

if (process.argv[1] && import.meta.url.endsWith(process.argv[1].split('/').at(-1)!)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { bytes: { type: 'string', default: '2e9' }, seed: { type: 'string', default: '1' } },
  });
  if (positionals.length !== 1) {
    console.error('usage: node bench/generate.ts OUT [--bytes 2e9] [--seed 1]');
    process.exitCode = 2;
  } else {
    const made = generate(resolve(positionals[0]!), Number(values.bytes), Number(values.seed));
    console.log(`${made.records.toLocaleString('en')} records, ${(made.bytes / 1e6).toFixed(0)} MB`);
  }
}
