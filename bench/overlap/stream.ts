/**
 * Train tasks that are made as they are read, so that their size is no matter of the disk: paragraphs of a
 * fixed stock, put together anew for each example, with spans of eval examples in some. A scanning thread
 * imports this module; the same seed gives the same documents.
 */
import type { Document, DocumentSource } from '../../server/overlap/types.ts';
import { Writer } from './generate.ts';

export interface Streamed {
  seed: number;
  /** Distinct grams of the eval side, about. */
  grams: number;
}

/** Examples of a train task, of about `EXAMPLE_BYTES` each. */
export const TASK_EXAMPLES = 100_000;
const STOCK = 8000;
const PARTS = 3;
const LEAKS = 400;

interface Made {
  stock: string[];
  held: string[];
  /** Bytes of an example, on average. */
  bytes: number;
}

const made = new Map<string, Made>();

function madeOf({ seed, grams }: Streamed): Made {
  const key = `${seed}/${grams}`;
  const known = made.get(key);
  if (known) return known;
  const writer = new Writer(seed);
  const held: string[] = [];
  for (let words = 0; words < grams; ) {
    const text = writer.paragraph(20 + writer.below(150));
    words += Math.max(1, text.split(' ').length - 12);
    held.push(text);
  }
  const stock = Array.from({ length: STOCK }, () => writer.paragraph(20 + writer.below(120)));
  const bytes = (stock.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0) / STOCK) * PARTS;
  const fresh = { stock, held, bytes };
  made.set(key, fresh);
  return fresh;
}

/** One example's text: a number between 0 and 2^32 picks each part. */
function textOf({ stock, held }: Made, task: number, example: number): string {
  let state = (Math.imul(task + 1, 0x9e3779b1) ^ Math.imul(example + 1, 0x85ebca6b)) >>> 0;
  const next = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return (state ^ (state >>> 13)) >>> 0;
  };
  const parts = Array.from({ length: PARTS }, () => stock[next() % stock.length]!);
  if (next() % 200 === 0) {
    const words = held[next() % Math.min(LEAKS, held.length)]!.split(' ');
    parts.push(words.slice(0, 13 + (next() % 20)).join(' '));
  }
  return parts.join('\n');
}

/** What a scanning thread calls. */
export async function* documents(
  data: unknown,
  task: string,
  from: number,
  to: number,
): AsyncGenerator<{ example: number; document: Document }> {
  const own = madeOf(data as Streamed);
  for (let example = from; example < to; example++) {
    yield { example, document: { text: textOf(own, Number(task.slice(1)), example) } };
  }
}

/** So many bytes of train text in tasks, and the eval side. */
export function sources(
  streamed: Streamed,
  bytes: number,
): { train: DocumentSource[]; held: DocumentSource[]; bytes: number } {
  const own = madeOf(streamed);
  const examples = Math.max(1, Math.round(bytes / own.bytes));
  const train: DocumentSource[] = [];
  for (let from = 0; from < examples; from += TASK_EXAMPLES) {
    const task = `t${train.length}`;
    const count = Math.min(TASK_EXAMPLES, examples - from);
    train.push({ task, examples: count, documents: () => documents(streamed, task, 0, count) });
  }
  const held: DocumentSource = {
    task: 'held',
    examples: own.held.length,
    async *documents() {
      for (const [example, text] of own.held.entries()) yield { example, document: { text } };
    },
  };
  return { train, held: [held], bytes: Math.round(examples * own.bytes) };
}
