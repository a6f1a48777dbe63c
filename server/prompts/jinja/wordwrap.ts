/** Python's `textwrap.wrap`, with the options that Jinja2's `wordwrap` has. */
import { charge } from '../python/budget.ts';
import { valueError } from '../python/errors.ts';
import { textLength, textSlice } from '../python/text.ts';

export interface WrapOptions {
  width: number;
  breakLongWords: boolean;
  breakOnHyphens: boolean;
}

const SPACE = '[\\t\\n\\v\\f\\r ]';
const WORD = '[\\p{L}\\p{N}_!"\'&.,?]';
const LETTER = '(?:(?![\\p{N}_])[\\p{L}\\p{N}_])';
const NOT_SPACE = '[^\\t\\n\\v\\f\\r ]';

/** Words, the hyphens that a line may break after, dashes, and the space between. */
const CHUNKS = new RegExp(
  `(${SPACE}+|(?<=${WORD})-{2,}(?=[\\p{L}\\p{N}_])|${NOT_SPACE}+?(?:` +
    `-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${LETTER}-))(?=${LETTER}-?${LETTER})` +
    `|(?=${SPACE}|$)|(?<=${WORD})(?=-{2,}[\\p{L}\\p{N}_])))`,
  'u',
);
const SIMPLE_CHUNKS = new RegExp(`(${SPACE}+)`);

function isBlank(text: string): boolean {
  return text.trim() === '';
}

export function wrap(text: string, options: WrapOptions): string[] {
  const { width, breakLongWords, breakOnHyphens } = options;
  charge(text.length);
  const chunks = text.split(breakOnHyphens ? CHUNKS : SIMPLE_CHUNKS).filter((chunk) => chunk);
  if (width <= 0) throw valueError(`invalid width ${width} (must be > 0)`);
  const lines: string[] = [];
  chunks.reverse();
  while (chunks.length > 0) {
    charge(1);
    const line: string[] = [];
    let length = 0;
    if (isBlank(chunks.at(-1)!) && lines.length > 0) chunks.pop();
    while (chunks.length > 0 && length + textLength(chunks.at(-1)!) <= width) {
      const chunk = chunks.pop()!;
      length += textLength(chunk);
      line.push(chunk);
    }
    if (chunks.length > 0 && textLength(chunks.at(-1)!) > width) {
      const chunk = chunks.pop()!;
      const room = width - length;
      if (breakLongWords) {
        const end = breakPoint(chunk, room, breakOnHyphens);
        line.push(textSlice(chunk, 0, end));
        chunks.push(textSlice(chunk, end, textLength(chunk)));
      } else if (line.length === 0) line.push(chunk);
      else chunks.push(chunk);
    }
    if (line.length > 0 && isBlank(line.at(-1)!)) line.pop();
    if (line.length > 0) lines.push(line.join(''));
  }
  return lines;
}

/** Where a word too long for the line is cut: after a hyphen that fits, else where the room ends. */
function breakPoint(chunk: string, room: number, breakOnHyphens: boolean): number {
  if (!breakOnHyphens || textLength(chunk) <= room) return room;
  const head = textSlice(chunk, 0, room);
  const hyphen = head.lastIndexOf('-');
  return hyphen > 0 && /[^-]/.test(head.slice(0, hyphen)) ? textLength(head.slice(0, hyphen)) + 1 : room;
}
