import * as z from 'zod';
import { shotsSetting, slurmOptions } from '../../protocol.ts';
import { PRESET_NAMES } from './shapes.ts';

/**
 * `*.run.yaml`, what a person writes to train. Unknown keys are refused. The JSON Schema that editors use is
 * generated from this.
 */

const path = z.string().min(1);
const count = z.int().min(1);
const share = z.number().min(0).lt(1);

const shapeSchema = z
  .strictObject({
    hidden: count.describe('Width of the model'),
    layers: count,
    heads: count.describe('Attention heads; they divide the width'),
    ffn: count.optional().describe('Width of the feed-forward layer (four times the width)'),
    vocabulary: count.optional().describe('Tokens that it has embeddings for (those of the tokenizer)'),
    positions: count.optional().describe('Tokens that it has positions for (2048, or the length)'),
  })
  .describe('An OPT model of a size of its own');

export const loraSchema = z.strictObject({
  rank: count.optional().describe('Of the added matrices (8)'),
  alpha: z.number().gt(0).optional().describe('What they are scaled by, over the rank (16)'),
  dropout: share.optional().describe('Before them (0)'),
  targets: z.array(z.string()).min(1).optional().describe('Modules that they are added to (q_proj, v_proj)'),
});

const { partition, account, qos, time, cpus_per_task, memory, container, modules, extra } =
  slurmOptions.shape;

/** As the protocol has it, save that what the spec leaves out is completed by the preset. */
export const slurmSchema = z
  .strictObject({
    partition: partition.describe('Where the job waits'),
    account: account.describe('What it is charged to'),
    qos,
    time: time.describe('Limit, as sbatch takes it: 2-00:00:00'),
    nodes: count.optional().describe('As many as the preset’s GPUs need'),
    gpus_per_node: z.int().min(0).optional().describe('GPUs of a node (8; 0 trains on its CPUs)'),
    cpus_per_task,
    memory: memory.describe('Of a node, as sbatch takes it: 64G'),
    container: container.describe('Image that the work runs in, by Apptainer or Pyxis'),
    modules: modules.describe('Loaded before the work: module load …'),
    extra: extra.describe('More options of sbatch (--exclusive), lines of its script (source ~/env.sh)'),
  })
  .describe('How Slurm is asked');

export const runSpecSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w.+-]+$/u, 'letters, digits and . _ + - only')
      .optional()
      .describe('What the run is called (the file’s name)'),
    preset: z
      .enum(PRESET_NAMES)
      .optional()
      .describe('The paper’s numbers for this size; what the spec says itself wins'),
    model: z
      .union([
        path.describe('Folder with config.json and the weights, as transformers saves them'),
        z.strictObject({ shape: z.union([z.enum(PRESET_NAMES), shapeSchema]) }),
      ])
      .optional()
      .describe('What is trained: a folder, or { shape: … } for random weights'),
    tokenizer: path.optional().describe('A tokenizer.json or its folder (the model’s own)'),
    seed: z.int().min(0).optional().describe('What draws examples, dropout and random weights (0)'),
    steps: count.optional().describe('Updates of the weights'),
    batch: count.optional().describe('Sequences of a step, over all devices'),
    micro_batch: count.optional().describe('Sequences that a device takes at once; the rest is accumulated'),
    length: z.int().min(16).max(32_768).optional().describe('Tokens of a sequence (2048)'),
    learning_rate: z.number().gt(0).optional().describe('Highest, after the warm-up'),
    warmup: z.int().min(0).optional().describe('Steps until then; it falls to 0 by the last step (60)'),
    dropout: share.optional().describe('In training (0.1)'),
    weight_decay: z.number().min(0).optional().describe('0.1'),
    clip: z.number().gt(0).optional().describe('Largest norm of the gradient (1.0)'),
    precision: z
      .enum(['bf16', 'fp16', 'fp32'])
      .optional()
      .describe('Of the matrix products (bf16 on a GPU, else fp32); weights and optimizer keep 32 bits'),
    gradient_checkpointing: z
      .boolean()
      .optional()
      .describe('Recompute activations instead of keeping them: less memory, a third more work'),
    tensor_parallel: count.optional().describe('GPUs that share each layer (1)'),
    lora: loraSchema.optional().describe('Train small added matrices instead of the weights'),
    checkpoint: z
      .strictObject({
        every: count.optional().describe('Steps between two (a tenth of all)'),
        keep: count.optional().describe('The last so many (2)'),
      })
      .optional(),
    validation: z
      .strictObject({
        every: z.int().min(0).optional().describe('Steps between two; 0: never (a tenth of all)'),
        examples: z.int().min(0).optional().describe('Of each level (256)'),
      })
      .optional()
      .describe('Loss on held-out examples, level by level'),
    evaluation: z
      .strictObject({
        every_checkpoint: z
          .boolean()
          .describe('Score each checkpoint as it is written, in a job beside the run'),
        tasks: z
          .array(z.string())
          .min(1)
          .optional()
          .describe('Task ids, globs over them, collections, categories (all that are evaluated)'),
        shots: z.array(shotsSetting).min(1).optional().describe('Demonstrations (0, 5); fit: as many as fit'),
        limit: count.optional().describe('Examples of a task at most (250)'),
      })
      .optional()
      .describe('Scores of the run’s checkpoints while it trains'),
    device: z
      .enum(['auto', 'cuda', 'cpu'])
      .optional()
      .describe('auto: the GPUs that are there, else the CPU'),
    launch: z
      .union([z.literal('machine'), z.strictObject({ slurm: slurmSchema })])
      .optional()
      .describe('Where it runs: this machine, or Slurm'),
    gpus: count.optional().describe('GPUs of this machine to use (all of them)'),
    python: path.optional().describe('The interpreter that runs it (see "heldout runner doctor")'),
  })
  .describe('A training run of a Heldout bench');

export type RunSpec = z.infer<typeof runSpecSchema>;
export type SlurmSpec = z.infer<typeof slurmSchema>;
