import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryOf, totalBytes, whatToLower } from '../../../server/jobs/run-spec/memory.ts';
import { type Ground, type ResolvedRun, readRunSpec } from '../../../server/jobs/run-spec/resolve.ts';
import { OPT_SHAPES, PRESET_NAMES, parametersOf } from '../../../server/jobs/run-spec/shapes.ts';
import { PROJECT } from '../../support/bench.ts';

const TOKENIZER = join(PROJECT, 'samples/data/tokenizer.json');
const SMALL = `model: { shape: { hidden: 32, layers: 2, heads: 2 } }
tokenizer: ${TOKENIZER}
steps: 100
batch: 8
learning_rate: 1e-3
`;

describe('a run spec', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'heldout-spec-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const read = (text: string, ground: Ground = { gpus: 0 }) =>
    readRunSpec(join(folder, 'try.run.yaml'), text, ground);
  const faults = (text: string, ground?: Ground) =>
    read(text, ground).problems.map(({ line, message }) => `${line}: ${message}`);
  const whole = (text: string, ground?: Ground): ResolvedRun => {
    const { resolved, problems } = read(text, ground);
    assert.deepEqual(problems, []);
    return resolved!;
  };

  it('is completed by the paper’s numbers, and wins over them', () => {
    const { run, launch, devices } = whole(SMALL);
    assert.deepEqual([launch, devices, run.device], [{ kind: 'machine', gpus: 0, devices: 1 }, 1, 'cpu']);
    assert.deepEqual(run.optimizer, {
      learning_rate: 1e-3,
      betas: [0.9, 0.95],
      eps: 1e-8,
      weight_decay: 0.1,
      warmup: 60,
      decay: 'linear',
      clip: 1,
    });
    assert.deepEqual([run.name, run.length, run.dropout, run.precision], ['try', 2048, 0.1, 'fp32']);
    assert.deepEqual(
      [run.checkpoint, run.validation],
      [
        { every: 10, keep: 2 },
        { every: 10, examples: 256 },
      ],
    );
    const other = whole(`${SMALL}dropout: 0\nwarmup: 5\nclip: 0.5\nname: other\nlength: 512\n`).run;
    assert.deepEqual([other.dropout, other.optimizer.warmup, other.optimizer.clip], [0, 5, 0.5]);
    assert.deepEqual([other.name, other.length], ['other', 512]);
  });

  it('takes 30B and 175B as the paper trained them', () => {
    const spec = (preset: string, more = '') =>
      `preset: ${preset}\nmodel: { shape: ${preset} }\ntokenizer: ${TOKENIZER}\nlaunch: { slurm: {} }\n${more}`;
    const large = whole(spec('opt-30b'));
    assert.deepEqual([large.devices, large.run.batch, large.run.steps], [64, 256, 4000]);
    const largest = whole(spec('opt-175b'));
    assert.deepEqual([largest.devices, largest.run.batch, largest.run.steps], [128, 128, 8000]);
    for (const { run, launch } of [large, largest]) {
      assert.equal(run.optimizer.learning_rate, 5e-5);
      assert.deepEqual([run.precision, run.device], ['bf16', 'cuda']);
      assert.equal(launch.kind === 'slurm' && launch.gpus_per_node, 8);
    }
    assert.equal(whole(spec('opt-30b', 'learning_rate: 1e-4\n')).run.optimizer.learning_rate, 1e-4);
    for (const preset of PRESET_NAMES)
      assert.equal(whole(spec(preset)).model.parameters, parametersOf(OPT_SHAPES[preset]));
  });

  it('knows OPT’s sizes', () => {
    // As transformers counts the published models.
    assert.equal(parametersOf(OPT_SHAPES['opt-125m']), 125_239_296);
    assert.equal(parametersOf(OPT_SHAPES['opt-1.3b']), 1_315_758_080);
    assert.equal(parametersOf(OPT_SHAPES['opt-6.7b']), 6_658_473_984);
    assert.equal(parametersOf(OPT_SHAPES['opt-30b']), 29_974_540_288);
  });

  it('refuses unknown keys, with all other faults, at their lines', () => {
    assert.deepEqual(
      faults(`stepz: 4
model: { shape: { hiden: 64, layers: 2, heads: 4 } }
launch: { slurm: { partion: gpu } }
precision: bf17
`).sort(),
      [
        '1: unknown key "stepz": did you mean "steps"?',
        '2: "hidden" is missing (number expected)',
        '2: unknown key "hiden": did you mean "hidden"?',
        '3: unknown key "partion": did you mean "partition"?',
        '4: precision: "bf17" is not known: did you mean "bf16"?',
      ],
    );
  });

  it('says what is missing', () => {
    assert.deepEqual(faults('seed: 1\n'), [
      '1: "model" is missing: a folder with a model, or { shape: opt-125m } for random weights',
      '1: "steps" is missing: say it, or name a preset',
      '1: "batch" is missing: say it, or name a preset',
      '1: "learning_rate" is missing: say it, or name a preset',
    ]);
    assert.deepEqual(faults('preset: opt-125m\nmodel: { shape: opt-125m }\n'), [
      '2: a model of random weights has no tokenizer of its own: name one with "tokenizer"',
    ]);
  });

  it('refuses what does not go together', () => {
    assert.deepEqual(faults(`${SMALL}micro_batch: 3\n`), [
      '4: a batch of 8 is not divisible by micro_batch × devices (3 × 1 = 3): 6 or 9 is',
    ]);
    assert.deepEqual(faults(`${SMALL}gpus: 2\n`), ['6: 2 GPUs are asked for: there are 0 on this machine']);
    assert.deepEqual(faults(`${SMALL}gpus: 2\nmicro_batch: 3\n`, { gpus: 2 }), [
      '4: a batch of 8 is not divisible by micro_batch × devices (3 × 2 = 6): 6 or 12 is',
    ]);
    assert.match(
      faults(`${SMALL}device: cuda\n`)[0]!,
      /^6: this machine has no GPU that nvidia-smi shows: device: cpu/u,
    );
    assert.deepEqual(faults(`${SMALL}warmup: 100\n`), [
      '6: warmup of 100 steps leaves nothing of 100: lower it',
    ]);
    assert.deepEqual(faults(`${SMALL}tensor_parallel: 4\n`, { gpus: 4 }), [
      "6: tensor_parallel of 4 does not divide the model's 2 heads",
    ]);
    const tight = SMALL.replace('heads: 2', 'heads: 2, vocabulary: 100, positions: 1024');
    assert.deepEqual(faults(tight), [
      "2: the tokenizer has 960 tokens, the model embeddings for 100: they don't belong together",
      '1: 2048 tokens are more than the 1024 that the model has positions for',
    ]);
  });

  it('says how checkpoints are evaluated, or what of that is wrong', () => {
    assert.equal(whole(SMALL).evaluation, undefined);
    assert.equal(whole(`${SMALL}evaluation: { every_checkpoint: false }\n`).evaluation, undefined);
    const every = `${SMALL}evaluation:\n  every_checkpoint: true\n`;
    assert.deepEqual(whole(every).evaluation, { shots: [0, 5], limit: 250 });
    const all = `${every}  tasks: [mmlu]\n  shots: [5, fit, 5]\n  limit: 10\n`;
    assert.deepEqual(whole(all).evaluation, { tasks: ['mmlu'], shots: [5, 'fit'], limit: 10 });
    assert.deepEqual(faults(`${every}  task: [mmlu]\n`), ['8: unknown key "task": did you mean "tasks"?']);
    const [limit, ...more] = faults(`${every}  limit: 0\n`);
    assert.deepEqual([limit!.slice(0, 2), more], ['8:', []]);
    const slurm = 'launch: { slurm: { container: torch.sif } }\n';
    assert.match(faults(every + slurm)[0]!, /^6: in a container there is no program that evaluates/u);
  });

  it('looks into a model’s folder', () => {
    const model = join(folder, 'model');
    const spec = `model: model\ntokenizer: ${TOKENIZER}\nsteps: 9\nbatch: 2\nlearning_rate: 1e-3\nlength: 64\n`;
    assert.deepEqual(faults(spec), [`1: ${model}: there is no such folder: name a model’s`]);
    mkdirSync(model);
    assert.deepEqual(faults(spec), [`1: ${model}: the folder has no config.json: it is not a model’s`]);
    const config = {
      model_type: 'opt',
      vocab_size: 960,
      hidden_size: 8,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      ffn_dim: 16,
      max_position_embeddings: 64,
    };
    writeFileSync(join(model, 'config.json'), JSON.stringify(config));
    assert.match(faults(spec)[0]!, /^1: .*the folder has no weights: no \*\.safetensors/u);
    const header = JSON.stringify({
      __metadata__: { format: 'pt' },
      a: { dtype: 'F32', shape: [960, 8], data_offsets: [0, 4] },
      b: { dtype: 'F32', shape: [3], data_offsets: [0, 4] },
    });
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(join(model, 'model.safetensors'), Buffer.concat([size, Buffer.from(header)]));
    const { model: facts, run } = whole(spec);
    assert.equal(facts.parameters, 960 * 8 + 3);
    assert.deepEqual(run.model, { folder: model });
    assert.match(
      faults(spec.replace(/tokenizer: .*\n/u, ''))[0]!,
      /the folder has no tokenizer\.json: name one/u,
    );
    writeFileSync(join(model, 'model.safetensors'), 'no');
    assert.match(faults(spec)[0]!, /model\.safetensors: not a safetensors file: /u);
  });

  it('is launched elsewhere than it says, when told so', () => {
    const spec = `${SMALL}launch: { slurm: { partition: gpu, nodes: 2, gpus_per_node: 4 } }\n`;
    assert.deepEqual(whole(spec).launch, {
      kind: 'slurm',
      partition: 'gpu',
      nodes: 2,
      gpus_per_node: 4,
      devices: 8,
      modules: [],
      extra: [],
    });
    assert.equal(whole(spec, { gpus: 0, slurm: false }).launch.kind, 'machine');
    assert.equal(whole(SMALL, { gpus: 0, slurm: true }).launch.kind, 'slurm');
  });

  it('needs less memory with less at once, and says what to lower', () => {
    const spec = `preset: opt-6.7b\nmodel: { shape: opt-6.7b }\ntokenizer: ${TOKENIZER}\n`;
    const resolved = whole(`${spec}micro_batch: 8\ngradient_checkpointing: false\n`, { gpus: 8 });
    const bytes = (changed: Partial<ResolvedRun['run']>) =>
      totalBytes(memoryOf({ ...resolved, run: { ...resolved.run, ...changed } }, 0.2));
    const all = bytes({});
    assert.ok(bytes({ micro_batch: 4 }) < all && bytes({ gradient_checkpointing: true }) < all);
    // Weights, gradients and two numbers of Adam's: 16 bytes a parameter, shared by 8.
    const state = memoryOf(resolved, 0.2).filter(({ what }) =>
      ['weights', 'gradients', 'optimizer'].includes(what),
    );
    assert.equal(totalBytes(state), (16 * parametersOf(OPT_SHAPES['opt-6.7b'])) / 8);
    const lora = bytes({ lora: { rank: 8, alpha: 16, dropout: 0, targets: ['q_proj', 'v_proj'] } });
    assert.ok(lora < all);
    assert.equal(whatToLower(resolved, 0.2, bytes({ micro_batch: 2 })), 'micro_batch: 2');
    assert.match(
      whatToLower(resolved, 0.2, bytes({ micro_batch: 1 }) * 0.6)!,
      /gradient_checkpointing: true/u,
    );
    assert.equal(whatToLower(resolved, 0.2, 2 ** 30), undefined);
  });
});
