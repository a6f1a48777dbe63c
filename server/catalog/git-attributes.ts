import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAside } from '../base/files.ts';

/**
 * Has git merge `file` (in the folder `root`) by keeping the lines of both sides, by a line in
 * `.gitattributes`. A line that is there for the file already is left as it is. True when it wrote.
 */
export function keepBothOnMerge(root: string, file: string): boolean {
  const path = join(root, '.gitattributes');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const known = text.split(/\r?\n/).some((line) => {
    const [pattern, ...attributes] = line.trim().split(/\s+/);
    return pattern?.replace(/^\//, '') === file && attributes.some((one) => /^-?merge(=|$)/.test(one));
  });
  if (known) return false;
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  writeFileAside(path, `${text}${gap}${file} merge=union\n`);
  return true;
}
