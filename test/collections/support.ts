import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { collectionFiles, readers } from '../../server/collections/registry.ts';
import type {
  ExampleSplit,
  FormatName,
  Position,
  ReaderOptions,
  Record,
  Skip,
  SourceFile,
  TaskFacts,
} from '../../server/collections/types.ts';

/** A folder of files for one test. */
export class Folder implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'heldout-collections-'));

  constructor(files: { [path: string]: string | Uint8Array } = {}) {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  file(path: string): SourceFile {
    return { root: this.root, path, bytes: statSync(join(this.root, path)).size };
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export interface Example {
  file: SourceFile;
  task: string;
  position: Position;
  split: ExampleSplit | undefined;
}

/** What a reader told of some files. */
export interface Told {
  tasks: Map<string, TaskFacts>;
  examples: Example[];
  skips: (Skip & { path: string })[];
}

export async function scanFile(
  format: FormatName,
  file: SourceFile,
  options: ReaderOptions = {},
  told: Told = { tasks: new Map(), examples: [], skips: [] },
): Promise<Told> {
  let consumed = 0;
  await readers.get(format)!.scan(
    file,
    options,
    {
      task: (facts) => told.tasks.set(facts.name, facts),
      example(task, position, split) {
        if (!told.tasks.has(task)) throw new Error(`an example of ${task} came before its task`);
        told.examples.push({ file, task, position, split });
      },
      skip: (skip) => told.skips.push({ path: file.path, ...skip }),
      progress(bytes) {
        if (bytes < consumed || bytes > file.bytes)
          throw new Error(`progress went from ${consumed} to ${bytes}`);
        consumed = bytes;
      },
    },
    new AbortController().signal,
  );
  return told;
}

/** Scans a whole collection. */
export async function scanAll(format: FormatName, root: string, options: ReaderOptions = {}): Promise<Told> {
  const told: Told = { tasks: new Map(), examples: [], skips: [] };
  const { files, skips } = await collectionFiles(root, readers.get(format)!, options);
  told.skips.push(...skips.map(({ path, reason }) => ({ path, reason, line: 0 })));
  for (const file of files) await scanFile(format, file, options, told);
  return told;
}

/** Every example's record, read again from its position, in the order that they were told. */
export async function recordsOf(
  format: FormatName,
  told: Told,
  options: ReaderOptions = {},
): Promise<Record[]> {
  const records = new Map<Example, Record>();
  const groups = Map.groupBy(told.examples, ({ file, task }) => `${file.root}\n${file.path}\n${task}`);
  for (const examples of groups.values()) {
    const { file, task } = examples[0]!;
    const positions = examples.map(({ position }) => position);
    let at = 0;
    for await (const record of readers.get(format)!.read(file, task, positions, options)) {
      records.set(examples[at++]!, record);
    }
    if (at !== positions.length) throw new Error(`${at} of ${positions.length} records came back`);
  }
  return told.examples.map((example) => records.get(example)!);
}

/** One file of a format, scanned and read back. */
export async function readBack(
  format: FormatName,
  path: string,
  content: string | Uint8Array,
  options: ReaderOptions = {},
): Promise<Told & { records: Record[] }> {
  using folder = new Folder({ [path]: content });
  const told = await scanFile(format, folder.file(path), options);
  return { ...told, records: await recordsOf(format, told, options) };
}
