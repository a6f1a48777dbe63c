import { basename, dirname, resolve as resolvePath } from 'node:path';
import { InputError, type Problem } from '../../base/problem.ts';
import { parseYaml } from '../../bench/yaml-file.ts';
import type { ShotsSetting } from '../../protocol.ts';
import { launchOf, type RunLaunch } from './launch.ts';
import { type ModelFacts, modelFacts } from './model-folder.ts';
import { PAPER, PRESETS, type Preset } from './presets.ts';
import { type Run, run as runSchema } from './run.ts';
import { type RunSpec, runSpecSchema } from './schema.ts';
import { OPT_SHAPES, optConfig, parametersOf, type Shape } from './shapes.ts';
import { type TokenizerFacts, tokenizerFacts } from './tokenizer-facts.ts';

/** A run as its spec says it, complete. */
export interface ResolvedRun {
  run: Run;
  launch: RunLaunch;
  /** Processes that train, one a GPU. */
  devices: number;
  model: ModelFacts;
  /** The interpreter that the spec names, absolute. */
  python?: string;
  /** How each checkpoint is evaluated as it is written; left out: not at all. */
  evaluation?: { tasks?: string[]; shots: ShotsSetting[]; limit: number };
}

export interface ReadRunSpec {
  spec: RunSpec | undefined;
  /** Undefined where a fault leaves no run. */
  resolved: ResolvedRun | undefined;
  problems: Problem[];
  at(path: readonly PropertyKey[]): { line: number; column: number };
}

/** What of the machine a spec is completed by. */
export interface Ground {
  /** GPUs of this machine. */
  gpus: number;
  /** Launch on Slurm, or not, whatever the spec says. */
  slurm?: boolean;
}

export const RUN_SPEC_ENDING = '.run.yaml';

/** Reads a run spec: all of its faults with their places, and the run where there are none. */
export function readRunSpec(file: string, text: string, ground: Ground): ReadRunSpec {
  const { value: spec, problems, at } = parseYaml(file, text, runSpecSchema);
  if (!spec) return { spec, resolved: undefined, problems, at };
  // What is missing was perhaps only taken out with a fault that is told already.
  const faulty = problems.length > 0;
  const report: Report = (key, message) => {
    if (faulty && key.length === 0) return;
    problems.push({ file, ...at(Array.isArray(key) ? key : [key]), message, severity: 'error' });
  };
  const resolved = complete(file, spec, ground, report);
  const broken = problems.some(({ severity }) => severity === 'error');
  return { spec, resolved: broken ? undefined : resolved, problems, at };
}

export type Report = (key: string | readonly PropertyKey[], message: string) => void;

function complete(file: string, spec: RunSpec, ground: Ground, report: Report): ResolvedRun | undefined {
  const preset: Partial<Preset> = spec.preset ? PRESETS[spec.preset] : {};
  const length = spec.length ?? PAPER.length;
  const model = modelOf(file, spec, length, report);
  const launch = launchOf(spec, preset, ground, report);
  const device = deviceOf(spec, launch, ground, report);
  const numbers = numbersOf(spec, preset, report);
  if (!model || !numbers || !launch || !device) return undefined;

  const { steps, batch, learning_rate } = numbers;
  const { devices } = launch;
  const tensor_parallel = spec.tensor_parallel ?? preset.tensor_parallel ?? 1;
  checkParallel(spec, model.facts.shape, devices, tensor_parallel, report);
  const replicas = Math.max(1, Math.floor(devices / tensor_parallel));
  const micro_batch = spec.micro_batch ?? fitting(batch / replicas, preset.micro_batch ?? 4);
  if (batch % (micro_batch * replicas) !== 0) report('batch', uneven(batch, micro_batch, replicas, spec));

  const every = Math.max(1, Math.floor(steps / 10));
  const run: Run = {
    version: 1,
    name: spec.name ?? basename(file, RUN_SPEC_ENDING),
    seed: spec.seed ?? 0,
    model: model.written,
    tokenizer: model.tokenizer.path,
    steps,
    batch,
    micro_batch,
    length,
    optimizer: {
      learning_rate,
      betas: [...PAPER.betas],
      eps: PAPER.eps,
      weight_decay: spec.weight_decay ?? PAPER.weight_decay,
      warmup: spec.warmup ?? Math.min(PAPER.warmup, steps - 1),
      decay: PAPER.decay,
      clip: spec.clip ?? PAPER.clip,
    },
    dropout: spec.dropout ?? PAPER.dropout,
    precision: spec.precision ?? (device === 'cuda' ? 'bf16' : 'fp32'),
    gradient_checkpointing: spec.gradient_checkpointing ?? preset.gradient_checkpointing ?? false,
    tensor_parallel,
    device,
    lora: spec.lora
      ? {
          rank: spec.lora.rank ?? 8,
          alpha: spec.lora.alpha ?? 16,
          dropout: spec.lora.dropout ?? 0,
          targets: spec.lora.targets ?? ['q_proj', 'v_proj'],
        }
      : null,
    checkpoint: { every: spec.checkpoint?.every ?? every, keep: spec.checkpoint?.keep ?? 2 },
    validation: { every: spec.validation?.every ?? every, examples: spec.validation?.examples ?? 256 },
    log_every: 1,
    masking: true,
  };
  if (run.optimizer.warmup >= steps)
    report('warmup', `warmup of ${run.optimizer.warmup} steps leaves nothing of ${steps}: lower it`);
  if (run.precision === 'fp16' && device === 'cpu')
    report('precision', 'fp16 trains on GPUs alone: bf16 or fp32');
  const python = spec.python === undefined ? undefined : interpreterPath(file, spec.python);
  const evaluation = evaluationOf(spec, launch, report);
  return {
    ...{ run: runSchema.parse(run), launch, devices, model: model.facts, python },
    ...(evaluation && { evaluation }),
  };
}

/** As the editor proposes it, where the spec doesn't say. */
const EVALUATION = { shots: [0, 5], limit: 250 } as const;

function evaluationOf({ evaluation }: RunSpec, launch: RunLaunch, report: Report): ResolvedRun['evaluation'] {
  if (!evaluation?.every_checkpoint) return undefined;
  if (launch.kind === 'slurm' && launch.container !== undefined)
    report(
      'evaluation',
      'in a container there is no program that evaluates: take evaluation out, and call "heldout evaluate --run" afterwards',
    );
  const { tasks, shots = [...EVALUATION.shots], limit = EVALUATION.limit } = evaluation;
  return { ...(tasks && { tasks }), shots: [...new Set(shots)], limit };
}

/** A bare command stays one; anything with a slash is a path from the spec's folder. */
function interpreterPath(file: string, given: string): string {
  return /[\\/]/u.test(given) ? resolvePath(dirname(file), given) : given;
}

interface Model {
  facts: ModelFacts;
  tokenizer: TokenizerFacts;
  written: Run['model'];
}

function modelOf(file: string, spec: RunSpec, length: number, report: Report): Model | undefined {
  const from = dirname(file);
  const given = spec.model;
  if (given === undefined) {
    report(
      [],
      `"model" is missing: a folder with a model, or { shape: ${spec.preset ?? 'opt-125m'} } for random weights`,
    );
    return undefined;
  }
  const folder = typeof given === 'string' ? resolvePath(from, given) : undefined;
  const facts = folder === undefined ? undefined : attempt('model', report, () => modelFacts(folder));
  if (folder !== undefined && !facts) return undefined;
  if (folder === undefined && spec.tokenizer === undefined) {
    report('model', 'a model of random weights has no tokenizer of its own: name one with "tokenizer"');
    return undefined;
  }
  const named = spec.tokenizer === undefined ? folder! : resolvePath(from, spec.tokenizer);
  const key = spec.tokenizer === undefined ? 'model' : 'tokenizer';
  const tokenizer = attempt(key, report, () => tokenizerFacts(named));
  if (!tokenizer) return undefined;

  const shape = facts?.shape ?? shapeOf(given as Exclude<typeof given, string>, tokenizer, length);
  if (tokenizer.vocabulary > shape.vocabulary) {
    report(
      key,
      `the tokenizer has ${tokenizer.vocabulary} tokens, the model embeddings for ${shape.vocabulary}: they don't belong together`,
    );
  }
  if (length > shape.positions)
    report(
      'length',
      `${length} tokens are more than the ${shape.positions} that the model has positions for`,
    );
  if (shape.hidden % shape.heads !== 0)
    report('model', `${shape.heads} heads don't divide a width of ${shape.hidden}`);
  return {
    facts: facts ?? { type: 'opt', shape, parameters: parametersOf(shape) },
    tokenizer,
    written: folder ? { folder } : { config: optConfig(shape, tokenizer, spec.dropout ?? PAPER.dropout) },
  };
}

function shapeOf(
  { shape }: Exclude<NonNullable<RunSpec['model']>, string>,
  tokenizer: TokenizerFacts,
  length: number,
): Shape {
  if (typeof shape === 'string') return OPT_SHAPES[shape];
  return {
    hidden: shape.hidden,
    layers: shape.layers,
    heads: shape.heads,
    ffn: shape.ffn ?? 4 * shape.hidden,
    vocabulary: shape.vocabulary ?? tokenizer.vocabulary,
    positions: shape.positions ?? Math.max(PAPER.length, length),
  };
}

function attempt<T>(key: string, report: Report, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    report(key, error.toString());
    return undefined;
  }
}

/** Numbers without which there is no run; a preset has all of them. */
function numbersOf(spec: RunSpec, preset: Partial<Preset>, report: Report) {
  const steps = spec.steps ?? preset.steps;
  const batch = spec.batch ?? preset.batch;
  const learning_rate = spec.learning_rate ?? preset.learning_rate;
  for (const [key, value] of Object.entries({ steps, batch, learning_rate })) {
    if (value === undefined) report([], `"${key}" is missing: say it, or name a preset`);
  }
  if (steps === undefined || batch === undefined || learning_rate === undefined) return undefined;
  return { steps, batch, learning_rate };
}

function deviceOf(
  spec: RunSpec,
  launch: RunLaunch | undefined,
  { gpus }: Ground,
  report: Report,
): 'cuda' | 'cpu' | undefined {
  if (!launch) return undefined;
  const wanted = spec.device ?? 'auto';
  if (launch.kind === 'slurm') {
    if (wanted === 'cuda' && launch.gpus_per_node === 0)
      report('device', 'no GPU is asked of Slurm: gpus_per_node is 0');
    return wanted === 'cpu' || launch.gpus_per_node === 0 ? 'cpu' : 'cuda';
  }
  if (wanted === 'cuda' && gpus === 0)
    report('device', 'this machine has no GPU that nvidia-smi shows: device: cpu, or launch on Slurm');
  return wanted === 'cpu' || gpus === 0 ? 'cpu' : 'cuda';
}

function checkParallel(
  spec: RunSpec,
  { heads }: Shape,
  devices: number,
  tensor_parallel: number,
  report: Report,
): void {
  const key = spec.tensor_parallel === undefined ? 'preset' : 'tensor_parallel';
  if (devices % tensor_parallel !== 0)
    report(key, `tensor_parallel of ${tensor_parallel} does not divide ${devices} devices`);
  if (heads % tensor_parallel !== 0)
    report(key, `tensor_parallel of ${tensor_parallel} does not divide the model's ${heads} heads`);
}

/** The largest divisor of a device's sequences that is at most `most`. */
function fitting(sequences: number, most: number): number {
  for (let size = Math.min(most, Math.floor(sequences)); size > 1; size--)
    if (sequences % size === 0) return size;
  return 1;
}

function uneven(batch: number, micro: number, replicas: number, { micro_batch }: RunSpec): string {
  const unit = micro * replicas;
  const [below, above] = [Math.floor(batch / unit) * unit, Math.ceil(batch / unit) * unit];
  const near = below > 0 ? `${below} or ${above}` : String(above);
  const given = micro_batch === undefined ? 'devices' : 'micro_batch × devices';
  return `a batch of ${batch} is not divisible by ${given} (${micro} × ${replicas} = ${unit}): ${near} is`;
}

/** Whether a file is a run spec, by its name. */
export function isRunSpec(file: string): boolean {
  return file.endsWith(RUN_SPEC_ENDING);
}
