import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { devNull } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { InputError } from '../../base/problem.ts';
import type { OnStep } from '../../base/progress.ts';
import { NotFetched, type Wanted, writeBlobs } from './blobs.ts';
import type { Repository, TreeFile } from './repository.ts';

/** A file of a revision that can't be had. */
export interface LayoutFault {
  /** From the top of the repository. */
  path: string;
  reason: string;
}

interface Layout {
  repository: Repository;
  /** What the revision has there. */
  files: readonly TreeFile[];
  /** Those of them that are no longer so in the working tree. */
  changed: ReadonlySet<string>;
  /** What lies there and git ignores: read as it is now. */
  ignored: readonly string[];
  /** The folder to lay them out in, in the place of the repository's top. */
  top: string;
  signal: AbortSignal;
  onStep: OnStep;
  /** Names the revision in what is told. */
  name: string;
}

const POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n/u;
const POINTER_BYTES = 1024;

/**
 * Lays the files of a revision out in a folder. What is the same in the working tree is a second name of that
 * file, size and time included, so that an import knows it; the rest is written from git's own store.
 */
export async function layOut(layout: Layout): Promise<LayoutFault[]> {
  const { repository, changed, ignored, top, signal, onStep, name } = layout;
  const revision = name.replace(/^rev:/u, '');
  const faults: LayoutFault[] = [];
  const wanted: (Wanted & { path: string })[] = [];
  // A tree made by hand may name what git itself never writes.
  const files = layout.files.filter(({ path }) => isPlain(path));
  let done = 0;
  const step = () =>
    onStep({ message: `laying out ${name}`, done: done++, total: files.length, unit: 'files' });

  const isLink = ({ mode }: TreeFile) => mode === '120000' || mode === '160000';
  for (const { path, oid } of files.filter((file) => !isLink(file))) {
    signal.throwIfAborted();
    const [here, file] = [join(repository.top, path), join(top, path)];
    mkdirSync(dirname(file), { recursive: true });
    const same = !changed.has(path) && lstatSync(here, { throwIfNoEntry: false })?.isFile();
    if (same) {
      bring(here, file);
      step();
    } else wanted.push({ oid, file, path });
  }
  const missing = await writeBlobs(repository.git, wanted, signal, step).catch((error: unknown) => {
    if (!(error instanceof NotFetched)) throw error;
    const fetch = `"git archive ${revision} > ${devNull}" fetches them`;
    throw new InputError(`this clone is a partial one that lacks files of ${name}: ${fetch}`, {
      file: repository.root,
    });
  });
  const lost = new Set(missing.map(({ oid }) => oid));
  for (const { path, oid, file } of wanted) {
    const reason = lost.has(oid)
      ? 'git has lost its content: "git fsck" tells more'
      : fromLargeFiles(repository, file, revision);
    if (reason) faults.push({ path, reason });
  }

  // Links come last: nothing is ever written through one.
  for (const { path, mode, oid } of files.filter(isLink)) {
    signal.throwIfAborted();
    if (existsSync(join(top, path))) continue;
    if (mode === '120000') await link(repository, path, oid, top, signal);
    else {
      bringFolder(join(repository.top, path), join(top, path), signal);
      if (changed.has(path))
        faults.push({ path, reason: 'it is a submodule, which stood at another commit: read as it is now' });
    }
    step();
  }
  for (const path of ignored) {
    signal.throwIfAborted();
    const [here, file] = [join(repository.top, path), join(top, path)];
    if (existsSync(file)) continue;
    if (statSync(here, { throwIfNoEntry: false })?.isDirectory()) bringFolder(here, file, signal);
    else if (lstatSync(here, { throwIfNoEntry: false })?.isFile()) {
      mkdirSync(dirname(file), { recursive: true });
      bring(here, file);
    }
  }
  onStep({ message: `laid out ${name}`, done: files.length, total: files.length, unit: 'files' });
  return faults;
}

function isPlain(path: string): boolean {
  return path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && !/^\.git$/iu.test(part));
}

/** Another name of the file, or where the system has none for it a copy with the same time. */
function bring(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Another file system, or one without such names; what is wrong with the file itself the copy says.
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    const { atime, mtime } = statSync(from);
    utimesSync(to, atime, mtime);
  }
}

function bringFolder(from: string, to: string, signal: AbortSignal): void {
  if (!existsSync(from)) return;
  for (const entry of readdirSync(from, { withFileTypes: true, recursive: true })) {
    signal.throwIfAborted();
    const file = join(entry.parentPath, entry.name);
    const below = file.slice(from.length);
    if (!entry.isFile() || below.split(sep).includes('.git')) continue;
    mkdirSync(dirname(join(to, below)), { recursive: true });
    bring(file, join(to, below));
  }
}

/** A link leads where it led: inside the repository to what is laid out, else to what it names. */
async function link(
  repository: Repository,
  path: string,
  oid: string,
  top: string,
  signal: AbortSignal,
): Promise<void> {
  const target = await repository.git.lines(['cat-file', 'blob', oid], signal);
  const led = resolve(dirname(join(repository.top, path)), target);
  mkdirSync(dirname(join(top, path)), { recursive: true });
  symlinkSync(repository.within(led) === undefined ? led : target, join(top, path));
}

/** Puts the content in the place of a pointer of Git LFS; says why it can't. */
function fromLargeFiles(repository: Repository, file: string, revision: string): string | undefined {
  if (statSync(file).size > POINTER_BYTES) return undefined;
  const oid = POINTER.exec(readFileSync(file, 'utf8'))?.[1];
  if (!oid) return undefined;
  const store = resolve(repository.top, repository.git.text(['rev-parse', '--git-common-dir']).trim());
  const content = join(store, 'lfs', 'objects', oid.slice(0, 2), oid.slice(2, 4), oid);
  unlinkSync(file);
  if (!existsSync(content))
    return `kept by Git LFS and not in this clone: "git lfs fetch origin ${revision}" brings it`;
  bring(content, file);
  return undefined;
}

/** Takes a folder with all below it away. */
export function removeLayout(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
