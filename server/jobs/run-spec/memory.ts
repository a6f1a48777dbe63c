import type { ResolvedRun } from './resolve.ts';
import type { Run } from './run.ts';
import type { Shape } from './shapes.ts';

/** A part of what a device keeps, in bytes, with the formula that it was reckoned by. */
export interface MemoryPart {
  what: 'weights' | 'gradients' | 'optimizer' | 'gathered' | 'activations' | 'logits' | 'library';
  bytes: number;
  formula: string;
}

/** What the GPU's own library takes, about. */
const LIBRARY = 2 ** 30;

/**
 * Memory of one device, part by part. p: parameters (t: those trained), D: devices that share them, c: bytes of
 * a number in the matrix products (2, or 4 at fp32), s: tokens of a micro batch, h: width, f: width of the
 * feed-forward layer, P: devices that share a layer (tensor_parallel), L: layers, V: vocabulary, q: share of tokens with loss, the only ones that are predicted.
 */
export function memoryOf({ run, devices, model }: ResolvedRun, lossShare: number): MemoryPart[] {
  const { shape, parameters } = model;
  const { hidden, layers, vocabulary } = shape;
  const c = run.precision === 'fp32' ? 4 : 2;
  const tokens = run.micro_batch * run.length;
  const trained = trainedParameters(run, shape, parameters);
  const layer = (parameters - vocabulary * hidden) / layers;
  const gathers = devices > 1 || c === 2;
  const parts: MemoryPart[] = [
    { what: 'weights', bytes: (4 * parameters) / devices, formula: '4p / D' },
    { what: 'gradients', bytes: (4 * trained) / devices, formula: '4t / D' },
    { what: 'optimizer', bytes: (8 * trained) / devices, formula: '8t / D (Adam, two numbers of 32 bits)' },
    {
      what: 'gathered',
      bytes: gathers ? (c * (2 * layer + vocabulary * hidden)) / run.tensor_parallel : 0,
      formula: 'c (two layers + embeddings) / P, in the precision of the products',
    },
    activationsOf(run, shape, tokens, c),
    {
      what: 'logits',
      bytes: tokens * lossShare * vocabulary * (c + 8),
      formula: 'q s V (c + 8): they, their softmax, its gradient',
    },
  ];
  if (run.device === 'cuda') parts.push({ what: 'library', bytes: LIBRARY, formula: '1 GiB' });
  return parts;
}

/**
 * A layer keeps what its backward pass needs (Korthikanti et al. 2022, without the attention matrix, which
 * fused kernels don't store); recomputed layers keep their input alone, and one of them is open at a time.
 * PyTorch keeps 1 to 4 % less for OPT.
 */
function activationsOf(run: Run, { hidden, layers, ffn }: Shape, tokens: number, c: number): MemoryPart {
  const shared = (3 * c + 2) * hidden + 2 * c * ffn;
  const layer = tokens * (5 * c * hidden + shared / run.tensor_parallel);
  const formula = 's (5c h + ((3c + 2) h + 2c f) / P)';
  return run.gradient_checkpointing
    ? {
        what: 'activations',
        bytes: layers * tokens * c * hidden + layer,
        formula: `L s c h + one layer: ${formula}`,
      }
    : { what: 'activations', bytes: layers * layer, formula: `L × ${formula}` };
}

/** All parameters, or LoRA's: two matrices of its rank beside each module that it is added to. */
export function trainedParameters({ lora }: Run, { hidden, layers, ffn }: Shape, parameters: number): number {
  if (!lora) return parameters;
  const feedForward = new Set(['fc1', 'fc2', 'up_proj', 'down_proj', 'gate_proj']);
  const perLayer = lora.targets.reduce(
    (sum, name) => sum + lora.rank * (hidden + (feedForward.has(name) ? ffn : hidden)),
    0,
  );
  return layers * perLayer;
}

export function totalBytes(parts: readonly MemoryPart[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What brings a run within a device's memory, in words, tried by the same estimate; undefined where nothing does. */
export function whatToLower(resolved: ResolvedRun, lossShare: number, limit: number): string | undefined {
  const { run } = resolved;
  const fits = (changed: Partial<Run>) =>
    totalBytes(memoryOf({ ...resolved, run: { ...run, ...changed } }, lossShare)) <= limit;
  const smaller = [];
  for (let size = run.micro_batch - 1; size > 0; size--) {
    if (run.batch % (size * (resolved.devices / run.tensor_parallel)) === 0) smaller.push(size);
  }
  const size = smaller.find((micro_batch) => fits({ micro_batch }));
  if (size !== undefined) return `micro_batch: ${size}`;
  const recompute = { gradient_checkpointing: true };
  if (!run.gradient_checkpointing) {
    if (fits(recompute)) return 'gradient_checkpointing: true';
    const both = smaller.find((micro_batch) => fits({ micro_batch, ...recompute }));
    if (both !== undefined) return `gradient_checkpointing: true with micro_batch: ${both}`;
  }
  const least = smaller.at(-1) ?? run.micro_batch;
  for (const devices of [2, 4, 8, 16, 32, 64, 128, 256].filter((more) => more > resolved.devices)) {
    const more = { ...resolved, devices, run: { ...run, ...recompute, micro_batch: least } };
    if (totalBytes(memoryOf(more, lossShare)) <= limit)
      return `${devices} GPUs, gradient_checkpointing: true and micro_batch: ${least}`;
  }
  return undefined;
}
