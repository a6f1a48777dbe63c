import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the user's programs keep what they can make again. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  if (process.platform === 'win32') return LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  return join(homedir(), '.cache');
}

/** The runner's own environment: one for all benches of a user. No other is ever changed. */
export function environmentFolder(): string {
  return join(cacheFolder(), 'heldout', 'runner');
}

export function pythonIn(environment: string): string {
  return process.platform === 'win32'
    ? join(environment, 'Scripts', 'python.exe')
    : join(environment, 'bin', 'python');
}

/** The folder that holds the Python package: beside the bundle, or in the sources. */
export function runnerFolder(): string {
  const bundled = fileURLToPath(new URL('./runner', import.meta.url));
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../../runner', import.meta.url));
}

export function requirementsFile(): string {
  return join(runnerFolder(), 'requirements.txt');
}

/** Name and exact version of each package that the runner needs, in the order that they are installed in. */
export function pins(requirements = requirementsFile()): [name: string, version: string][] {
  return readFileSync(requirements, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/u, '').trim())
    .filter((line) => line !== '')
    .map((line) => line.split('==') as [string, string]);
}

const MARK = 'heldout-requirements.txt';

/** Says, in an environment, what was installed in it to the end. */
export function markFile(environment: string): string {
  return join(environment, MARK);
}

export function isMade(environment: string, requirements = requirementsFile()): boolean {
  const mark = markFile(environment);
  return existsSync(mark) && readFileSync(mark, 'utf8') === readFileSync(requirements, 'utf8');
}

/** The package's files, by their path below the folder that Python finds it in. */
export function runnerFiles(): Record<string, string> {
  const folder = runnerFolder();
  const files: Record<string, string> = { 'requirements.txt': readFileSync(requirementsFile(), 'utf8') };
  for (const entry of readdirSync(join(folder, 'heldout_runner'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.py')) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(folder.length + 1).replaceAll('\\', '/')] = readFileSync(path, 'utf8');
  }
  return files;
}
