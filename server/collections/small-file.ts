import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../base/problem.ts';
import { unreadable } from './bytes.ts';

/** Files that are read as a whole (templates, task descriptions) are refused above this, in bytes. */
const LARGEST = 32 * 1024 * 1024;

/** The text of a small file, without a byte order mark. Throws `InputError`. */
export async function readSmall(root: string, path: string): Promise<string> {
  let bytes: Buffer;
  try {
    const { size } = await stat(join(root, path));
    if (size > LARGEST)
      throw new InputError(`the file has ${size.toLocaleString('en')} bytes: too many to be one of these`);
    bytes = await readFile(join(root, path));
  } catch (error) {
    throw unreadable(error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError('the text is not valid UTF-8');
  }
}

/** As `readSmall`, but undefined where there is no such file. */
export async function readSmallIfThere(root: string, path: string): Promise<string | undefined> {
  try {
    await stat(join(root, path));
  } catch {
    return undefined;
  }
  return readSmall(root, path);
}
