import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** The environment without what `npm run` adds: a program started from a script should not believe it is one. */
export function plainEnv(): NodeJS.ProcessEnv {
  const ours =
    /^npm_(lifecycle|package|execpath|node_execpath|command|config_(local_prefix|prefix|global_prefix))/;
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !ours.test(key)));
}

/** The first of these programs on the PATH, as a whole path. */
export function findProgram(...names: string[]): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
      for (const ending of endings) {
        const file = path.join(folder, name + ending);
        if (folder && isExecutable(file)) return file;
      }
    }
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Runs a program to its end with its output on ours; throws with its name when it fails. */
export async function runToEnd(program: string, args: string[], options: RunOptions = {}): Promise<void> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', options.quiet ? 'pipe' : 'inherit', options.quiet ? 'pipe' : 'inherit'],
    shell: process.platform === 'win32' && program.endsWith('.cmd'),
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const status = await ended(child);
  if (status !== 0) {
    throw new Error(`${path.basename(program)} ${args.join(' ')} ended with ${status}\n${output}`.trimEnd());
  }
}

/** The exit status, or the signal's name. */
export function ended(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
}

interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Keep the output back, and show it only when the program fails. */
  quiet?: boolean;
}

/** Runs the npm that runs us, or the one on the PATH. */
export async function runNpm(args: string[], options: RunOptions): Promise<void> {
  const cli = process.env.npm_execpath;
  const env = options.env ?? plainEnv();
  if (cli?.endsWith('.js')) await runToEnd(process.execPath, [cli, ...args], { ...options, env });
  else await runToEnd(findProgram('npm') ?? 'npm', args, { ...options, env });
}

/** Ends a process started with `detached: true` and all that it started: first asked, after 3 s forced. */
export async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const gone = child.exitCode !== null || child.signalCode !== null ? undefined : ended(child);
  signalGroup(child.pid, 'SIGTERM');
  if (gone) await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 3000).unref())]);
  signalGroup(child.pid, 'SIGKILL');
}

/** Signals a whole process group; one that is already gone is fine. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
