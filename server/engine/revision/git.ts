import { execFile, execFileSync, spawn } from 'node:child_process';
import { devNull } from 'node:os';
import { InputError, messageOf } from '../../base/problem.ts';

/** A decision log of 100,000 lines has 50 MB, a list of 100,000 files 10 MB. */
const MOST_BYTES = 256 << 20;

/** What of git's configuration may name a program that reading would start, or reach out of this machine. */
const QUIET = {
  'core.fsmonitor': 'false',
  'core.hooksPath': devNull,
  'protocol.allow': 'never',
};

/** What git answered when it said no. */
export class GitRefusal extends Error {}

/**
 * git in one folder, to read with. A repository's own configuration is not trusted: no hook, filter, monitor,
 * external diff or fetch is started, whatever it says, and nothing is written, not even git's index.
 */
export class Git {
  readonly folder: string;
  readonly #settings: readonly string[];

  constructor(folder: string, filters: Readonly<Record<string, string>> = {}) {
    this.folder = folder;
    this.#settings = Object.entries({ ...QUIET, ...filters }).flatMap(([key, value]) => [
      '-c',
      `${key}=${value}`,
    ]);
  }

  /** The same git in another folder, with the filters of the repository there switched off. */
  static reading(folder: string): Git {
    const names = new Git(folder).filters();
    return new Git(
      folder,
      Object.fromEntries(names.map((key) => [key, key.endsWith('.required') ? 'false' : ''])),
    );
  }

  /** The keys of filters that the repository, or the person, has set. */
  filters(): string[] {
    let keys: string;
    try {
      keys = this.text(['config', '-z', '--name-only', '--get-regexp', '^filter\\.']);
    } catch (error) {
      // Status 1 and not a word: there are none.
      if (error instanceof GitRefusal && error.message === '') return [];
      throw error;
    }
    const all = [...new Set(keys.split('\0').filter(Boolean))];
    const odd = all.find((key) => key.includes('='));
    // It could not be switched off: git takes what stands before the first "=" as the name.
    if (odd) throw new InputError(`git's setting "${odd}" has "=" in its name: rename that filter`);
    return all;
  }

  /** Throws GitRefusal where git says no. */
  text(args: readonly string[]): string {
    try {
      return execFileSync('git', this.#all(args), {
        ...this.#options(),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (error) {
      throw refusal(error);
    }
  }

  /** As `text`, without holding up what else goes on. Throws the signal's reason when aborted. */
  lines(args: readonly string[], signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      execFile('git', this.#all(args), { ...this.#options(), signal }, (error, stdout, stderr) => {
        if (signal.aborted) reject(signal.reason);
        else if (error) reject(refusal(Object.assign(error, { stderr })));
        else resolve(stdout);
      });
    });
  }

  /** A git that is written to and read from. */
  start(args: readonly string[], signal: AbortSignal) {
    return spawn('git', this.#all(args), { ...this.#options(), stdio: ['pipe', 'pipe', 'pipe'], signal });
  }

  #all(args: readonly string[]): string[] {
    return ['--no-pager', '--literal-pathspecs', ...this.#settings, ...args];
  }

  #options() {
    // English, since a refusal is told apart by its words.
    const env = { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1' };
    return { cwd: this.folder, encoding: 'utf8' as const, maxBuffer: MOST_BYTES, env };
  }
}

function refusal(error: unknown): Error {
  const { code, stderr } = error as { code?: unknown; stderr?: string };
  if (code === 'ENOENT')
    return new InputError('git is not installed here: only folders of builds can be compared');
  if (typeof stderr !== 'string') return new GitRefusal(messageOf(error));
  const said =
    stderr.split('\n').find((line) => /^(fatal|error): /u.test(line)) ?? stderr.trim().split('\n')[0]!;
  return new GitRefusal(said.replace(/^(fatal|error): /u, ''));
}
