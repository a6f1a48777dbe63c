import type * as z from 'zod';
import type { level, origin, pairVerdict, place, templateVerdict } from '../../server/protocol.ts';

export type Level = z.infer<typeof level>;
export type Origin = z.infer<typeof origin>;
export type PairVerdict = z.infer<typeof pairVerdict>;
export type Place = z.infer<typeof place>;
export type TemplateVerdict = z.infer<typeof templateVerdict>;
