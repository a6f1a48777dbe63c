import { setTimeout as sleep } from 'node:timers/promises';
import { logOf } from '../jobs/detail.ts';
import { isActive } from '../jobs/events/summary.ts';
import type { Jobs } from '../jobs/listing.ts';
import type { JobRow } from '../protocol.ts';
import { clock, lineFor } from './job-text.ts';
import { say } from './output.ts';

const LOOK_MS = 500;
/** How a job goes is said this often, and whenever its state changes. */
const SAY_MS = 10_000;
/** Where in the log a person comes in, and how much of it is printed at once. */
const TAIL_BYTES = 4096;
const LOG_BYTES = 1 << 20;

/** Stays with a job until it ends: how it stands on stderr, its log on stdout unless that is for a document. */
export async function followJob(jobs: Jobs, id: string, quiet: boolean): Promise<JobRow> {
  let next = logOf(jobs, id, undefined, TAIL_BYTES).from;
  let said: { state?: JobRow['state']; line: string; at: number } = { line: '', at: 0 };
  for (;;) {
    const row = jobs.row(id);
    while (!quiet) {
      const log = logOf(jobs, id, next, LOG_BYTES);
      if (log.next === next) break;
      process.stdout.write(log.text);
      next = log.next;
    }
    const line = lineFor(row);
    const now = Date.now();
    if (row.state !== said.state || (line !== said.line && now - said.at >= SAY_MS)) {
      say(`${clock(now)} ${line}`);
      said = { state: row.state, line, at: now };
    }
    if (!isActive(row.state)) return row;
    await sleep(LOOK_MS);
  }
}
