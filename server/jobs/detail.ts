import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { lastLines, readRange, sizeOf } from '../base/lines.ts';
import type { JobDetail, JobLog } from '../protocol.ts';
import { History } from './events/history.ts';
import { EVENTS_FILE, LOG_FILE, RUN_FILE, SPEC_FILE, withFolder } from './job-file.ts';
import type { Jobs } from './listing.ts';

const LOG_LINES = 40;
/** Histories that are kept, the last ones asked for. */
const MOST_KEPT = 8;

/** What the pages of jobs show; keeps what it has read of the last ones. */
export class JobDetails {
  readonly #jobs: Jobs;
  readonly #kept = new Map<string, History>();

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  async of(id: string, from: number, most: number): Promise<JobDetail> {
    const folder = this.#jobs.folderOf(id);
    const job = this.#jobs.file(id);
    const history = this.#history(id);
    await history.read();
    const { losses } = this.#jobs.summaryOf(id);
    const absolute = (path: string) => (isAbsolute(path) ? path : join(folder, path));
    return {
      row: this.#jobs.row(id),
      folder,
      launcher: job.launcher,
      command: withFolder(job.command, folder),
      spec: textOf(join(folder, SPEC_FILE)) ?? '',
      specFile: job.spec,
      run: textOf(join(folder, RUN_FILE)),
      device: history.device,
      world: history.world,
      parameters: history.parameters,
      states: history.states,
      checkpoints: history.checkpoints.map(({ path, ...rest }) => ({
        ...rest,
        folder: absolute(path),
        loss: losses.find(({ step }) => step === rest.step)?.loss ?? null,
        there: existsSync(absolute(path)),
      })),
      final: history.final === null ? null : absolute(history.final),
      results: history.results,
      validations: history.validations,
      messages: history.messages,
      points: history.points(from, most),
      next: history.offset,
      log: lastLines(join(folder, LOG_FILE), LOG_LINES),
    };
  }

  #history(id: string): History {
    const history = this.#kept.get(id) ?? new History(join(this.#jobs.folderOf(id), EVENTS_FILE));
    this.#kept.delete(id);
    this.#kept.set(id, history);
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(oldest);
    }
    return history;
  }
}

/** A stretch of a job's log; its end where no place is named. A character that is cut is left out. */
export function logOf(jobs: Jobs, id: string, from: number | undefined, most: number): JobLog {
  const file = join(jobs.folderOf(id), LOG_FILE);
  const size = sizeOf(file);
  const begin = Math.min(from ?? Math.max(0, size - most), size);
  const bytes = readRange(file, begin, Math.min(size, begin + most));
  const first = from === undefined && begin > 0 ? continuation(bytes) : 0;
  const last = wholeCharacters(bytes);
  return {
    text: bytes.toString('utf8', first, last),
    from: begin + first,
    next: begin + last,
    size,
  };
}

/** Bytes at the beginning that belong to a character before. */
function continuation(bytes: Uint8Array): number {
  let at = 0;
  while (at < 4 && at < bytes.length && (bytes[at]! & 0xc0) === 0x80) at++;
  return at;
}

/** The end of the last character that is whole; all, where what stands at the end is no UTF-8. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 4 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back && bytes.length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
