import { closeSync, fsyncSync, ftruncateSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAll, writeFileAside } from '../../base/files.ts';
import { wholeSize } from '../../base/lines.ts';
import { EVENTS_FILE } from '../job-file.ts';
import type { JobEvent, Summary } from './schema.ts';
import { after, MARK_BYTES, SummaryReader } from './summary.ts';

/** Kept so that a job's end can be told on a full disk. */
const BALLAST = 'ballast';
const BALLAST_BYTES = 64 << 10;

/** The log of a job's events, written by its supervisor alone. What `append` returned from is on disk. */
export class EventLog {
  readonly #handle: number;
  readonly #ballast: string;
  #size: number;
  #marked: number;
  #summary: Summary;

  /** Takes away a last line that was torn. */
  constructor(folder: string) {
    const file = join(folder, EVENTS_FILE);
    this.#size = wholeSize(file);
    this.#handle = openSync(file, 'a');
    ftruncateSync(this.#handle, this.#size);
    this.#summary = new SummaryReader(file).read();
    this.#marked = this.#size;
    this.#ballast = join(folder, BALLAST);
    this.#keepBallast();
  }

  get summary(): Summary {
    return this.#summary;
  }

  /** All or none are written; throws where the disk is full. */
  append(events: readonly JobEvent[]): void {
    if (events.length === 0) return;
    let summary = this.#summary;
    for (const event of events) summary = after(summary, event);
    let text = events.map(lineOf).join('');
    const marks = this.#size + text.length - this.#marked > MARK_BYTES;
    if (marks) text += lineOf({ type: 'mark', time: events.at(-1)!.time, summary });
    const bytes = Buffer.from(text);
    try {
      writeAll(this.#handle, bytes);
      fsyncSync(this.#handle);
    } catch (error) {
      ftruncateSync(this.#handle, this.#size);
      throw error;
    }
    this.#size += bytes.length;
    if (marks) this.#marked = this.#size;
    this.#summary = summary;
  }

  /** Gives up what was kept for the end; false where that was done already. */
  dropBallast(): void {
    rmSync(this.#ballast, { force: true });
  }

  close(): void {
    closeSync(this.#handle);
    this.dropBallast();
  }

  #keepBallast(): void {
    try {
      writeFileAside(this.#ballast, Buffer.alloc(BALLAST_BYTES, 1));
    } catch {
      // Nothing is left to keep.
    }
  }
}

/** `type` stands first: a mark is found by its first bytes. */
function lineOf({ type, ...rest }: JobEvent): string {
  return `${JSON.stringify({ type, ...rest })}\n`;
}
