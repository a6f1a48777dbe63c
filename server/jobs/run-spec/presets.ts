import type { PresetName } from './shapes.ts';

/** The numbers of a run that a preset stands for; what a run spec says wins over them. */
export interface Preset {
  gpus: number;
  batch: number;
  micro_batch: number;
  learning_rate: number;
  steps: number;
  gradient_checkpointing: boolean;
  tensor_parallel: number;
}

/** What OPT-IML gives for all sizes (section 3), and OPT's own weight decay, which the paper leaves as it is. */
export const PAPER = {
  betas: [0.9, 0.95],
  eps: 1e-8,
  weight_decay: 0.1,
  warmup: 60,
  decay: 'linear',
  dropout: 0.1,
  clip: 1,
  length: 2048,
} as const;

/**
 * The paper trains two sizes and names their numbers: 30B on 64 GPUs, 175B on 128. For the smaller ones it
 * names none. Theirs are those of the 30B (batch, learning rate, steps: the same data are seen), on as many
 * GPUs of 40 GB, the paper's, as the estimate needs for weights, gradients and optimizer state. Micro batches
 * and recomputation are none of the paper's numbers: the estimate puts them within 40 GB.
 */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  'opt-125m': like30B({ gpus: 1, micro_batch: 8, gradient_checkpointing: false }),
  'opt-1.3b': like30B({ gpus: 2, micro_batch: 4, gradient_checkpointing: true }),
  'opt-6.7b': like30B({ gpus: 8, micro_batch: 4, gradient_checkpointing: true }),
  'opt-30b': like30B({ gpus: 64, micro_batch: 4, gradient_checkpointing: true }),
  'opt-175b': {
    gpus: 128,
    batch: 128,
    micro_batch: 1,
    learning_rate: 5e-5,
    steps: 8000,
    gradient_checkpointing: true,
    tensor_parallel: 1,
  },
};

function like30B(own: Pick<Preset, 'gpus' | 'micro_batch' | 'gradient_checkpointing'>): Preset {
  return { batch: 256, learning_rate: 5e-5, steps: 4000, tensor_parallel: 1, ...own };
}
