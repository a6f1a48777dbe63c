/**
 * What one rendering may cost. Rendering is synchronous, so the budget in force is module state: every
 * operation of `python/` that can be made to grow charges it before it does the work.
 */
import { LimitError } from './errors.ts';

export interface Limits {
  /** Loop turns, calls and elements touched. */
  steps: number;
  /** Characters of the output, and of any one string on the way. */
  output: number;
  /** Calls inside calls (macros, recursive loops). */
  depth: number;
  /** Milliseconds for one rendering. */
  ms: number;
}

export const DEFAULT_LIMITS: Limits = { steps: 2_000_000, output: 4_000_000, depth: 100, ms: 1000 };

/** Steps between two looks at the clock. */
const CLOCK_EVERY = 1000;

let limits: Limits = DEFAULT_LIMITS;
let stepsLeft = DEFAULT_LIMITS.steps;
let untilClock = CLOCK_EVERY;
let depth = 0;
let deadline = 0;

/** Runs `work` under `allowed`; a rendering inside a rendering (none today) would get its own budget. */
export function withBudget<T>(allowed: Limits, work: () => T): T {
  const before = { limits, stepsLeft, untilClock, depth, deadline };
  limits = allowed;
  stepsLeft = allowed.steps;
  untilClock = CLOCK_EVERY;
  depth = 0;
  deadline = 0;
  try {
    return work();
  } finally {
    ({ limits, stepsLeft, untilClock, depth, deadline } = before);
  }
}

/** Takes `steps` off the budget. The clock starts at the first look, so short renderings never read it. */
export function charge(steps: number): void {
  stepsLeft -= steps;
  untilClock -= steps;
  if (stepsLeft < 0) throw new LimitError(`the template took more than ${limits.steps} steps`);
  if (untilClock < 0) {
    untilClock = CLOCK_EVERY;
    const now = performance.now();
    if (deadline === 0) deadline = now + limits.ms;
    else if (now > deadline) throw new LimitError(`the template took more than ${limits.ms} ms`);
  }
}

/** Refuses a text of `length` characters before it is built. */
export function checkLength(length: number): void {
  if (length > limits.output)
    throw new LimitError(`the template made a text of more than ${limits.output} characters`);
}

/** Charges for making or walking `length` elements. */
export function chargeItems(length: number): void {
  charge(length);
}

/** Charges for a walk over `length` characters: a step for every 64. */
export function chargeText(length: number): void {
  checkLength(length);
  if (length > 64) charge(length >>> 6);
}

export function enterCall(): void {
  charge(1);
  if (++depth > limits.depth)
    throw new LimitError(`the template calls itself more than ${limits.depth} deep`);
}

export function leaveCall(): void {
  depth--;
}
