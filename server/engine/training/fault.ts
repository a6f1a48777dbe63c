import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAside } from '../../base/files.ts';
import type { InputError } from '../../base/problem.ts';
import { JOB_ATTEMPT } from '../../jobs/watched.ts';
import { STREAM_FOLDER } from './parts.ts';

/**
 * Why the stream is written no further, in `stream/fault.json`: a runner that waits for a part of it says so
 * and ends, instead of waiting on. It counts for the attempt of the job in which it was written.
 */
export function writeFault(job: string, { message, file, line }: InputError): void {
  const place = [file, line].filter((part) => part !== undefined).join(':');
  const [text, ...advice] = message.split(': ');
  const fault = {
    text: place ? `${place} ${text}` : text,
    advice: advice.join(': '),
    attempt: process.env[JOB_ATTEMPT] ?? null,
  };
  writeFileAside(fileOf(job), `${JSON.stringify(fault)}\n`);
}

export function clearFault(job: string): void {
  rmSync(fileOf(job), { force: true });
}

function fileOf(job: string): string {
  return join(job, STREAM_FOLDER, 'fault.json');
}
