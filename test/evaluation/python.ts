import { spawnSync } from 'node:child_process';
import { type RunnerPython, runnerPython } from '../runner/python.ts';

const asked = new Map<string, RunnerPython>();

/** The interpreter of the runner's tests, where it has these modules; what tests compare with. Else why not. */
export async function evaluationPython(...modules: readonly string[]): Promise<RunnerPython> {
  const key = modules.join(',');
  const known = asked.get(key) ?? look(await runnerPython(), modules);
  asked.set(key, known);
  return known;
}

function look(runner: RunnerPython, modules: readonly string[]): RunnerPython {
  if ('missing' in runner) return runner;
  const result = spawnSync(runner.python, ['-c', `import ${modules.join(', ')}`], { encoding: 'utf8' });
  if (result.status === 0) return runner;
  return { missing: result.error?.message ?? result.stderr.trim().split('\n').at(-1)! };
}
