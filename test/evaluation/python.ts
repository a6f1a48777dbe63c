import { spawnSync } from 'node:child_process';
import type { Oracle } from '../oracles/python.ts';

const asked = new Map<string, Oracle>();

/**
 * The interpreter that HELDOUT_PYTHON names, where it has these modules (test/oracles/evaluation-requirements.txt);
 * what tests compare with. Else why not.
 */
export function evaluationPython(...modules: readonly string[]): Oracle {
  const key = modules.join(',');
  const known = asked.get(key) ?? look(modules);
  asked.set(key, known);
  return known;
}

function look(modules: readonly string[]): Oracle {
  const python = process.env.HELDOUT_PYTHON;
  if (!python) return { missing: `HELDOUT_PYTHON names no interpreter with ${modules.join(', ')}` };
  const result = spawnSync(python, ['-c', `import ${modules.join(', ')}`], { encoding: 'utf8' });
  if (result.status === 0) return { python };
  return { missing: result.error?.message ?? result.stderr.trim().split('\n').at(-1)! };
}
