/** `bytes`: linear, with ticks that are round in units of 1024. */
export type ScaleKind = 'linear' | 'log' | 'bytes';

/** From values to pixels and back, with the round values that an axis names. */
export interface Scale {
  at: (value: number) => number;
  value: (pixel: number) => number;
  ticks: number[];
}

/** A step of 1, 2 or 5 times a power of ten, so that about `count` of them fill `span`. */
function roundStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const times = rough / power;
  // The nearest of the four by ratio: between 1 and 2 stands the root of 2, and so on.
  const factor = times >= Math.sqrt(50) ? 10 : times >= Math.sqrt(10) ? 5 : times >= Math.SQRT2 ? 2 : 1;
  return factor * power;
}

/** Round values from `low` to `high`, about `count` of them. */
export function linearTicks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const step = roundStep(high - low, count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Counted in whole steps: adding 0.1 time and again would drift.
  return Array.from({ length: last - first + 1 }, (_, index) => round((first + index) * step, step));
}

function round(value: number, step: number): number {
  const digits = Math.max(0, Math.ceil(-Math.log10(step)) + 1);
  return Number(value.toFixed(Math.min(digits, 100)));
}

/** Round in the largest unit (1, KiB, MiB and so on) that does not exceed `high`. */
function byteTicks(low: number, high: number, count: number): number[] {
  const unit = high >= 1024 ? 1024 ** Math.floor(Math.log2(high) / 10) : 1;
  return linearTicks(low / unit, high / unit, count).map((value) => value * unit);
}

/** Powers of ten, with their doubles and fivefolds where there is room; linear ticks within less than a decade. */
function logTicks(low: number, high: number, count: number): number[] {
  const decades = Math.log10(high / low);
  if (decades < 1) return linearTicks(low, high, count).filter((value) => value > 0);
  const factors = decades * 3 <= count ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const value = Number(`${factor}e${power}`);
      if (value >= low && value <= high) ticks.push(value);
    }
  }
  return ticks;
}

/** Values from `low` to `high` onto pixels from `start` to `end`. A logarithmic scale takes positive values alone. */
export function scaleOf(
  kind: ScaleKind,
  [low, high]: readonly [number, number],
  [start, end]: readonly [number, number],
  count: number,
): Scale {
  if (kind === 'log') {
    const [from, to] = [Math.log(low), Math.log(high)];
    const span = to - from || 1;
    return {
      at: (value) => start + ((Math.log(value) - from) / span) * (end - start),
      value: (pixel) => Math.exp(from + ((pixel - start) / (end - start)) * span),
      ticks: logTicks(low, high, count),
    };
  }
  const span = high - low || 1;
  return {
    at: (value) => start + ((value - low) / span) * (end - start),
    value: (pixel) => low + ((pixel - start) / (end - start)) * span,
    ticks: (kind === 'bytes' ? byteTicks : linearTicks)(low, high, count),
  };
}

/** A domain with some air at both ends; one value alone gets room around it. */
export function withAir([low, high]: readonly [number, number], kind: ScaleKind): [number, number] {
  if (kind === 'log') {
    const factor = (high / low) ** 0.04 * (high === low ? 1.1 : 1);
    return [low / factor, high * factor];
  }
  const air = high === low ? Math.abs(high) * 0.1 || 1 : (high - low) * 0.04;
  return [low - air, high + air];
}
