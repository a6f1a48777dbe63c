/** Pixel positions of the same place in two columns. */
export type Anchor = readonly [here: number, there: number];

/**
 * Anchors that can be scrolled through together: ascending on both sides. Where two spans stand in
 * opposite order, the one that comes first here is kept.
 */
export function inOrder(anchors: readonly Anchor[]): Anchor[] {
  const kept: Anchor[] = [];
  for (const anchor of [...anchors].sort((a, b) => a[0] - b[0])) {
    const last = kept.at(-1);
    if (!last || (anchor[0] > last[0] && anchor[1] > last[1])) kept.push(anchor);
  }
  return kept;
}

/** The place in the other column, between two anchors in proportion, beyond them at the same pace. */
export function follow(anchors: readonly Anchor[], here: number): number {
  let before: Anchor = [0, 0];
  for (const anchor of anchors) {
    if (here < anchor[0]) {
      const share = (here - before[0]) / (anchor[0] - before[0]);
      return before[1] + share * (anchor[1] - before[1]);
    }
    before = anchor;
  }
  return before[1] + (here - before[0]);
}
