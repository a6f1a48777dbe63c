/**
 * The overlap rule, whole. Every part of this folder follows it; `test/overlap/reference.ts` says it once
 * more in the plainest code, and the tests hold the two together.
 *
 * **Tokens.** A text is taken code point by code point (a lone surrogate counts as U+FFFD):
 * - deleted: the 32 ASCII punctuation marks (Python's `string.punctuation`, symbols such as `$` and `+`
 *   among them, as GPT-3's appendix C and lm-evaluation-harness do) and, beyond ASCII, Unicode's category P;
 * - white space: Unicode's White_Space and U+001C to U+001F (what Python's `str.split()` splits on);
 * - alone: a character of a script written without spaces (Han, Hiragana, Katakana, Thai, Lao, Khmer,
 *   Myanmar, and the kana's length and voicing marks) is a token by itself;
 * - everything else is lower-cased by Unicode's one-to-one mapping (U+0130 gives `i`; final sigma counts as
 *   sigma, so that case never depends on the neighbours) and joins its neighbours to a token.
 * A token of nothing but deleted marks is none.
 *
 * **Grams.** A gram is n consecutive tokens of one document. An eval example overlaps a train task when any
 * gram of any of its documents stands in any document of that task.
 *
 * **Content.** A character is content when it lies in one of its document's `content` ranges (all of it,
 * where a document names none); a token is content when any character kept in it is. A gram is common in a
 * task when it stands in more than half of the task's examples, the task having at least `COMMON_FROM` (one
 * of fewer can't show what most of its examples have). A token is common in an eval document when a common
 * gram of its task covers it there: text that the task's examples share, such as an instruction.
 * A shared gram counts as content for an eval example and a train task when
 * - at some place in the example's documents at least one of its tokens is content and at least three fifths
 *   of them are not common (so a gram that only reaches out of an instruction by a few words, into one of
 *   the few ways in which the examples go on, doesn't count); and
 * - it is not common in the train task.
 *
 * **Short.** An eval example is short when each of its documents has fewer than n content tokens, an example
 * without a document included. A short example matches a train task when the content tokens of one of its
 * documents, at least one, are exactly the content tokens of a document of that task.
 *
 * Nothing here depends on the order of tasks, examples or documents.
 */

/** Counts up whenever the rule or a number that is kept on disk changes its meaning. */
export const RULE_REVISION = 1;

/** The rule with the Unicode tables it was applied with: kept results hold only for the same one. */
export const RULE_VERSION = `${RULE_REVISION}-unicode${process.versions.unicode}`;

/** Examples from which on "most examples of a task" means something. */
export const COMMON_FROM = 5;

export const DEFAULT_NGRAM = 13;

/** Whether something that stands in `count` of a task's examples stands in most of them. */
export function inMost(count: number, examples: number): boolean {
  return examples >= COMMON_FROM && count * 2 > examples;
}

/** How many of a gram's tokens must not be common. */
export function ownTokens(n: number): number {
  return Math.ceil((3 * n) / 5);
}

/**
 * Words in a tile, or 0 where the dense way is used. Any n consecutive words cover one whole aligned tile
 * of t words when n >= 2t - 1, so a text none of whose tiles stands in the index holds no gram of it.
 */
export function tileWords(n: number): number {
  return n < 6 ? 0 : Math.floor((n + 1) / 2);
}
