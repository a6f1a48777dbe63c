import { randomFor } from '../base/random.ts';

/**
 * Demonstrations in training (OPT-IML, section 4.8, after MetaICL): how many is drawn for each instance
 * from a Zipf distribution, so that most have none.
 */
export interface Demonstrating {
  /** Of the Zipf distribution: the greater, the fewer demonstrations. */
  shape: number;
  maxShots: number;
  loss: Loss;
}

/**
 * What the loss is on: `plain`, the target; `suffix`, everything from the first demonstration's target on,
 * what stands between the targets included.
 */
export type Loss = 'plain' | 'suffix';

/** K of the paper. */
export const MAX_SHOTS = 5;

/** Between demonstrations, and between the last one and the example. */
export const METAICL_BREAK = '\n\n\n';

/** The probability of 0, 1, … `maxShots` demonstrations: 1, 1/2^a, 1/3^a, …, over their sum. */
export function shotsDistribution({ shape, maxShots }: Pick<Demonstrating, 'shape' | 'maxShots'>): number[] {
  const weights = Array.from({ length: maxShots + 1 }, (_, shots) => (shots + 1) ** -shape);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** How many demonstrations one instance gets: drawn by seed for what `key` names. */
export function drawShotCount(
  demonstrating: Pick<Demonstrating, 'shape' | 'maxShots'>,
  seed: number,
  ...key: readonly (string | number)[]
): number {
  let left = randomFor('metaicl', ...key, seed).next();
  const shares = shotsDistribution(demonstrating);
  for (const [shots, share] of shares.entries()) {
    if (left < share) return shots;
    left -= share;
  }
  return demonstrating.maxShots;
}
