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

/**
 * The answer at the end of a chain of thought: what follows the last `####`, else the last "the answer is",
 * to the end of the line without a full stop; else the whole text. Thousands separators of a number go.
 */
export function finalAnswer(text: string): string {
  const marked = /.*####([^\n]*)/su.exec(text)?.[1] ?? /.*the answer is:?([^\n]*)/isu.exec(text)?.[1] ?? text;
  const answer = marked.trim().replace(/\.$/u, '');
  return /^[-+$]*\d{1,3}(,\d{3})+(\.\d+)?$/u.test(answer) ? answer.replaceAll(',', '') : answer;
}

/** 1 where the answers at the ends agree. */
export function finalAnswerMatch(references: readonly string[], prediction: string): number {
  const said = finalAnswer(prediction);
  return Number(references.some((reference) => finalAnswer(reference) === said));
}
