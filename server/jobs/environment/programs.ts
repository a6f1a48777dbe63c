import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** The path of a program that is called by its name; undefined where there is none. */
export function onPath(name: string): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (existsSync(file)) return file;
    }
  }
  return undefined;
}

/** What a program prints; undefined where it can't be run or fails. */
export async function outputOf(
  program: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; timeout?: number; signal?: AbortSignal } = {},
): Promise<{ stdout: string } | { error: string }> {
  try {
    const { env = process.env, timeout = 120_000, signal } = options;
    const { stdout } = await promisify(execFile)(program, [...args], {
      env,
      timeout,
      signal,
      maxBuffer: 1 << 26,
    });
    return { stdout };
  } catch (error) {
    const { stderr, code, message } = error as { stderr?: string; code?: unknown; message: string };
    if (code === 'ENOENT') return { error: 'there is no such program' };
    return { error: stderr?.trim().split('\n').at(-1) || message };
  }
}

/** Runs a program to its end, its lines told as they come. Rejects with its last line when it fails. */
export function runTelling(
  program: string,
  args: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PYTHONUNBUFFERED: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
    const child = spawn(program, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'], signal });
    let last = '';
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (line.trim() !== '') last = line.trim();
        onLine(line.trim());
      });
    }
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(last || `ended with status ${code}`)),
    );
  });
}
