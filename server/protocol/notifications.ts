import * as z from 'zod';

export const changed = z.object({
  /** What a view must ask for again. */
  what: z.array(z.enum(['state', 'tasks', 'pairs', 'templates', 'decisions'])),
});
export type Changed = z.infer<typeof changed>;

/** Jobs that came, went, changed their state or went on; at most once a second. */
export const jobsChanged = z.object({ ids: z.array(z.string()) });
export type JobsChanged = z.infer<typeof jobsChanged>;

export const notifications = {
  changed: { method: 'heldout/changed', params: changed },
  jobsChanged: { method: 'heldout/jobsChanged', params: jobsChanged },
} as const;

/** What the extension host tells the server at `initialize`. */
export const initializationOptions = z.object({
  folder: z.string(),
  reviewer: z.string().optional(),
  trusted: z.boolean(),
  /** Of the largest file in which shared text is underlined as it is edited; 0: in none. */
  liveOverlapMegabytes: z.number().min(0).default(4),
});
export type InitializationOptions = z.input<typeof initializationOptions>;
