import type { Line } from './line.ts';

/** One thing that is drawn over `x`. Its mark gives colour, dashes and letter. */
export interface Series {
  key: string;
  name: string;
  mark: number;
  line: Line;
  /** Drawn weakly behind the line: what was measured, where the line is smoothed. */
  raw?: Line;
  /** How far each point may be off: what lies below and above it, at the same places. */
  bounds?: { low: Line; high: Line };
  /** Each point is a measurement of its own and gets a dot. */
  dots?: boolean;
}

/** A point's value in words, with how far it may be off. */
export function valueWord({ line, bounds }: Series, index: number, yWord: (value: number) => string): string {
  const value = line.y[index];
  if (value === undefined) return '–';
  const off = bounds && (bounds.high.y[index]! - bounds.low.y[index]!) / 2;
  return off ? `${yWord(value)} ± ${yWord(off)}` : yWord(value);
}

/** A stretch of `x`. */
export type Range = readonly [number, number];

/** What charts beside each other have in common: the place pointed at, the stretch looked at. */
export interface ChartView {
  /** The axis in words: "step". */
  xName: string;
  xWord: (x: number) => string;
  cursor: number | undefined;
  setCursor: (x: number | undefined) => void;
  range: Range | undefined;
  setRange: (range: Range | undefined) => void;
}
