/**
 * Macro-F1 over classes: the mean of each class's F1, for all classes that stand among the right answers or
 * the predictions (as scikit-learn's `f1_score(average="macro")`); a class that is never right has 0. Null
 * without examples.
 */
export function macroF1(answers: readonly { right: string; predicted: string }[]): number | null {
  if (answers.length === 0) return null;
  const classes = new Map<string, { hit: number; right: number; predicted: number }>();
  const countsOf = (name: string) => {
    const known = classes.get(name) ?? { hit: 0, right: 0, predicted: 0 };
    classes.set(name, known);
    return known;
  };
  for (const { right, predicted } of answers) {
    countsOf(right).right++;
    countsOf(predicted).predicted++;
    if (right === predicted) countsOf(right).hit++;
  }
  const each = [...classes.values()].map(({ hit, right, predicted }) => (2 * hit) / (right + predicted));
  return each.reduce((sum, f1) => sum + f1, 0) / each.length;
}
