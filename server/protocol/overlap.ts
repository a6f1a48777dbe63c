import * as z from 'zod';
import { segment } from './instances.ts';
import { level, location } from './words.ts';

export const pairFigures = z.object({
  train: z.string(),
  eval: z.string(),
  evalExamples: z.int(),
  overlapping: z.int(),
  fraction: z.number(),
  overlappingContent: z.int(),
  fractionContent: z.number(),
  short: z.int(),
  shortMatches: z.int(),
  sameSource: z.boolean(),
});
export type PairFigures = z.infer<typeof pairFigures>;

export const overlapReport = z.object({
  ngram: z.int(),
  pairs: z.array(pairFigures),
  seconds: z.number(),
  bytes: z.int(),
});
export type OverlapReport = z.infer<typeof overlapReport>;

/** A line that `overlap --pipe` writes for a record that shares text with the eval side. */
export const pipeHit = z.strictObject({
  train: z.string(),
  /** Where the record stands in what was read: its line, from 1, and its first byte. */
  line: z.int(),
  offset: z.int(),
  /** Entries of the index that it holds, as runs: the first one and how many. */
  entries: z.array(z.tuple([z.int(), z.int()])),
  /** Eval examples that hold them, by task; `more` when there are others. */
  eval: z.record(z.string(), z.array(z.int())),
  more: z.literal(true).optional(),
});
export type PipeHit = z.infer<typeof pipeHit>;

/** Its last line. Without it the process did not come to its end. */
export const pipeEnd = z.strictObject({
  train: z.string(),
  records: z.int(),
  skipped: z.int(),
  bytes: z.int(),
  /** The key of the index that the entries are of. */
  index: z.string(),
});
export type PipeEnd = z.infer<typeof pipeEnd>;

/** `stale`: decided, but the evidence has changed since. */
export const pairState = z.enum(['open', 'decided', 'conflict', 'stale']);
export type PairState = z.infer<typeof pairState>;

export const ruling = z.object({
  id: z.string(),
  verdict: z.string(),
  reason: z.string(),
  reviewer: z.string(),
  /** ISO 8601, UTC. */
  time: z.string(),
});
export type Ruling = z.infer<typeof ruling>;

export const taskSide = z.object({
  task: z.string(),
  category: z.string(),
  level: level.nullable(),
  source: z.string().nullable(),
});

export const pairRow = pairFigures.extend({
  state: pairState,
  /** One when decided, several when they disagree. */
  rulings: z.array(ruling),
  trainSide: taskSide,
  evalSide: taskSide,
});
export type PairRow = z.infer<typeof pairRow>;

export const pairOrder = z.enum(['fraction', 'content', 'source', 'size']);
export type PairOrder = z.infer<typeof pairOrder>;
export const pairFilter = z.object({
  search: z.string().optional(),
  state: z.array(pairState).optional(),
  sameSource: z.boolean().optional(),
  /** Only pairs all of whose shared text is boilerplate. */
  boilerplateOnly: z.boolean().optional(),
  /** Pairs of one task, on either side. */
  task: z.string().optional(),
  /** Pairs that share only this text: an evidence group's `texts`. */
  texts: z.string().optional(),
});
export type PairFilter = z.infer<typeof pairFilter>;

export const pairList = z.object({
  pairs: z.array(pairRow),
  decided: z.int(),
  total: z.int(),
  /** Seconds left at the pace of the last decisions; absent before there is a pace. */
  secondsLeft: z.number().optional(),
});
export type PairList = z.infer<typeof pairList>;

/** Two examples of a pair that share text. */
export const sharedExample = z.object({ evalExample: z.int(), trainExample: z.int(), short: z.boolean() });

/** Evidence grouped by the text that is shared. */
export const evidenceGroup = z.object({
  /** The longest shared text of the group. */
  text: z.string(),
  words: z.int(),
  boilerplate: z.boolean(),
  /** Eval examples of this pair that hold it, and other pairs that share it. */
  examples: z.int(),
  otherPairs: z.int(),
  /** All that the group's examples share, and the pairs of the queue that share only that, this one among them. */
  texts: z.string(),
  onlyPairs: z.int(),
  shared: z.array(sharedExample),
});
export type EvidenceGroup = z.infer<typeof evidenceGroup>;

export const pairDetail = z.object({
  row: pairRow,
  /** Most telling first. */
  groups: z.array(evidenceGroup),
  /** The last reasons given, newest first. */
  recentReasons: z.array(z.string()),
  /** The hash that a decision on this evidence records. */
  evidence: z.string(),
});
export type PairDetail = z.infer<typeof pairDetail>;

/** Where a span stands in an instance. */
export const place = z.enum(['input', 'target', 'template', 'mixed']);

export const spanView = z.object({
  /** UTF-16 offsets into the side's text (its segments joined), end exclusive. */
  train: z.tuple([z.int(), z.int()]),
  eval: z.tuple([z.int(), z.int()]),
  words: z.int(),
  boilerplate: z.boolean(),
  trainPlace: place,
  evalPlace: place,
});
export type SpanView = z.infer<typeof spanView>;

export const sideView = z.object({
  task: z.string(),
  example: z.int(),
  template: z.string(),
  /** Source, then target; no delimiter between. */
  segments: z.array(segment.extend({ part: z.enum(['source', 'target']) })),
  record: location.optional(),
});
export type SideView = z.infer<typeof sideView>;

export const evidenceView = z.object({
  train: sideView,
  eval: sideView,
  spans: z.array(spanView),
  targetsAgree: z.boolean(),
  short: z.boolean(),
});
export type EvidenceView = z.infer<typeof evidenceView>;
