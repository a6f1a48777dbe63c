/** The Python that tests compare with: a virtual environment made on demand under `.cache/oracles`. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));

export type Oracle = { python: string } | { missing: string };

let found: Oracle | undefined;

/** The environment's interpreter, or why there is none (no Python, no package index). */
export function pythonOracle(): Oracle {
  found ??= make();
  return found;
}

function make(): Oracle {
  const requirements = join(HERE, 'requirements.txt');
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(ROOT, '.cache', 'oracles', hash);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const done = join(folder, 'ready');
  if (existsSync(done)) return { python };
  mkdirSync(dirname(folder), { recursive: true });
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', '--clear', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]],
  ];
  for (const [command, args] of steps) {
    const result = spawnSync(command, args, { encoding: 'utf8', timeout: 180_000 });
    if (result.status !== 0) {
      const reason = result.error?.message ?? result.stderr.trim().split('\n').at(-1);
      return { missing: `${command} ${args.slice(0, 3).join(' ')}: ${reason}` };
    }
  }
  writeFileSync(done, '');
  return { python };
}

/** Runs a script of this folder over questions, one JSON document a line each way, answers in order. */
export async function ask<Answer>(
  python: string,
  script: string,
  questions: Iterable<unknown>,
): Promise<Answer[]> {
  const child = spawn(python, ['-X', 'utf8', join(HERE, script)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const answers: Answer[] = [];
  const reading = (async () => {
    for await (const line of createInterface({ input: child.stdout }))
      answers.push(JSON.parse(line) as Answer);
  })();
  for (const question of questions) {
    if (!child.stdin.write(`${JSON.stringify(question)}\n`)) {
      await new Promise<void>((resolve) => void child.stdin.once('drain', resolve));
    }
  }
  child.stdin.end();
  await reading;
  const status = await ended;
  if (status !== 0) throw new Error(`${script} ended with status ${status}`);
  return answers;
}
