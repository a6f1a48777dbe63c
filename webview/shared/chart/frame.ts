import { useEffect, useState } from 'preact/hooks';

/** A `ref` for an element, and the width in pixels that the element has; 0 before it is known. */
export function useWidth(): [(element: Element | null) => void, number] {
  const [element, setElement] = useState<Element | null>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [setElement, width];
}

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

/** Heights for labels that would stand on each other: moved apart, in their order, and kept above the ground. */
export function apart(wanted: readonly number[], least: number, lowest: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = [...wanted];
  let before = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    placed[index] = Math.max(wanted[index]!, before + least);
    before = placed[index]!;
  }
  let after = lowest + least;
  for (const index of order.toReversed()) {
    placed[index] = Math.min(placed[index]!, after - least);
    after = placed[index]!;
  }
  return placed;
}
