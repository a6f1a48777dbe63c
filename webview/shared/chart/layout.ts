export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A path through points in pixels, to a tenth of one. */
export function pathOf(x: readonly number[], y: readonly number[]): string {
  const parts: string[] = [];
  for (let index = 0; index < x.length; index++) {
    parts.push(`${index === 0 ? 'M' : 'L'}${x[index]!.toFixed(1)} ${y[index]!.toFixed(1)}`);
  }
  return parts.join('');
}

/** Room that a label takes, in pixels. */
const LABEL = { width: 14, height: 12 };

/** Heights for labels that would stand on each other: moved apart, in their order, and kept above the ground. */
export function apart(places: readonly { x: number; y: number }[], lowest: number): number[] {
  const heights = places.map(({ y }) => y);
  const order = places.map((_, index) => index).sort((a, b) => places[a]!.x - places[b]!.x);
  const columns: number[][] = [];
  for (const index of order) {
    const column = columns.at(-1);
    const before = column?.at(-1);
    if (column && before !== undefined && places[index]!.x - places[before]!.x < LABEL.width) {
      column.push(index);
    } else columns.push([index]);
  }
  for (const column of columns) {
    column.sort((a, b) => places[a]!.y - places[b]!.y);
    let above = Number.NEGATIVE_INFINITY;
    for (const index of column) above = heights[index] = Math.max(heights[index]!, above + LABEL.height);
    let below = lowest + LABEL.height;
    for (const index of column.toReversed()) {
      below = heights[index] = Math.min(heights[index]!, below - LABEL.height);
    }
  }
  return heights;
}
