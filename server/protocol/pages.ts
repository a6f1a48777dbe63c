import * as z from 'zod';
import { instanceQuery } from './instances.ts';
import { changed, jobsChanged } from './notifications.ts';
import { pairFilter, pairOrder } from './overlap.ts';
import { pairKey } from './requests.ts';
import { previewQuery, templateFilter, templateOrder } from './templates.ts';
import { location } from './words.ts';

export const pageName = z.enum([
  'inspector',
  'review',
  'template',
  'mixture',
  'statistics',
  'packing',
  'split-board',
  'run',
  'results',
]);
export type PageName = z.infer<typeof pageName>;

/** From a page: a request to the server by name, or something only the editor can do. */
export const fromPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('request'), id: z.int(), name: z.string(), params: z.unknown() }),
  z.object({ type: z.literal('open'), location, column: z.int().optional() }),
  z.object({ type: z.literal('command'), command: z.string(), args: z.array(z.unknown()) }),
]);
export type FromPage = z.infer<typeof fromPage>;

/** `wanted`: what a person asked to see, until the page shows it. `evaluates`: whether checkpoints can be evaluated. */
export const shownRun = z.object({
  wanted: z.object({ id: z.string(), others: z.array(z.string()) }).optional(),
  evaluates: z.boolean(),
});
export type ShownRun = z.infer<typeof shownRun>;

/** To a page: an answer, a change on the server, or what it is to show. */
export const toPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), id: z.int(), result: z.unknown() }),
  z.object({ type: z.literal('failure'), id: z.int(), message: z.string() }),
  z.object({ type: z.literal('changed'), what: changed.shape.what }),
  z.object({ type: z.literal('jobs'), ids: jobsChanged.shape.ids }),
  z.object({
    type: z.literal('show'),
    inspector: instanceQuery.optional(),
    pair: pairKey.optional(),
    preview: previewQuery.optional(),
    /** The order and filter of the queue that the person walks. */
    queue: z.object({ order: pairOrder, filter: pairFilter }).optional(),
    /** The same for the queue of templates. */
    templates: z.object({ order: templateOrder, filter: templateFilter }).optional(),
    run: shownRun.optional(),
    /** A results file, and others to stand beside it; without them, those that the page had. */
    results: z.object({ file: z.string(), others: z.array(z.string()).optional() }).optional(),
    settings: z.object({ advance: z.boolean(), tokenizer: z.string().optional() }),
  }),
]);
export type ToPage = z.infer<typeof toPage>;
