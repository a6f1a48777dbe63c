import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** This program's command line: bundled beside this file, or its source. */
export function ownCommand(): string[] {
  const bundled = new URL('./cli-main.js', import.meta.url);
  const file = existsSync(bundled) ? bundled : new URL('../cli.ts', import.meta.url);
  return [process.execPath, fileURLToPath(file)];
}
