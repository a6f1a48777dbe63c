import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { messageOf } from '../base/problem.ts';
import type { SourceFile } from './types.ts';

/** A file or folder that can't be read; `path` as in `SourceFile`. */
export interface FileSkip {
  path: string;
  reason: string;
}

export interface Listing {
  /** Sorted by path, by code unit. */
  files: SourceFile[];
  skips: FileSkip[];
}

/** Folders that never hold a collection's data. Hidden ones don't either. */
const PASSED = new Set(['node_modules', '__pycache__', '__MACOSX']);

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

class Walk {
  readonly files: SourceFile[] = [];
  readonly skips: FileSkip[] = [];
  /** Links to folders: followed last, so that a folder is read under its own name where it has one. */
  readonly links: { path: string; real: string }[] = [];
  readonly #read = new Map<string, string>();
  readonly #root: string;
  readonly #realRoot: string;
  readonly #accepts: (path: string) => boolean;
  readonly #signal: AbortSignal | undefined;

  constructor(root: string, realRoot: string, accepts: (path: string) => boolean, signal?: AbortSignal) {
    this.#root = root;
    this.#realRoot = realRoot;
    this.#accepts = accepts;
    this.#signal = signal;
  }

  async folder(path: string, real: string): Promise<void> {
    this.#signal?.throwIfAborted();
    const already = this.#read.get(real);
    if (already !== undefined) {
      this.skips.push({
        path,
        reason: `the link leads to ${already || 'the folder itself'}, which is read already`,
      });
      return;
    }
    this.#read.set(real, path);
    let entries: Dirent[];
    try {
      entries = await readdir(join(this.#root, path), { withFileTypes: true });
    } catch (error) {
      this.skips.push({ path: path || '.', reason: `the folder can't be read: ${messageOf(error)}` });
      return;
    }
    for (const entry of entries.sort((a, b) => byName(a.name, b.name))) {
      if (entry.name.startsWith('.') || PASSED.has(entry.name)) continue;
      const below = path ? `${path}/${entry.name}` : entry.name;
      if (entry.isDirectory()) await this.#subfolder(below, join(real, entry.name));
      else if (entry.isSymbolicLink()) await this.#link(below);
      else if (this.#accepts(below)) await this.#file(below, entry.isFile());
    }
  }

  async #subfolder(path: string, real: string): Promise<void> {
    if (this.#accepts(path)) {
      this.skips.push({ path, reason: 'it is a folder where a file is expected: remove it or rename it' });
    }
    await this.folder(path, real);
  }

  async #link(path: string): Promise<void> {
    let real: string;
    let folder: boolean;
    try {
      real = await realpath(join(this.#root, path));
      folder = (await stat(real)).isDirectory();
    } catch (error) {
      const loop = error instanceof Error && 'code' in error && error.code === 'ELOOP';
      const why = loop ? 'the link leads round to itself' : `the link leads nowhere: ${messageOf(error)}`;
      if (this.#accepts(path) || loop) this.skips.push({ path, reason: why });
      return;
    }
    if (real !== this.#realRoot && !real.startsWith(this.#realRoot + sep)) {
      if (folder || this.#accepts(path)) {
        this.skips.push({
          path,
          reason: `the link leads out of the collection, to ${real}: it is not followed`,
        });
      }
    } else if (folder) this.links.push({ path, real });
    else if (this.#accepts(path)) await this.#file(path, true);
  }

  async #file(path: string, regular: boolean): Promise<void> {
    if (!regular) {
      this.skips.push({ path, reason: 'it is a device, pipe or socket, not a file' });
      return;
    }
    try {
      const { size } = await stat(join(this.#root, path));
      this.files.push({ root: this.#root, path, bytes: size });
    } catch (error) {
      this.skips.push({ path, reason: `the file can't be read: ${messageOf(error)}` });
    }
  }
}

/**
 * The files below a folder that `accepts` takes. Links inside the folder are followed, a folder once;
 * a link out of it is not. Hidden files and folders are passed over.
 */
export async function listFiles(
  root: string,
  accepts: (path: string) => boolean,
  signal?: AbortSignal,
): Promise<Listing> {
  let real: string;
  try {
    real = await realpath(root);
    if (!(await stat(real)).isDirectory()) {
      return { files: [], skips: [{ path: '.', reason: 'the collection is not a folder' }] };
    }
  } catch (error) {
    return { files: [], skips: [{ path: '.', reason: `the folder can't be read: ${messageOf(error)}` }] };
  }
  const walk = new Walk(root, real, accepts, signal);
  await walk.folder('', real);
  // Following a link may find more links.
  for (let link = walk.links.shift(); link; link = walk.links.shift())
    await walk.folder(link.path, link.real);
  walk.files.sort((a, b) => byName(a.path, b.path));
  walk.skips.sort((a, b) => byName(a.path, b.path));
  return { files: walk.files, skips: walk.skips };
}
