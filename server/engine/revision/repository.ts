import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { InputError } from '../../base/problem.ts';
import type { BenchText } from '../../bench/bench.ts';
import { Git, GitRefusal } from './git.ts';

/** A file as a revision has it. Paths count from the top of the repository, with `/`. */
export interface TreeFile {
  path: string;
  /** As git writes it: 100644 and 100755 files, 120000 links, 160000 submodules. */
  mode: string;
  /** Of its content. */
  oid: string;
}

export interface FileChange {
  path: string;
  change: 'added' | 'deleted' | 'modified';
}

const CHANGES = new Map([
  ['A', 'added'],
  ['D', 'deleted'],
] as const);

/** The git repository that a bench stands in. */
export class Repository {
  readonly root: string;
  /** The repository's own folder. */
  readonly top: string;
  readonly git: Git;

  private constructor(root: string, top: string) {
    this.root = root;
    this.top = top;
    this.git = Git.reading(top);
  }

  /** Throws InputError where the bench is in no repository, or git won't read it. */
  static open(root: string): Repository {
    try {
      // The way up, not the top's own name: that is without links, and the bench's may have some.
      const up = new Git(root).text(['rev-parse', '--show-cdup']).trim();
      return new Repository(root, resolve(root, up));
    } catch (error) {
      if (!(error instanceof GitRefusal)) throw error;
      throw new InputError(refused(root, error.message), { file: root });
    }
  }

  /** Throws InputError where this clone has no such revision. */
  commitOf(revision: string): string {
    try {
      const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
      return this.git.text(asked).trim();
    } catch (error) {
      if (!(error instanceof GitRefusal)) throw error;
      const shallow = this.git.text(['rev-parse', '--is-shallow-repository']).trim() === 'true';
      const what = shallow
        ? 'no git revision that is here; this clone is shallow: "git fetch --unshallow" brings the earlier ones'
        : 'no git revision of the bench: name one, such as rev:HEAD~1, or the folder of a build';
      throw new InputError(`"${revision}" is ${what}`);
    }
  }

  /** The bench's own files at a commit; what lies outside of the repository is read where it is. */
  textOf(commit: string, revision: string): BenchText {
    return (path) => {
      const within = this.within(resolve(this.root, path));
      if (within === undefined) return readFileSync(resolve(this.root, path), 'utf8');
      try {
        return this.git.text(['cat-file', 'blob', `${commit}:${within}`]);
      } catch (error) {
        if (!(error instanceof GitRefusal)) throw error;
        throw new InputError(`${path} is not in the revision "${revision}": name one that has it`);
      }
    };
  }

  /** Where a path is, from the top; undefined outside of the repository. */
  within(path: string): string | undefined {
    const within = relative(this.top, path).split(sep).join('/');
    return isAbsolute(within) || within === '..' || within.startsWith('../') ? undefined : within;
  }

  /** A path from the top, as the bench's folder has it. */
  fromBench(path: string): string {
    return relative(this.root, join(this.top, path)).split(sep).join('/');
  }

  /** What git keeps below these paths at a commit, or now. */
  async files(
    commit: string | undefined,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<TreeFile[]> {
    if (paths.length === 0) return [];
    const args =
      commit === undefined
        ? ['ls-files', '-z', '--stage', '--', ...paths.map((path) => path || '.')]
        : ['ls-tree', '-r', '-z', '--full-tree', commit, '--', ...(paths.includes('') ? [] : paths)];
    return fields(await this.git.lines(args, signal)).map((line) => {
      const [about, path] = [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)];
      const words = about.split(' ');
      return { path, mode: words[0]!, oid: words[commit === undefined ? 1 : 2]! };
    });
  }

  /** What lies below these paths and isn't kept by git: ignored, or only not added. */
  async others(kind: 'ignored' | 'new', paths: readonly string[], signal: AbortSignal): Promise<string[]> {
    if (paths.length === 0) return [];
    const which = kind === 'ignored' ? ['--ignored'] : [];
    const args = ['ls-files', '-z', '--others', ...which, '--exclude-standard', '--'];
    const all = fields(await this.git.lines([...args, ...paths.map((path) => path || '.')], signal));
    return all.filter((path) => !/(^|\/)\.heldout\//u.test(path));
  }

  /** The files below `paths` that differ; undefined stands for the files as they are, new ones among them. */
  async changes(
    from: string | undefined,
    to: string | undefined,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<FileChange[]> {
    if (from === to || paths.length === 0) return [];
    const sides = from === undefined ? ['-R', to!] : to === undefined ? [from] : [from, to];
    // Of submodules only the commit: to look into them would start a git that heeds their configuration.
    const options = [
      '--name-status',
      '--no-renames',
      '--no-ext-diff',
      '--no-textconv',
      '--ignore-submodules=dirty',
    ];
    const words = await this.git.lines(
      ['diff', ...options, '-z', ...sides, '--', ...paths.map((path) => path || '.')],
      signal,
    );
    const changes = new Map<string, FileChange['change']>();
    const parts = words.split('\0');
    for (let at = 0; at + 1 < parts.length; at += 2) {
      changes.set(parts[at + 1]!, CHANGES.get(parts[at] as 'A' | 'D') ?? 'modified');
    }
    if (from === undefined || to === undefined) {
      const change = from === undefined ? 'deleted' : 'added';
      for (const path of await this.others('new', paths, signal)) changes.set(path, change);
    }
    return [...changes]
      .map(([path, change]) => ({ path, change }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

function refused(root: string, said: string): string {
  if (/^detected dubious ownership/u.test(said)) {
    const trust = `git config --global --add safe.directory "${root}"`;
    return `the repository belongs to another user, so that git won't read it: if you trust it, run ${trust}`;
  }
  const none = /^not a git repository/u.test(said);
  const why = none ? 'the bench is in no git repository, so that it has no revisions' : `git: ${said}`;
  return `${why}: name the folder of a build, or "." for the bench as it is`;
}

function fields(text: string): string[] {
  return text.split('\0').filter(Boolean);
}

/** Whether a path is one of these, or below one. */
export function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => folder === '' || path === folder || path.startsWith(`${folder}/`));
}
