import { join } from 'node:path';
import * as z from 'zod';
import { appendDurably } from '../../base/files.ts';
import { linesFrom, sizeOf, wholeSize } from '../../base/lines.ts';
import { messageOf } from '../../base/problem.ts';
import { type JobEvent, workEvent } from '../events/schema.ts';
import { WORK_FILE } from '../job-file.ts';

/** Bytes of work.jsonl that are relayed in one go. */
const MOST_BYTES = 1 << 20;

/** The events that the work has written from a byte on, as lines of events.jsonl; what is no event is told. */
export function relayed(folder: string, from: number): JobEvent[] {
  const file = join(folder, WORK_FILE);
  const events: JobEvent[] = [];
  if (sizeOf(file) < from) {
    const text = `${WORK_FILE} was cut: what the work writes from now on is shown`;
    return [{ type: 'message', time: Date.now(), severity: 'warning', text, to: wholeSize(file) }];
  }
  for (const { text, to } of linesFrom(file, from)) {
    if (text.trim() !== '') events.push(eventOf(text, to));
    if (to - from > MOST_BYTES) break;
  }
  return events;
}

function eventOf(text: string, to: number): JobEvent {
  try {
    const { time, event, ...rest } = workEvent.parse(JSON.parse(text));
    // What readers look for stands first.
    return { type: 'work', time, to, event, ...rest };
  } catch (error) {
    const why = error instanceof z.ZodError ? error.issues[0]?.message : messageOf(error);
    const line = `${WORK_FILE}: the line before byte ${to} is no event (${why})`;
    return { type: 'message', time: Date.now(), severity: 'warning', text: line, to };
  }
}

/** Ends a line that a work which was killed left torn, so that the next attempt's stand apart. Nobody writes it now. */
export function mendWork(folder: string): void {
  const file = join(folder, WORK_FILE);
  if (wholeSize(file) < sizeOf(file)) appendDurably(file, Buffer.from('\n'));
}
