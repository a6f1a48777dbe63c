import { setTimeout as sleep } from 'node:timers/promises';
import { logOf } from '../jobs/detail.ts';
import { isActive } from '../jobs/events/summary.ts';
import type { Jobs } from '../jobs/listing.ts';
import type { JobRow } from '../protocol.ts';
import { clock, lineFor } from './job-verbs.ts';
import { say } from './output.ts';

const LOOK_MS = 500;
/** Where in the log a person comes in, and how much of it is printed at once. */
const TAIL_BYTES = 4096;
const LOG_BYTES = 1 << 20;

/** Stays with a job until it ends: how it stands on stderr, its log on stdout unless that is for a document. */
export async function followJob(jobs: Jobs, id: string, quiet: boolean): Promise<JobRow> {
  let next = logOf(jobs, id, undefined, TAIL_BYTES).from;
  let said = '';
  for (;;) {
    const row = jobs.row(id);
    while (!quiet) {
      const log = logOf(jobs, id, next, LOG_BYTES);
      if (log.next === next) break;
      process.stdout.write(log.text);
      next = log.next;
    }
    const line = lineFor(row);
    if (line !== said) say(`${clock(Date.now())} ${line}`);
    said = line;
    if (!isActive(row.state)) return row;
    await sleep(LOOK_MS);
  }
}
