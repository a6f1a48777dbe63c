/**
 * Exact match. `plain` compares as lm-evaluation-harness' `exact_match` does by default, character for
 * character, after white space at both ends went. `normalised` is the same metric with its options
 * `ignore_case` and `ignore_punctuation` (the 32 ASCII marks of Python's `string.punctuation` are deleted,
 * nothing is put in their place), and runs of white space made one space.
 */
const PUNCTUATION = /[!-/:-@[-`{-~]/gu;

const plain = (text: string) => text.trim();
const normalised = (text: string) => text.toLowerCase().replace(PUNCTUATION, '').replace(/\s+/gu, ' ').trim();

/** 1 where the prediction equals one of the references. */
export function exactMatch(references: readonly string[], prediction: string): number {
  return Number(references.some((reference) => plain(reference) === plain(prediction)));
}

export function exactMatchNormalised(references: readonly string[], prediction: string): number {
  return Number(references.some((reference) => normalised(reference) === normalised(prediction)));
}
