import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '../../../server/engine/session.ts';
import { frozenFiles } from '../../../server/engine/training/frozen-bench.ts';
import { RUN_FILE, writeJobFile } from '../../../server/jobs/job-file.ts';
import { readRunSpec } from '../../../server/jobs/run-spec/resolve.ts';

/** A small run of the sample bench, as a spec. */
export const SPEC = `seed: 7
model: { shape: { hidden: 32, layers: 2, heads: 2 } }
tokenizer: data/tokenizer.json
steps: 4
batch: 4
micro_batch: 2
length: 128
learning_rate: 1e-3
warmup: 1
device: cpu
validation: { every: 2, examples: 12 }
`;

/** The folder of a job as `heldout train` leaves it, without anything that runs it. */
export function jobFolder(session: Session, id: string, spec = SPEC): string {
  const folder = join(session.root, '.heldout', 'jobs', id);
  mkdirSync(folder, { recursive: true });
  const file = join(session.root, 'small.run.yaml');
  const { resolved, problems } = readRunSpec(file, spec, { gpus: 0 });
  if (!resolved) throw new Error(problems.map(({ message }) => message).join('\n'));
  writeFileSync(join(folder, RUN_FILE), JSON.stringify(resolved.run));
  for (const [name, content] of Object.entries(frozenFiles(session))) {
    mkdirSync(join(folder, 'bench'), { recursive: true });
    writeFileSync(join(folder, 'bench', name), content);
  }
  writeJobFile(folder, {
    version: 1,
    id,
    kind: 'train',
    name: 'small',
    created: 0,
    bench: session.root,
    spec: file,
    launcher: { kind: 'machine', gpus: 0 },
    command: ['true'],
    cwd: session.root,
    env: {},
    files: [RUN_FILE],
    grace: 1,
  });
  return folder;
}
