import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAside } from '../../base/files.ts';
import { InputError } from '../../base/problem.ts';
import type { Mixed } from '../mixed-tasks.ts';
import type { Session } from '../session.ts';
import { instancesBetween } from './instances.ts';
import { lineOf } from './line.ts';

export const STREAM_FOLDER = 'stream';
const STREAM_FILE = 'stream.json';

/** Draws of a part; its lines are fewer by those whose template fails. */
export const EXAMPLES_PER_PART = 4096;

const streamFile = z.object({
  version: z.literal(1),
  seed: z.int(),
  examplesPerPart: z.int().min(1),
  /** The draw that part 0 begins with. */
  start: z.int().min(0),
  /** Which state of the bench it is drawn from. */
  bench: z.string(),
});
export type StreamFile = z.infer<typeof streamFile>;

export interface WrittenPart {
  examples: number;
  failed: number;
  bytes: number;
}

/**
 * The parts of a run's training stream. A part holds the draws of its number, so that any part can be
 * written at any time, in any process, with the same bytes; it is there when it is whole.
 */
export class StreamParts {
  readonly folder: string;
  readonly about: StreamFile;
  readonly #session: Session;
  readonly #mixed: Mixed;

  /** Throws InputError where the folder holds the stream of another seed or bench. */
  constructor(job: string, session: Session, mixed: Mixed, about: Omit<StreamFile, 'version' | 'seed'>) {
    this.folder = join(job, STREAM_FOLDER);
    this.about = { version: 1, seed: mixed.seed, ...about };
    this.#session = session;
    this.#mixed = mixed;
    const file = join(this.folder, STREAM_FILE);
    const text = `${JSON.stringify(this.about)}\n`;
    if (!existsSync(file)) writeFileAside(file, text);
    else if (readFileSync(file, 'utf8') !== text) {
      streamFile.parse(JSON.parse(readFileSync(file, 'utf8')));
      throw new InputError('belongs to another seed or another state of the bench: start the run anew', {
        file,
      });
    }
    removeTorn(this.folder);
  }

  has(part: number): boolean {
    return existsSync(join(this.folder, nameOf(part)));
  }

  async write(part: number, signal?: AbortSignal): Promise<WrittenPart> {
    const { examplesPerPart, start } = this.about;
    const from = start + part * examplesPerPart;
    const lines: string[] = [];
    let failed = 0;
    for (const { draw, instance } of await instancesBetween(
      this.#session,
      this.#mixed,
      from,
      from + examplesPerPart,
      signal,
    )) {
      if (!instance) {
        failed++;
        continue;
      }
      const { task, portion: _ } = this.#mixed.tasks.get(draw.task)!;
      lines.push(
        `${JSON.stringify(lineOf(draw, { collection: task.collection, stream: this.#streamOf(task.id) }, instance))}\n`,
      );
    }
    signal?.throwIfAborted();
    const bytes = Buffer.from(lines.join(''));
    writeFileAside(join(this.folder, nameOf(part)), bytes);
    return { examples: lines.length, failed, bytes: bytes.length };
  }

  /** Takes away the parts before one. */
  removeBefore(part: number): void {
    for (const name of readdirSync(this.folder)) {
      const number = numberOf(name);
      if (number !== undefined && number < part) rmSync(join(this.folder, name), { force: true });
    }
  }

  #streams: Map<string, Mixed['shares'][number]['stream']> | undefined;
  #streamOf(task: string) {
    this.#streams ??= new Map(this.#mixed.shares.map(({ id, stream }) => [id, stream]));
    return this.#streams.get(task)!;
  }
}

function nameOf(part: number): string {
  return `part-${String(part).padStart(5, '0')}.jsonl`;
}

function numberOf(name: string): number | undefined {
  const found = /^part-(\d{5,})\.jsonl$/u.exec(name);
  return found ? Number(found[1]) : undefined;
}

/** What a writer that was killed left half done. */
function removeTorn(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (/^(part-\d+\.jsonl|stream\.json)\..*\.tmp$/u.test(name)) rmSync(join(folder, name), { force: true });
  }
}
