// How long it takes to list a bench's jobs and to open the page of a long one: 100 jobs, a million events in all.
//   node bench/jobs.ts [jobs] [events]
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobDetails } from '../server/jobs/detail.ts';
import { EventLog } from '../server/jobs/events/event-log.ts';
import type { JobEvent } from '../server/jobs/events/schema.ts';
import { EVENTS_FILE, jobsFolder, writeJobFile } from '../server/jobs/job-file.ts';
import { Jobs } from '../server/jobs/listing.ts';

const count = Number(process.argv[2] ?? 100);
const events = Number(process.argv[3] ?? 1_000_000);
/** One job has half of all events, as a long run has among short ones. */
const LONG = Math.floor(events / 2);
const BATCH = 5000;

const root = mkdtempSync(join(tmpdir(), 'heldout-jobs-bench-'));
const collections = Object.fromEntries(
  ['flan', 'super-natural-instructions', 'promptsource', 'crossfit'].map((name) => [
    name,
    { loss: 20.5, tokens: 10 },
  ]),
);

function writeJob(id: string, steps: number): void {
  const folder = join(jobsFolder(root), id);
  mkdirSync(folder, { recursive: true });
  writeJobFile(folder, {
    version: 1,
    id,
    kind: 'train',
    name: id,
    created: Date.now(),
    bench: root,
    spec: null,
    launcher: { kind: 'machine', gpus: 0 },
    command: ['true'],
    cwd: root,
    env: {},
    files: [],
    grace: 60,
  });
  const log = new EventLog(folder);
  log.append([{ type: 'state', time: 1, state: 'running', attempt: 1 }]);
  let to = 0;
  for (let from = 1; from <= steps; from += BATCH) {
    const batch: JobEvent[] = [];
    for (let step = from; step < Math.min(from + BATCH, steps + 1); step++) {
      const figures = { loss: 2.05 + 1 / step, lr: 5e-5, grad_norm: 0.7, tokens: 2048, target_tokens: 300 };
      const rates = { tokens_per_second: 5123.4, memory_bytes: 31234567890, seconds: 0.4 };
      batch.push({
        type: 'work',
        time: step,
        to: ++to,
        event: 'step',
        step,
        ...figures,
        ...rates,
        collections,
        part: 3,
      });
    }
    log.append(batch);
  }
  log.append([{ type: 'state', time: 2, state: 'done', attempt: 1 }]);
  log.close();
}

/** The long job again, as if its log had no marks: all of it is read once. */
async function withoutMarks(): Promise<void> {
  const file = join(jobsFolder(root), 'long', EVENTS_FILE);
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\{"type":"mark".*\n/gmu, ''));
  const jobs = new Jobs(root);
  await timed(`first list where ${LONG} steps have no marks`, () => jobs.row('long'));
  await timed('that row again', () => jobs.row('long'));
}

async function timed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(`${what}: ${(performance.now() - start).toFixed(1)} ms`);
  return result;
}

try {
  writeJob('long', LONG);
  for (let job = 1; job < count; job++) writeJob(`job-${job}`, Math.floor((events - LONG) / (count - 1)));
  const jobs = new Jobs(root);
  await timed(`first list of ${count} jobs, ${events} events`, () => jobs.list());
  await timed('list again', () => jobs.list());
  const details = new JobDetails(jobs);
  const first = await timed(`first page of the job with ${LONG} steps`, () => details.of('long', 0, 2000));
  await timed('page again', () => details.of('long', 0, 2000));
  await timed('page from where it stood', () => details.of('long', first.next, 2000));
  console.log(`${first.points.length} points`);
  await withoutMarks();
} finally {
  rmSync(root, { recursive: true });
}
