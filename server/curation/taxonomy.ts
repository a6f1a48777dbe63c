import { nearest } from '../bench/nearest.ts';
import type { Taxonomy } from '../bench/schema.ts';

export const UNCATEGORISED = 'Uncategorised';

/** The category of a task: named for itself, else through its collection's own categories, else the collection's word. */
export type Categorise = (task: { id: string; collection: string; categories: readonly string[] }) => string;

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
    const named = byTask.get(id);
    if (named) return named;
    for (const category of categories) {
      const mapped = byOrigin.get(`${collection}\n${category}`);
      if (mapped) return mapped;
    }
    return byOrigin.get(`${collection}\n*`) ?? categories[0] ?? UNCATEGORISED;
  };
}

/** Names in the taxonomy or the splits that no task answers to, each with the nearest one that exists. */
export function unknownNames(
  names: readonly string[],
  known: readonly string[],
): { name: string; guess?: string }[] {
  const set = new Set(known);
  return names.filter((name) => !set.has(name)).map((name) => ({ name, guess: nearest(name, known) }));
}
