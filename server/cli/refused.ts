import { messageOf } from '../base/problem.ts';

/** What to do where the system refuses to write or read, by its code. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space, then run the command again',
  EDQUOT: 'the quota of this disk is used up: free some space, then run the command again',
  EROFS: 'this file system can only be read: name a folder elsewhere',
  EACCES: 'permission denied: change the permissions, or name another place',
  EPERM: 'permission denied: change the permissions, or name another place',
};

/** One line for what the system refused; undefined for any other error. */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN)/.test(code ?? '')) {
    return `the catalogue in .heldout can't be written (${messageOf(error)}): is the disk full? Free some space, then run the command again`;
  }
  const remedy = REMEDIES[code ?? ''];
  return remedy && (path ? `${path}: ${remedy}` : `${remedy} (${messageOf(error)})`);
}
