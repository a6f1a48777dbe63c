import { execFileSync } from 'node:child_process';
import { InputError } from '../base/problem.ts';
import type { BenchText } from '../bench/bench.ts';
import type { BenchDiff } from '../protocol.ts';

/** Files of the bench are small; a decision log of 100,000 lines has 50 MB. */
const MOST_BYTES = 256 << 20;

/** The bench's files at a git revision. Throws InputError where there is no such revision. */
export function revisionText(root: string, revision: string): BenchText {
  const commit = commitOf(root, revision);
  if (commit === undefined) {
    throw new InputError(
      `"${revision}" is no git revision of the bench: name one, such as rev:HEAD~1, or the folder of a build`,
    );
  }
  return (path) => {
    const text = git(root, ['show', '--no-textconv', `${commit}:./${path}`]);
    if (text === undefined) throw new InputError(`${path} is not in the revision "${revision}"`);
    return text;
  };
}

const CHANGES = new Map([
  ['A', 'added'],
  ['D', 'deleted'],
] as const);

/** The files below `paths` that differ between two revisions; undefined stands for the files as they are. */
export function changedFiles(
  root: string,
  from: string | undefined,
  to: string | undefined,
  paths: readonly string[],
): BenchDiff['files'] {
  const [a, b] = [from, to].map((side) => side && commitOf(root, side));
  const sides = a ? [a, ...(b ? [b] : [])] : b ? ['-R', b] : [];
  if (sides.length === 0 || paths.length === 0) return [];
  const options = ['--name-status', '--no-renames', '--relative', '-z'];
  const words = (git(root, ['diff', ...options, ...sides, '--', ...paths]) ?? '').split('\0');
  return words.flatMap((letter, at) => {
    const file = words[at + 1];
    if (at % 2 === 1 || !file) return [];
    return [{ file, change: CHANGES.get(letter as 'A' | 'D') ?? ('modified' as const) }];
  });
}

function commitOf(root: string, revision: string): string | undefined {
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  return git(root, asked)?.trim();
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
