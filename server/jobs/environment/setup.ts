import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAside } from '../../base/files.ts';
import { InputError, messageOf } from '../../base/problem.ts';
import type { OnStep } from '../../base/progress.ts';
import { environmentFolder, isMade, markFile, pins, pythonIn, requirementsFile } from './folders.ts';
import { onPath, outputOf, runTelling } from './programs.ts';

interface Setup {
  signal: AbortSignal;
  onStep: OnStep;
  /** Takes what the installer says. */
  say: (line: string) => void;
}

const OLDEST = [3, 10] as const;

/**
 * Makes the runner's environment from the pinned requirements and gives its interpreter. One that is whole is
 * left as it is; one that was begun is gone on with, from what the installer has kept of its downloads. By uv
 * where it is there, else by venv and pip.
 */
export async function setUpRunner(work: Setup, requirements = requirementsFile()): Promise<string> {
  const folder = environmentFolder();
  const python = pythonIn(folder);
  if (isMade(folder, requirements) && !('error' in (await outputOf(python, ['--version'])))) return python;
  const uv = onPath('uv');
  await makeEnvironment(folder, uv, work);
  await install(python, uv, requirements, work);
  writeFileAside(markFile(folder), readFileSync(requirements));
  return python;
}

async function makeEnvironment(
  folder: string,
  uv: string | undefined,
  { signal, say }: Setup,
): Promise<void> {
  if (existsSync(folder)) {
    // Half made, or of a Python that is gone: one that can't install is of no use.
    const installs = uv ? ['--version'] : ['-m', 'pip', '--version'];
    if (!('error' in (await outputOf(pythonIn(folder), installs)))) return;
    rmSync(folder, { recursive: true, force: true });
  }
  mkdirSync(dirname(folder), { recursive: true });
  const base = await basePython();
  say(`making ${folder} with ${base}${uv ? ' and uv' : ''}`);
  try {
    if (uv) await runTelling(uv, ['venv', '--python', base, folder], say, signal);
    else await runTelling(base, ['-m', 'venv', folder], say, signal);
  } catch (error) {
    signal.throwIfAborted();
    rmSync(folder, { recursive: true, force: true });
    const hint = uv ? '' : '; on Debian and Ubuntu: apt-get install python3-venv, or install uv';
    throw new InputError(`the environment could not be made (${messageOf(error)})${hint}`, { file: folder });
  }
}

/** torch before the others: a build of it that is there already is not replaced by one for other devices. */
async function install(
  python: string,
  uv: string | undefined,
  requirements: string,
  { signal, onStep, say }: Setup,
): Promise<void> {
  const wanted = pins(requirements);
  const seen = new Set<string>();
  const step = (message: string) =>
    onStep({ message, done: seen.size, total: wanted.length, unit: 'packages' });
  const told = (line: string) => {
    say(line);
    const name = /^(?:Collecting|Requirement already satisfied:|\+) ?([\w.-]+)/u.exec(line)?.[1];
    if (name && wanted.some(([each]) => each === name)) seen.add(name);
    const what = /^(Collecting|Downloading|Installing|Building|Prepared|Resolved)\b.*/u.exec(line)?.[0];
    if (what) step(what.length > 80 ? `${what.slice(0, 80)}…` : what);
  };
  const [torch] = wanted.filter(([name]) => name === 'torch').map((pin) => pin.join('=='));
  const rounds = [...(torch ? [[torch]] : []), ['-r', requirements]];
  try {
    step('installing');
    for (const round of rounds) {
      const [program, ...args] = uv
        ? [uv, 'pip', 'install', '--python', python, ...round]
        : [python, '-m', 'pip', 'install', '--progress-bar', 'off', ...round];
      await runTelling(program!, args, told, signal);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new InputError(
      `the packages could not be installed (${messageOf(error)}): what was fetched is kept; run "heldout runner setup" again`,
      { file: requirements },
    );
  }
  for (const [name] of wanted) seen.add(name);
  step('installed');
}

/** A Python to make the environment from. Throws InputError where none is new enough. */
async function basePython(): Promise<string> {
  const found: string[] = [];
  for (const name of ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10']) {
    const path = onPath(name);
    if (!path) continue;
    const answer = await outputOf(path, ['-c', 'import sys; print(*sys.version_info[:2])']);
    if ('error' in answer) continue;
    const [major, minor] = answer.stdout.trim().split(' ').map(Number) as [number, number];
    if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return path;
    found.push(`${path} is ${major}.${minor}`);
  }
  const seen = found.length > 0 ? ` (${found.join(', ')})` : '';
  throw new InputError(
    `no Python ${OLDEST.join('.')} or later on the PATH${seen}: install one, then try again`,
  );
}
