import * as z from 'zod';

/** `run.json`, what the runner reads: a run spec with every number explicit and every path absolute. */

const count = z.int().min(1);
const share = z.number().min(0).lt(1);

export const lora = z.object({
  rank: count,
  alpha: z.number().gt(0),
  dropout: share,
  targets: z.array(z.string()).min(1),
});

export const run = z.object({
  version: z.literal(1),
  name: z.string(),
  seed: z.int().min(0),
  /** A folder with weights, or a configuration whose weights are drawn by seed. */
  model: z.union([z.object({ folder: z.string() }), z.object({ config: z.record(z.string(), z.unknown()) })]),
  /** A tokenizer.json. */
  tokenizer: z.string(),
  steps: count,
  /** Sequences of a step, over all devices. */
  batch: count,
  /** Sequences of a device at once. */
  micro_batch: count,
  /** Tokens of a sequence. */
  length: z.int().min(16),
  optimizer: z.object({
    learning_rate: z.number().gt(0),
    betas: z.tuple([share, share]),
    eps: z.number().gt(0),
    weight_decay: z.number().min(0),
    warmup: z.int().min(0),
    decay: z.literal('linear'),
    clip: z.number().gt(0),
  }),
  /** Null: as the model's configuration has it. */
  dropout: share.nullable(),
  precision: z.enum(['bf16', 'fp16', 'fp32']),
  gradient_checkpointing: z.boolean(),
  tensor_parallel: count,
  device: z.enum(['auto', 'cuda', 'cpu']),
  lora: lora.nullable(),
  checkpoint: z.object({ every: count, keep: count }),
  /** `every` 0: no validation. `examples`: of each level. */
  validation: z.object({ every: z.int().min(0), examples: z.int().min(0) }),
  log_every: count,
  /** Examples of a sequence don't attend to each other. */
  masking: z.boolean(),
});

export type Run = z.infer<typeof run>;
