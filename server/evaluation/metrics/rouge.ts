/** Rouge-L F1 as the Python package `rouge-score` gives it without its stemmer. */

/** Lower-case runs of a-z and 0-9; everything else only separates them. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/gu) ?? [];
}

/** Length of the longest common subsequence, in one row of memory. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  const numbers = new Map<string, number>();
  const numbered = (words: readonly string[]) =>
    Int32Array.from(words, (word) => {
      const known = numbers.get(word) ?? numbers.size;
      numbers.set(word, known);
      return known;
    });
  const [left, right] = [numbered(a), numbered(b)];
  const row = new Int32Array(right.length + 1);
  for (const word of left) {
    let diagonal = 0;
    for (let at = 1; at <= right.length; at++) {
      const above = row[at]!;
      row[at] = word === right[at - 1] ? diagonal + 1 : Math.max(above, row[at - 1]!);
      diagonal = above;
    }
  }
  return row[right.length]!;
}

/** F1 of one reference and one prediction, 0 to 1; 0 where either has no word. */
export function rougeL(reference: string, prediction: string): number {
  const [target, written] = [wordsOf(reference), wordsOf(prediction)];
  if (target.length === 0 || written.length === 0) return 0;
  const common = longestCommon(target, written);
  if (common === 0) return 0;
  const precision = common / written.length;
  const recall = common / target.length;
  return (2 * precision * recall) / (precision + recall);
}

/** Of several references the best. */
export function bestRougeL(references: readonly string[], prediction: string): number {
  return references.reduce((best, reference) => Math.max(best, rougeL(reference, prediction)), 0);
}
