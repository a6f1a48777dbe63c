import * as z from 'zod';
import { problem } from './bench.ts';

/** `cancelled`: stopped before its end, by a person or by its time limit. `lost`: whoever watched over it is gone, and how it ended is not known. */
export const jobState = z.enum(['queued', 'running', 'stopping', 'done', 'failed', 'cancelled', 'lost']);
export type JobState = z.infer<typeof jobState>;

export const jobKind = z.enum(['train', 'evaluate']);
export type JobKind = z.infer<typeof jobKind>;

/** What is asked of Slurm, in the words of a run spec. */
export const slurmOptions = z.strictObject({
  partition: z.string().optional(),
  account: z.string().optional(),
  qos: z.string().optional(),
  /** As sbatch takes it: `2-00:00:00`, minutes. */
  time: z.union([z.string(), z.int().min(1)]).optional(),
  nodes: z.int().min(1).default(1),
  /** One process of the work runs for each GPU; one a node where there are none. */
  gpus_per_node: z.int().min(0).default(0),
  cpus_per_task: z.int().min(1).optional(),
  /** Memory of a node, as sbatch takes it: `64G`. */
  memory: z.string().optional(),
  /** An image that the work runs in: by Apptainer, or by Pyxis where it is said so. */
  container: z
    .union([
      z.string(),
      z.strictObject({
        image: z.string(),
        runtime: z.enum(['apptainer', 'pyxis']).default('apptainer'),
        mounts: z.array(z.string()).default([]),
      }),
    ])
    .optional(),
  modules: z.array(z.string()).default([]),
  /** Array tasks, as sbatch takes them: `0-3`, `0-9%2`. */
  array: z
    .string()
    .regex(/^\d+(-\d+)?(:\d+)?(,\d+(-\d+)?(:\d+)?)*(%\d+)?$/, 'write array tasks as 0-3 or 0-9%2')
    .optional(),
  /** More arguments of sbatch (`--exclusive`), and lines of the script (`source ~/env.sh`). */
  extra: z.array(z.string()).default([]),
});
export type SlurmOptions = z.infer<typeof slurmOptions>;

export const launcher = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('machine'),
    gpus: z.int().min(0).default(0),
    /** It belongs to a job that runs: it takes no turn of its own among the jobs without GPUs. */
    beside: z.boolean().optional(),
  }),
  slurmOptions.extend({ kind: z.literal('slurm') }),
]);
export type Launcher = z.infer<typeof launcher>;

/** Times in milliseconds since 1970. */
export const jobRow = z.object({
  id: z.string(),
  kind: jobKind,
  name: z.string(),
  launcher: z.enum(['machine', 'slurm']),
  /** The number that Slurm gave it. */
  slurmJob: z.string().nullable(),
  created: z.number(),
  state: jobState,
  /** Since when. */
  since: z.number(),
  /** Why it is in this state, in one line: what failed and what to do; why it waits. */
  reason: z.string().nullable(),
  /** From 1; one more at each resumption. */
  attempt: z.int(),
  step: z.int().nullable(),
  steps: z.int().nullable(),
  /** Of the last step: mean over its target tokens. */
  loss: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** What it does before, between and after steps: "reading weights 3 of 12 files". */
  activity: z.string().nullable(),
  /** Step of the last checkpoint. */
  checkpoint: z.int().nullable(),
});
export type JobRow = z.infer<typeof jobRow>;

export const jobList = z.object({
  /** Newest first. */
  jobs: z.array(jobRow),
  /** Folders of jobs that can't be read. */
  problems: z.array(problem),
});
export type JobList = z.infer<typeof jobList>;

/** One step, or several put together where there are many: means over them. */
export const jobPoint = z.object({
  /** The last one of those. */
  step: z.int(),
  count: z.int(),
  time: z.number(),
  loss: z.number().nullable(),
  lr: z.number().nullable(),
  gradNorm: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  /** Mean loss per target token by collection. */
  collections: z.record(z.string(), z.number()),
});
export type JobPoint = z.infer<typeof jobPoint>;

export const jobDetail = z.object({
  row: jobRow,
  /** Absolute. */
  folder: z.string(),
  launcher,
  command: z.array(z.string()),
  /** The spec's text as given, and its file; null where there was none. */
  spec: z.string(),
  specFile: z.string().nullable(),
  /** The text of run.json: every number explicit. */
  run: z.string().nullable(),
  device: z.string().nullable(),
  /** Processes that it runs in. */
  world: z.int().nullable(),
  parameters: z.number().nullable(),
  states: z.array(
    z.object({ time: z.number(), state: jobState, reason: z.string().nullable(), attempt: z.int() }),
  ),
  /** `folder` is absolute; `there`: still on disk. */
  checkpoints: z.array(
    z.object({
      time: z.number(),
      step: z.int(),
      folder: z.string(),
      seconds: z.number().nullable(),
      /** Of the step that it was written after, where that is known. */
      loss: z.number().nullable(),
      there: z.boolean(),
    }),
  ),
  /** Where the finished weights stand; null before. */
  final: z.string().nullable(),
  /** The results file of an evaluation that is done; absolute. */
  results: z.string().nullable(),
  validations: z.array(
    z.object({
      time: z.number(),
      step: z.int(),
      levels: z.record(z.string(), z.object({ loss: z.number().nullable(), tokens: z.number() })),
    }),
  ),
  /** The last ones. */
  messages: z.array(
    z.object({ time: z.number(), severity: z.enum(['info', 'warning', 'error']), text: z.string() }),
  ),
  /**
   * In the order of the events, from the offset asked for. A point takes the place of every earlier point at
   * its step or a later one: after a resumption, steps are done again.
   */
  points: z.array(jobPoint),
  /** The offset to ask from next time. */
  next: z.int(),
  /** The last lines of the log. */
  log: z.array(z.string()),
});
export type JobDetail = z.infer<typeof jobDetail>;

/** From a job's guard to its supervisor, one JSON object a line: the work began; it ended. */
export const guardReport = z.union([
  z.object({ pid: z.int() }),
  z.object({ code: z.int().nullable(), signal: z.string().nullable() }),
]);
export type GuardReport = z.infer<typeof guardReport>;

/** A stretch of a job's log, in bytes. */
export const jobLog = z.object({ text: z.string(), from: z.int(), next: z.int(), size: z.int() });
export type JobLog = z.infer<typeof jobLog>;
