import type { Manifest } from './manifest.ts';

export const CARD = 'README.md';

const FEATURES = `    - { name: task, dtype: string }
    - { name: collection, dtype: string }
    - { name: category, dtype: string }
    - { name: level, dtype: string }
    - { name: template, dtype: string }
    - { name: example, dtype: int32 }
    - { name: source, dtype: string }
    - { name: target, dtype: string }
    - { name: candidates, list: string }
    - { name: references, list: string }
    - { name: delimiter, dtype: string }
    - { name: demonstrations, list: int32 }`;

/**
 * The card by which Hugging Face `datasets` loads the folder: which files are which split, and the types of
 * the columns, so that a file whose candidates are all null loads like the others.
 */
export function card({ format, instances }: Pick<Manifest, 'format' | 'instances'>): string {
  const splits = (['train', 'dev', 'test'] as const).filter((split) => instances[split] > 0);
  const files = splits.map((split) => `      - { split: ${split}, path: "${split}/*.${format}" }`);
  return `---
configs:
  - config_name: default
    data_files:
${files.join('\n')}
dataset_info:
  features:
${FEATURES}
---
An instruction-tuning benchmark built by Heldout: see [datasheet.md](datasheet.md).

An instance is \`source\` and \`target\`: the model is given \`source\`, and learns or is scored on \`target\`. Where both are one text, a space stands between them unless \`source\` is empty or ends in white space.
`;
}
