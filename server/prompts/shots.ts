import { distinct, randomFor } from '../base/random.ts';

/**
 * The examples shown before an example, in the order shown: drawn by seed among the first `pool`
 * examples of the task (its train split), never the example itself nor one that was removed (ascending).
 * Fewer than `shots` where the pool is smaller.
 */
export function drawShots(
  task: string,
  example: number,
  shots: number,
  pool: number,
  seed: number,
  removed?: Uint32Array,
): number[] {
  const shown: number[] = [];
  if (shots === 0) return shown;
  const random = randomFor('shots', task, example, seed);
  const itself = example < pool;
  for (const drawn of distinct(random, itself ? pool - 1 : pool)) {
    // The pool without the example: numbers from it upwards stand one lower.
    const number = itself && drawn >= example ? drawn + 1 : drawn;
    if (removed && holds(removed, number)) continue;
    if (shown.push(number) === shots) break;
  }
  return shown;
}

function holds(ascending: Uint32Array, number: number): boolean {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === number;
}
