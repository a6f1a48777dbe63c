import { drawDistinct, randomFor } from '../base/random.ts';

/**
 * The examples shown before an example, in the order shown: drawn by seed among the first `pool`
 * examples of the task (its train split), never the example itself. Fewer than `shots` where the
 * pool is smaller.
 */
export function drawShots(
  task: string,
  example: number,
  shots: number,
  pool: number,
  seed: number,
): number[] {
  if (shots === 0) return [];
  const random = randomFor('shots', task, example, seed);
  const itself = example < pool;
  const others = drawDistinct(random, shots, itself ? pool - 1 : pool);
  // The pool without the example: numbers from it upwards stand one lower.
  return others.map((number) => (itself && number >= example ? number + 1 : number));
}
