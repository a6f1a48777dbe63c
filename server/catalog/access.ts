import type { Listing } from '../collections/files.ts';
import { includes } from '../collections/globs.ts';
import { collectionFiles, readers } from '../collections/registry.ts';
import type { FormatName, Reader, ReaderOptions } from '../collections/types.ts';

/** How the catalogue reaches the collections: by their readers, unless a test brings its own. */
export interface CollectionAccess {
  readers: ReadonlyMap<FormatName, Reader>;
  files(root: string, reader: Reader, options: ReaderOptions, signal: AbortSignal): Promise<Listing>;
  /** Whether a task's name is wanted. */
  includes(
    name: string,
    include: readonly string[] | undefined,
    exclude: readonly string[] | undefined,
  ): boolean;
}

export const collectionAccess: CollectionAccess = { readers, files: collectionFiles, includes };
