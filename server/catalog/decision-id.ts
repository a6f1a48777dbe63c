import { randomBytes } from 'node:crypto';

/**
 * Ids of decisions: `<batch>.<place>`. The batch is the time in milliseconds (10 characters) and 80 random
 * bits (16), both in Crockford's base 32, so that ids sort by time; the place counts within decisions
 * that were made together.
 */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_DIGITS = 10;
const PLACE_DIGITS = 4;

let lastTime = 0;

/** Ids of decisions made together at `time` (ms). Within one process each batch sorts after the one before. */
export function newIds(count: number, time: number): string[] {
  lastTime = Math.max(time, lastTime + 1);
  const batch =
    inBase32(lastTime, TIME_DIGITS) + Array.from(randomBytes(16), (byte) => DIGITS[byte & 31]).join('');
  return Array.from({ length: count }, (_, place) => `${batch}.${inBase32(place, PLACE_DIGITS)}`);
}

/** What the ids of decisions made together share. */
export function batchOf(id: string): string {
  const dot = id.lastIndexOf('.');
  return dot < 0 ? id : id.slice(0, dot);
}

function inBase32(value: number, digits: number): string {
  let text = '';
  for (let rest = value; text.length < digits || rest > 0; rest = Math.floor(rest / 32)) {
    text = DIGITS[rest % 32] + text;
  }
  return text;
}
