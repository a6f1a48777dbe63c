import * as z from 'zod';

/** Which interpreter runs the runner, as far as an editor knows: its setting, the Python extension's choice. */
export const interpreters = z.object({ setting: z.string().optional(), editor: z.string().optional() });
export type Interpreters = z.infer<typeof interpreters>;

export const runQuery = z.object({
  /** Absolute path of a run spec; its text is the editor's where it is open. */
  spec: z.string(),
  /** Where it is launched, whatever the spec says. */
  launch: z.enum(['machine', 'slurm']).optional(),
  python: interpreters.default({}),
});
export type RunQuery = z.input<typeof runQuery>;

/** What a run takes, before it is launched. */
export const runEstimate = z.object({
  name: z.string(),
  launcher: z.enum(['machine', 'slurm']),
  /** Processes that train, one a GPU. */
  devices: z.int(),
  device: z.string(),
  parameters: z.number(),
  trainedParameters: z.number(),
  steps: z.int(),
  batch: z.int(),
  micro_batch: z.int(),
  length: z.int(),
  /** Places of all sequences, padding among them. */
  tokens: z.number(),
  /** By the first sequences of the stream: examples in all, shares of padding and of tokens with loss, examples cut. */
  stream: z.object({
    sampled: z.int(),
    examples: z.number(),
    padding: z.number(),
    loss: z.number(),
    truncated: z.number(),
  }),
  /** How often each example of a collection is seen. */
  epochs: z.array(z.object({ collection: z.string(), examples: z.int(), epochs: z.number() })),
  /** Of one device, in bytes. */
  memory: z.object({
    bytes: z.number(),
    parts: z.array(z.object({ what: z.string(), bytes: z.number(), formula: z.string() })),
    /** What a device of this machine has; null where that is not known. */
    available: z.number().nullable(),
  }),
  time: z.object({
    /** Null where there is nothing to reckon it by. */
    seconds: z.number().nullable(),
    basis: z.enum(['measured', 'assumed', 'unknown']),
    /** What it rests on, in words. */
    rests: z.string(),
  }),
  /** What will go wrong, in words. */
  warnings: z.array(z.string()),
});
export type RunEstimate = z.infer<typeof runEstimate>;

/** What a person says of a first run; the rest is the preset's. */
export const firstRun = z.object({
  /** The spec's file, absolute. */
  file: z.string(),
  model: z.union([z.object({ folder: z.string() }), z.object({ shape: z.string() })]),
  tokenizer: z.string().optional(),
});
export type FirstRun = z.infer<typeof firstRun>;

/** A program, a package or a device that training needs. */
export const runnerPart = z.object({
  name: z.string(),
  /** What is there: a version, a device; null: missing. */
  found: z.string().nullable(),
  wanted: z.string().nullable(),
  state: z.enum(['fine', 'other', 'missing', 'optional']),
});
export const runnerReport = z.object({
  /** Nothing that is needed is missing. */
  ok: z.boolean(),
  /** Absolute path; null where there is none. */
  interpreter: z.string().nullable(),
  /** Who named it. */
  chosenBy: z.enum(['spec', 'setting', 'editor', 'setup', 'none']),
  parts: z.array(runnerPart),
  gpus: z.array(z.string()),
  problems: z.array(z.object({ text: z.string(), mend: z.string(), required: z.boolean() })),
});
export type RunnerReport = z.infer<typeof runnerReport>;
