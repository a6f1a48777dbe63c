import { type FSWatcher, readdirSync, realpathSync, statSync, watch } from 'node:fs';
import { dirname, join, sep } from 'node:path';

const IGNORED = new Set(['.heldout', '.git', 'node_modules']);

/**
 * Watches folders and all below them. Where the system watches a whole tree, one watcher does; on Linux
 * one per folder, since Node's own recursive watch takes one per file there, of which there are few.
 */
export class FolderWatch {
  readonly #onPath: (path: string) => void;
  readonly #onFault: (folder: string, error: unknown) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  /** Folders whose subfolders are watched too, one by one, with their real paths, so that a symlink loop ends. */
  readonly #walked = new Map<string, string>();

  /** `onPath` gets the absolute path of a file or folder that came, went or changed. */
  constructor(onPath: (path: string) => void, onFault: (folder: string, error: unknown) => void) {
    this.#onPath = onPath;
    this.#onFault = onFault;
  }

  /** Watches the folder that a file stands, or will stand, in. */
  file(path: string): void {
    this.#watch(dirname(path), false);
  }

  /** Watches a folder with all below it, or a single file. */
  tree(path: string): void {
    if (!isFolder(path)) this.file(path);
    else if (process.platform === 'linux') this.#walk(path);
    else {
      this.#watchers.get(path)?.close();
      this.#watchers.delete(path);
      this.#watch(path, true);
    }
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    this.#walked.clear();
  }

  #walk(folder: string): void {
    const open = [folder];
    const reals = new Set(this.#walked.values());
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      try {
        const real = realpathSync(at);
        if (reals.has(real)) continue;
        reals.add(real);
        this.#walked.set(at, real);
        this.#watch(at, false);
        for (const entry of readdirSync(at, { withFileTypes: true })) {
          if (IGNORED.has(entry.name)) continue;
          const path = join(at, entry.name);
          if (entry.isDirectory() || (entry.isSymbolicLink() && isFolder(path))) open.push(path);
        }
      } catch (error) {
        this.#onFault(at, error);
      }
    }
  }

  #watch(folder: string, recursive: boolean): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watch(folder, { recursive }, (event, name) => {
        if (name === null) return this.#onPath(folder);
        if (name.split(/[\\/]/).some((part) => IGNORED.has(part))) return;
        const path = join(folder, name);
        this.#onPath(path);
        if (event !== 'rename' || !this.#walked.has(folder)) return;
        // A folder came or went, or went and came. Its first files may have come before it is
        // watched: its own event tells of them.
        this.#forget(path);
        if (isFolder(path)) this.#walk(path);
      });
      watcher.on('error', (error) => {
        this.#forget(folder);
        // A folder that is gone was told by the one above it.
        if (isFolder(folder)) this.#onFault(folder, error);
      });
      this.#watchers.set(folder, watcher);
    } catch (error) {
      this.#onFault(folder, error);
    }
  }

  #forget(folder: string): void {
    for (const [path, watcher] of this.#watchers) {
      if (path !== folder && !path.startsWith(folder + sep)) continue;
      watcher.close();
      this.#watchers.delete(path);
      this.#walked.delete(path);
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
