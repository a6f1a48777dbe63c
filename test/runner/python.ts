/** The interpreter of the runner's tests: HELDOUT_PYTHON, else a virtual environment made once under `.cache/`. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT } from '../support/bench.ts';

const REQUIREMENTS = [
  join(PROJECT, 'server/runner/requirements.txt'),
  join(PROJECT, 'test/runner/requirements.txt'),
] as const;

/** Milliseconds: torch alone is a few hundred megabytes, and gigabytes where no build for CPUs is at hand. */
const LIMIT = 300_000;

/** Milliseconds for a test that may be the first to ask: the environment is made, then the test runs. */
export const MAKING_PYTHON = 3 * LIMIT;

export type RunnerPython = { python: string } | { missing: string };

let found: Promise<RunnerPython> | undefined;

/** An interpreter that has torch and pytest, or why there is none. */
export function runnerPython(): Promise<RunnerPython> {
  found ??= find();
  return found;
}

/** The same where it is there by now: nothing is installed, for suites that run beside the one that does. */
export async function readyPython(): Promise<RunnerPython> {
  if (process.env.HELDOUT_PYTHON || existsSync(join(madeFolder(), 'ready'))) return runnerPython();
  return {
    missing: 'no interpreter with torch: set HELDOUT_PYTHON, or run "npm run test:long", which makes one',
  };
}

/** What a process of the runner needs to find its package. */
export const RUNNER_ENV = { ...process.env, PYTHONPATH: join(PROJECT, 'server/runner') };

async function find(): Promise<RunnerPython> {
  const own = process.env.HELDOUT_PYTHON;
  if (own) return (await complaint(own, ['-c', 'import torch, pytest'], 120_000)) ?? { python: own };
  const folder = madeFolder();
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const [ready, unavailable] = [join(folder, 'ready'), join(folder, 'unavailable')];
  if (existsSync(ready)) return { python };
  if (existsSync(unavailable)) return { missing: readFileSync(unavailable, 'utf8') };
  mkdirSync(dirname(folder), { recursive: true });
  const torch = /^torch==\S+$/mu.exec(readFileSync(REQUIREMENTS[0], 'utf8'))![0];
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--prefer-binary'];
  const missing =
    (await complaint('python3', ['-m', 'venv', '--clear', folder], 60_000)) ??
    // First and alone: a range of another package must not choose the build.
    (await complaint(python, [...pip, torch], LIMIT)) ??
    (await complaint(python, [...pip, '-r', REQUIREMENTS[1]], LIMIT));
  if (!missing) {
    writeFileSync(ready, '');
    return { python };
  }
  // A machine that had no time for it now has none the next time; the folder's removal tries again.
  if (missing.missing.endsWith('took too long')) writeFileSync(unavailable, missing.missing);
  return missing;
}

/** Where it is made: another folder for other requirements. */
function madeFolder(): string {
  const hash = createHash('sha256');
  for (const file of REQUIREMENTS) hash.update(readFileSync(file));
  return join(PROJECT, '.cache', 'runner-venv', hash.digest('hex').slice(0, 12));
}

/** What a command says when it fails or takes longer than `limit` milliseconds; nothing where it succeeds. */
function complaint(
  command: string,
  args: readonly string[],
  limit: number,
): Promise<{ missing: string } | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const what = `${command} ${args.slice(0, 3).join(' ')}`;
    let said = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limit);
    child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-4000)));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ missing: `${what}: ${error.message}` });
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      const reason = late ? 'took too long' : said.trim().split('\n').at(-1);
      resolve(status === 0 ? undefined : { missing: `${what}: ${reason}` });
    });
  });
}
