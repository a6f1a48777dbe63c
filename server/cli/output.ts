import Table from 'cli-table3';
import { type Progress, rateAndTimeLeft } from '../base/progress.ts';

/** One JSON document on stdout, and nothing else there. */
export function printJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** A line of what goes on, on stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Rows under their headings, without rules; columns of numbers stand to the right. */
export function printTable(headings: readonly string[], rows: readonly (string | number)[][]): void {
  const numeric = headings.map(
    (_, column) => rows.length > 0 && rows.every((row) => isNumeric(row[column]!)),
  );
  const bare = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '  ',
  };
  const table = new Table({
    head: [...headings],
    colAligns: numeric.map((is) => (is ? 'right' : 'left')),
    chars: bare,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map(String)));
  printLine(table.toString().replace(/[ ]+$/gmu, ''));
}

function isNumeric(cell: string | number): boolean {
  return typeof cell === 'number' || /^[\d,.]+\s?%?$/u.test(cell);
}

/** `3 examples`, `1 example`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(fraction > 0 && fraction < 0.1 ? 1 : 0)} %`;
}

/** A share with two digits. */
export function share(fraction: number): string {
  return `${(fraction * 100).toFixed(2)} %`;
}

/** Progress on stderr: one line that is written over on a terminal, else a line every five seconds. */
export function progressLine(): (progress: Progress) => void {
  const terminal = process.stderr.isTTY;
  let last = 0;
  return (progress) => {
    const finished = progress.done >= progress.total;
    const now = performance.now();
    if (!terminal && (now - last < 5000 || finished)) return;
    last = now;
    const share = progress.total > 0 ? Math.floor((progress.done / progress.total) * 100) : 100;
    const text = `${progress.message}: ${share} %, ${rateAndTimeLeft(progress)}`;
    process.stderr.write(terminal ? `\r\x1b[K${text}${finished ? '\r\x1b[K' : ''}` : `${text}\n`);
  };
}
