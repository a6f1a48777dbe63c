import * as z from 'zod';
import { jobState } from '../../protocol.ts';

/** Numbers that a program may print as NaN are missing rather than wrong. */
const figure = z.number().nullish();
const time = z.number();

const losses = z.record(z.string(), z.object({ loss: figure, tokens: z.number() }));

/** What a work reports, one a line of work.jsonl. */
export const workEvent = z.discriminatedUnion('event', [
  z.looseObject({
    event: z.literal('started'),
    time,
    steps: z.int().nullish(),
    resumed_from: z.int().nullish(),
    world: z.int().nullish(),
    device: z.string().nullish(),
    parameters: figure,
  }),
  z.looseObject({
    event: z.literal('step'),
    time,
    step: z.int(),
    loss: figure,
    lr: figure,
    grad_norm: figure,
    tokens_per_second: figure,
    memory_bytes: figure,
    seconds: figure,
    collections: losses.nullish(),
  }),
  z.looseObject({ event: z.literal('validation'), time, step: z.int(), levels: losses }),
  z.looseObject({
    event: z.literal('checkpoint'),
    time,
    step: z.int(),
    path: z.string(),
    seconds: figure,
  }),
  z.looseObject({
    event: z.literal('progress'),
    time,
    message: z.string(),
    done: figure,
    total: figure,
    unit: z.string().nullish(),
  }),
  z.looseObject({
    event: z.literal('message'),
    time,
    severity: z.enum(['info', 'warning', 'error']),
    text: z.string(),
  }),
  /** `path`: the finished weights; `results`: the results file of an evaluation, absolute. */
  z.looseObject({
    event: z.literal('done'),
    time,
    step: z.int().nullish(),
    path: z.string().nullish(),
    results: z.string().nullish(),
  }),
  z.looseObject({
    event: z.literal('failed'),
    time,
    code: z.string().nullish(),
    text: z.string(),
    advice: z.string().nullish(),
  }),
]);
export type WorkEvent = z.infer<typeof workEvent>;

/** What is known of a job from its events so far; a mark in the log repeats it. */
export const summary = z.object({
  state: jobState,
  since: time,
  reason: z.string().nullable(),
  attempt: z.int(),
  slurmJob: z.string().nullable(),
  step: z.int().nullable(),
  steps: z.int().nullable(),
  loss: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  /** A step's, the last ones weighing most. */
  seconds: z.number().nullable(),
  activity: z.string().nullable(),
  checkpoint: z.int().nullable(),
  /** The loss of the step after which each of the last checkpoints was written. */
  losses: z.array(z.object({ step: z.int(), loss: z.number() })).default([]),
  /** What the work said of its failure in this attempt. */
  failure: z.string().nullable(),
  /** Where in work.jsonl the next event begins that was not relayed. */
  to: z.int(),
});
export type Summary = z.infer<typeof summary>;

/** A line of events.jsonl. */
export const jobEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('state'),
    time,
    state: jobState,
    attempt: z.int(),
    reason: z.string().optional(),
    slurmJob: z.string().optional(),
  }),
  /** An event of the work; `to`: the byte of work.jsonl after it. */
  z.looseObject({ type: z.literal('work'), time, to: z.int(), event: z.string() }),
  z.object({
    type: z.literal('message'),
    time,
    severity: z.enum(['info', 'warning', 'error']),
    text: z.string(),
    /** Of a line of work.jsonl that could not be relayed. */
    to: z.int().optional(),
  }),
  z.object({ type: z.literal('mark'), time, summary }),
]);
export type JobEvent = z.infer<typeof jobEvent>;

/** The event of a line; undefined for a line that is none (torn, or of a later version). */
export function parseEvent(line: string): JobEvent | undefined {
  try {
    const parsed = jobEvent.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The work's event in an event of the job. */
export function workEventOf(event: Extract<JobEvent, { type: 'work' }>): WorkEvent | undefined {
  const parsed = workEvent.safeParse(event);
  return parsed.success ? parsed.data : undefined;
}

/** The same from its line; undefined for a line of another type. */
export function parseWork(line: string): WorkEvent | undefined {
  if (!line.startsWith('{"type":"work"')) return undefined;
  try {
    const parsed = workEvent.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

const STEP = Buffer.from('"event":"step"');

/** Whether a line holds a step, by its first bytes. */
export function isStepLine(line: Buffer): boolean {
  return line.subarray(0, 80 + STEP.length).includes(STEP);
}
