/** What a long piece of work tells while it runs. */
export interface Step {
  /** What is being done now: "reading flan", "scanning task042". */
  message: string;
  done: number;
  total: number;
  /** What `done` and `total` count. */
  unit: 'bytes' | 'examples' | 'instances' | 'files' | 'tasks' | 'partitions' | 'packages' | 'steps';
}

/** A step with its rate (units per second) and the seconds left, as far as they are known. */
export interface Progress extends Step {
  rate: number;
  secondsLeft: number | undefined;
}

export type OnStep = (step: Step) => void;

/**
 * Turns steps into progress: the rate over the time since the first step that counts the same things, at
 * most one report per `everyMs`, the last step always. How long is left is told once a second has shown it.
 */
export function measured(report: (progress: Progress) => void, everyMs = 100): OnStep {
  let start = performance.now();
  let last = 0;
  let unit: Step['unit'] | undefined;
  return (step) => {
    const now = performance.now();
    if (unit !== undefined && unit !== step.unit) start = now;
    unit = step.unit;
    const finished = step.done >= step.total;
    if (!finished && now - last < everyMs) return;
    last = now;
    const seconds = (now - start) / 1000;
    const rate = seconds > 0 ? step.done / seconds : 0;
    const secondsLeft = rate > 0 && seconds >= 1 ? (step.total - step.done) / rate : undefined;
    report({ ...step, rate, secondsLeft });
  };
}

/** "12.3 MB/s, 4 min left" */
export function rateAndTimeLeft(progress: Progress): string {
  const rate =
    progress.unit === 'bytes'
      ? `${(progress.rate / 1e6).toFixed(1)} MB/s`
      : `${Math.round(progress.rate)} ${progress.unit}/s`;
  return progress.secondsLeft === undefined ? rate : `${rate}, ${duration(progress.secondsLeft)} left`;
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
