import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { root } from './vscode-server.ts';

/** A parsed source file; `file` is its path from the root, with forward slashes. */
export interface Source {
  file: string;
  text: string;
  parsed: ReturnType<typeof parseSync>;
}

/** Every TypeScript file of the repository below these folders. */
export async function sources(...folders: string[]): Promise<Source[]> {
  const found: Source[] = [];
  for (const folder of folders) {
    const entries = await readdir(path.join(root, folder), { recursive: true }).catch(() => []);
    for (const entry of entries) {
      if (!/\.tsx?$/.test(entry)) continue;
      const file = path.posix.join(folder, entry.split(path.sep).join('/'));
      // AssemblyScript: the syntax is TypeScript's, the meaning is not.
      if (file.includes('/assembly/')) continue;
      const text = await readFile(path.join(root, file), 'utf8');
      found.push({ file, text, parsed: parseSync(file, text) });
    }
  }
  return found;
}

/** The line of a character offset, counting from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
