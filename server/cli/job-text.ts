import { duration } from '../base/progress.ts';
import type { JobRow } from '../protocol.ts';

/** One line about a job: state, how far it is, why. */
export function lineFor(row: JobRow): string {
  const { id, state, step, steps, loss, reason, activity, secondsLeft } = row;
  const parts = [
    step !== null && steps !== null ? `step ${step} of ${steps}` : '',
    loss !== null ? `loss ${loss.toFixed(3)}` : '',
    secondsLeft !== null ? `${duration(secondsLeft)} left` : '',
    activity ?? '',
    reason ?? '',
  ].filter((part) => part !== '');
  return [`${id} ${state}`, ...parts].join(', ');
}

/** Local time, to the second. */
export function clock(time: number): string {
  return new Date(time).toLocaleString('sv-SE');
}
