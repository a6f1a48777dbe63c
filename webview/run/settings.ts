import * as z from 'zod';

/** How the charts are drawn. */
export const chartSettings = z.object({
  /** The steps that are smoothed over, as a power of the steps of the longest run; 0 draws what was measured. */
  smoothing: z.number().min(0).max(0.9),
  over: z.enum(['step', 'time']),
  scale: z.enum(['linear', 'log']),
});
export type ChartSettings = z.infer<typeof chartSettings>;

export const FIRST_SETTINGS: ChartSettings = { smoothing: 0.4, over: 'step', scale: 'linear' };

/** The steps that are smoothed over: 28 of 4,000 where nobody chose, 1 where what was measured is drawn. */
export function smoothedOver({ smoothing }: ChartSettings, steps: number): number {
  return Math.round(Math.max(1, steps) ** smoothing);
}
