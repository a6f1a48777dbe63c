import { availableParallelism } from 'node:os';

/** Threads to use: one a core, no more than there is work for. */
export function threads(wanted: number | undefined, jobs: number): number {
  return Math.max(1, Math.min(wanted ?? availableParallelism(), jobs));
}
