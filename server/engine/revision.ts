import { execFileSync } from 'node:child_process';
import { InputError } from '../base/problem.ts';
import type { BenchText } from '../bench/bench.ts';

/** Files of the bench are small; a decision log of 100,000 lines has 50 MB. */
const MOST_BYTES = 256 << 20;

/** The bench's files at a git revision. Throws InputError where there is no such revision. */
export function revisionText(root: string, revision: string): BenchText {
  const commit = git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
  if (commit === undefined) {
    throw new InputError(
      `"${revision}" is no git revision of the bench: name one, such as rev:HEAD~1, or the folder of a build`,
    );
  }
  return (path) => {
    const text = git(root, ['show', '--no-textconv', `${commit.trim()}:./${path}`]);
    if (text === undefined) throw new InputError(`${path} is not in the revision "${revision}"`);
    return text;
  };
}

function git(root: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: MOST_BYTES,
    });
  } catch {
    // No git, no repository, no such revision or path: git says no all the same.
    return undefined;
  }
}
