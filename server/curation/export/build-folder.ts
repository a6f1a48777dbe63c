import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { writeFileAside } from '../../base/files.ts';
import { InputError } from '../../base/problem.ts';
import { MANIFEST, type Manifest, readManifest, type ShardResult, shardResult } from './manifest.ts';
import { ASIDE } from './shard-file.ts';

/** Where a build that is not finished keeps what it has. */
const WORK = '.building';

const started = z.object({ heldout: z.literal('build'), key: z.string(), collections: z.array(z.string()) });

/**
 * The folder that a build is written to. While it is written, `.building/` says what the build is and which
 * of its files are whole, so that it goes on from there; at the end the manifest says it.
 */
export class BuildFolder {
  readonly root: string;
  readonly #finished: Manifest | undefined;
  readonly #started: z.infer<typeof started> | undefined;

  /** Throws InputError where the folder holds anything but a build of these collections. */
  constructor(root: string, collections: readonly string[]) {
    this.root = root;
    if (existsSync(root) && !statSync(root).isDirectory())
      throw new InputError('is a file: name a folder to write the build into', { file: root });
    const entries = existsSync(root) ? readdirSync(root) : [];
    this.#finished = readManifest(root);
    this.#started = readStarted(join(root, WORK, 'build.json'));
    const known = this.#started ?? this.#finished;
    if (entries.length === 0) return;
    if (!known)
      throw new InputError('the folder is not empty and holds no build: name another one', { file: root });
    if (!known.collections.some((name) => collections.includes(name)))
      throw new InputError('the folder holds a build of another bench: name another one', { file: root });
  }

  /**
   * Makes the folder ready for the build `key`: what is whole of it stays and is given, by file; files of
   * another build go.
   */
  begin(key: string, collections: readonly string[], files: ReadonlySet<string>): Map<string, ShardResult> {
    const results = this.#results(key, files);
    const keep = new Set(results.keys());
    for (const split of ['train', 'dev', 'test']) {
      const folder = join(this.root, split);
      if (!existsSync(folder)) continue;
      for (const name of readdirSync(folder)) {
        const ours = /^part-\d{5}\.(jsonl|parquet)$/u.test(name.replace(ASIDE, ''));
        if (ours && !keep.has(`${split}/${name}`)) rmSync(join(folder, name), { force: true });
      }
    }
    rmSync(join(this.root, WORK), { recursive: true, force: true });
    writeFileAside(
      join(this.root, WORK, 'build.json'),
      JSON.stringify({ heldout: 'build', key, collections }),
    );
    for (const result of results.values()) this.keep(result);
    rmSync(join(this.root, MANIFEST), { force: true });
    return results;
  }

  /** Notes a file that is whole. */
  keep(result: ShardResult): void {
    const name = `${result.file.replaceAll('/', '-')}.json`;
    writeFileAside(join(this.root, WORK, name), JSON.stringify(result));
  }

  /** Writes a file of the build that is not instances; gives its line in the manifest. */
  write(path: string, content: string): Manifest['files'][number] {
    const bytes = Buffer.from(content);
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileAside(join(this.root, path), bytes);
    return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  /** The build is whole. */
  finish(manifest: Manifest): void {
    writeFileAside(join(this.root, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
    rmSync(join(this.root, WORK), { recursive: true, force: true });
  }

  /** Files of the build `key` that are whole, by their path. */
  #results(key: string, files: ReadonlySet<string>): Map<string, ShardResult> {
    const results = new Map<string, ShardResult>();
    const take = (result: ShardResult) => {
      const stat = statSync(join(this.root, result.file), { throwIfNoEntry: false });
      if (files.has(result.file) && stat?.size === result.bytes) results.set(result.file, result);
    };
    if (this.#finished?.key === key) this.#finished.shards.forEach(take);
    if (this.#started?.key === key) {
      const folder = join(this.root, WORK);
      for (const name of readdirSync(folder)) {
        if (name === 'build.json' || !name.endsWith('.json')) continue;
        const read = shardResult.safeParse(readJson(join(folder, name)));
        if (read.success) take(read.data);
      }
    }
    return results;
  }
}

function readStarted(file: string): z.infer<typeof started> | undefined {
  return existsSync(file) ? started.safeParse(readJson(file)).data : undefined;
}

/** What we wrote ourselves; undefined where it can't be read, as after a power cut. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
