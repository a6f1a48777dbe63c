import { existsSync } from 'node:fs';
import { dirname, isAbsolute, relative } from 'node:path';
import { writeFileAside } from '../../base/files.ts';
import { InputError } from '../../base/problem.ts';
import type { FirstRun } from '../../protocol.ts';
import { RUN_SPEC_ENDING } from './resolve.ts';
import { PRESET_NAMES, type PresetName } from './shapes.ts';

/** Writes a spec with the numbers of the preset, where there is one, ready to be changed. Throws InputError. */
export function writeFirstSpec({ file, model, tokenizer }: FirstRun): string {
  if (!file.endsWith(RUN_SPEC_ENDING))
    throw new InputError(`a run spec ends in ${RUN_SPEC_ENDING}`, { file });
  if (existsSync(file)) throw new InputError('is there already', { file });
  if ('shape' in model && !isPreset(model.shape))
    throw new InputError(`no shape is called "${model.shape}": ${PRESET_NAMES.join(', ')}`, { file });
  const from = (path: string) => quoted(shortest(dirname(file), path));
  const preset = presetOf(model);
  const lines = [
    '# A training run of this bench; what is drawn stands in heldout.yaml.',
    ...(preset
      ? [
          `preset: ${preset}${' '.repeat(Math.max(1, 12 - preset.length))}# the paper's numbers; what stands here wins`,
        ]
      : []),
    'folder' in model ? `model: ${from(model.folder)}` : `model: { shape: ${model.shape} }  # random weights`,
    ...(tokenizer === undefined ? [] : [`tokenizer: ${from(tokenizer)}`]),
    'seed: 0',
    ...(preset
      ? []
      : ['steps: 4000', 'batch: 256         # sequences of a step, over all devices', 'learning_rate: 5e-5']),
    '# micro_batch: 4   # sequences that a device takes at once',
    '# gpus: 1',
    '# launch: { slurm: { partition: gpu, nodes: 1, gpus_per_node: 8 } }',
    '',
  ];
  writeFileAside(file, lines.join('\n'));
  return file;
}

/** A folder that is called as a preset is has its size. */
function presetOf(model: FirstRun['model']): PresetName | undefined {
  const name = 'folder' in model ? model.folder.split(/[\\/]/u).at(-1)! : model.shape;
  return PRESET_NAMES.find((preset) => name.toLowerCase() === preset);
}

function isPreset(name: string): name is PresetName {
  return (PRESET_NAMES as readonly string[]).includes(name);
}

function shortest(from: string, path: string): string {
  const below = relative(from, path);
  return below.startsWith('..') || isAbsolute(below) ? path : below.replaceAll('\\', '/') || '.';
}

function quoted(path: string): string {
  return /^[\w./+-]+$/u.test(path) ? path : JSON.stringify(path);
}
