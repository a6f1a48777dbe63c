import type { FormatName } from '../bench/schema.ts';

/**
 * What a task is mixed in as. Extra streams have a share of their own of all that is drawn; the tasks of
 * the main stream share the rest.
 */
export type Stream = 'instruction' | Extra;

export const EXTRAS = ['reasoning', 'pretraining', 'dialogue'] as const;
export type Extra = (typeof EXTRAS)[number];

const BY_FORMAT: Partial<Record<FormatName, Extra>> = {
  'flan-cot': 'reasoning',
  pretraining: 'pretraining',
  parlai: 'dialogue',
};

/**
 * The stream of a collection's tasks: by its format, save that a collection whose weight stands in
 * `proportions` is one of the main stream, whatever its format.
 */
export function streamOf(
  collection: string,
  format: FormatName,
  proportions: Readonly<Record<string, number>>,
): Stream {
  return Object.hasOwn(proportions, collection) ? 'instruction' : (BY_FORMAT[format] ?? 'instruction');
}
