import type { ExampleSplit } from '../collections/types.ts';

/** A record's split as its file says it; `none` where nothing says. */
export type FileSplit = ExampleSplit | 'none';

/** The order of a task's examples. The place of a split in here is what the database holds: only add at the end. */
export const SPLIT_ORDER: readonly FileSplit[] = ['train', 'dev', 'test', 'none'];
