import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, messageOf } from '../base/problem.ts';
import { editBetween } from '../base/text-edit.ts';
import { BENCH_FILE } from '../bench/bench.ts';
import { setYaml, setYamlMapping } from '../bench/yaml-edit.ts';
import type { MixtureChange, TextEdits } from '../protocol.ts';
import type { Session } from './session.ts';

/** How heldout.yaml must change to mix so. The file is read as it lies on disk. */
export function mixtureEdits(session: Session, { proportions, ...numbers }: MixtureChange): TextEdits {
  const file = join(session.root, BENCH_FILE);
  const before = readFileSync(file, 'utf8');
  let after = before;
  try {
    for (const [key, value] of Object.entries(numbers)) after = setYaml(after, ['mixture', key], value);
    if (proportions) after = setYamlMapping(after, ['mixture', 'proportions'], proportions);
  } catch (error) {
    throw new InputError(`can't be changed: ${messageOf(error)}`, { file });
  }
  const edit = editBetween(before, after);
  return { file, edits: edit ? [edit] : [] };
}
