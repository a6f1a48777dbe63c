import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The command line of the supervisor's program: bundled beside this file, or its source. */
export function programOf(...args: readonly string[]): string[] {
  const bundled = new URL('./supervisor.js', import.meta.url);
  const file = existsSync(bundled) ? bundled : new URL('./main.ts', import.meta.url);
  return [process.execPath, fileURLToPath(file), ...args];
}

/** Tells an editor's own program to be a plain Node. */
export function asNode(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return process.versions.electron ? { ...env, ELECTRON_RUN_AS_NODE: '1' } : env;
}
