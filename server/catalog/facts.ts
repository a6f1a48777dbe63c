import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { TaskFacts } from '../collections/types.ts';

/** Task facts as the catalogue keeps them: a small head for lists, the whole deflated. */
export interface PackedFacts {
  hash: Buffer;
  head: string;
  body: Buffer;
}

/** What a list of tasks shows without unpacking the whole. */
export interface FactsHead {
  categories: string[];
  sources: string[];
  /** How many it has. */
  templates: number;
}

export function packFacts(facts: TaskFacts): PackedFacts {
  const text = JSON.stringify(facts);
  return {
    hash: createHash('sha256').update(text).digest().subarray(0, 16),
    head: JSON.stringify(headOf(facts)),
    body: deflateRawSync(text, { level: 9 }),
  };
}

/** Facts come back from our own database, which was written by `packFacts`. */
export function unpackFacts(body: Uint8Array): TaskFacts {
  return JSON.parse(inflateRawSync(body).toString()) as TaskFacts;
}

export function unpackHead(head: string): FactsHead {
  return JSON.parse(head) as FactsHead;
}

export function headOf(facts: TaskFacts): FactsHead {
  return { categories: facts.categories, sources: facts.sources, templates: facts.templates.length };
}
