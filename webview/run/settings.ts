import { z } from 'zod';

/** How the charts are drawn. */
export const chartSettings = z.object({
  /** What a step weighs of the one after it; 0 draws what was measured. */
  smoothing: z.number().min(0).max(0.999),
  over: z.enum(['step', 'time']),
  scale: z.enum(['linear', 'log']),
});
export type ChartSettings = z.infer<typeof chartSettings>;

export const FIRST_SETTINGS: ChartSettings = { smoothing: 0.9, over: 'step', scale: 'linear' };
