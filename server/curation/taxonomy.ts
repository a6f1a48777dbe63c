import { nearest } from '../bench/nearest.ts';
import type { Taxonomy } from '../bench/schema.ts';

export const UNCATEGORISED = 'Uncategorised';

export interface Categorised {
  category: string;
  /** Who says so: the taxonomy, the collection with its own word, or nobody. */
  by: 'taxonomy' | 'collection' | 'nobody';
}

/** The category of a task: named for itself, else through its collection's own categories, else the collection's word. */
export type Categorise = (task: {
  id: string;
  collection: string;
  categories: readonly string[];
}) => Categorised;

export function categoriser(taxonomy: Taxonomy): Categorise {
  const byTask = new Map<string, string>();
  const byOrigin = new Map<string, string>();
  for (const [category, { from, tasks }] of Object.entries(taxonomy.categories)) {
    for (const task of tasks ?? []) byTask.set(task, category);
    for (const [collection, names] of Object.entries(from ?? {})) {
      for (const name of names) byOrigin.set(`${collection}\n${name}`, category);
    }
  }
  return ({ id, collection, categories }) => {
    const mapped = categories.map((category) => byOrigin.get(`${collection}\n${category}`)).find(Boolean);
    const category = byTask.get(id) ?? mapped ?? byOrigin.get(`${collection}\n*`);
    if (category !== undefined) return { category, by: 'taxonomy' };
    const [own] = categories;
    return own === undefined
      ? { category: UNCATEGORISED, by: 'nobody' }
      : { category: own, by: 'collection' };
  };
}

/** Names in the taxonomy or the splits that no task answers to, each with the nearest one that exists. */
export function unknownNames(
  names: readonly string[],
  known: readonly string[],
  /** What a name stands for by now. */
  now: (name: string) => string = (name) => name,
): { name: string; guess?: string }[] {
  const set = new Set(known);
  return names
    .filter((name) => !set.has(name) && !set.has(now(name)))
    .map((name) => ({ name, guess: nearest(name, known) }));
}
