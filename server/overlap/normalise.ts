import { ALONE, classOf, DELETE, LOWER, SPACE } from './unicode.ts';

/** A normalised word and the stretch of text it was made from, first to last kept character, end exclusive. */
export interface Token {
  text: string;
  /** In UTF-16 units. */
  start: number;
  end: number;
  /** In bytes of the text's UTF-8 form. */
  byteStart: number;
  byteEnd: number;
  /** Whether a character kept in it lies in the text's content. */
  content: boolean;
}

export type Ranges = readonly (readonly [start: number, end: number])[];

function utf8Length(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** The tokens of a text, by the rule of `rule.ts`. `content`: byte ranges, ascending and disjoint; all where absent. */
export function tokensOf(text: string, content?: Ranges): Token[] {
  const tokens: Token[] = [];
  let current: Token | undefined;
  let byte = 0;
  let range = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at)!;
    const next = at + (code > 0xffff ? 2 : 1);
    const nextByte = byte + utf8Length(code);
    const kind = classOf(code);
    if (kind === SPACE) current = undefined;
    else if (kind !== DELETE) {
      while (content && range < content.length && content[range]![1] <= byte) range++;
      const inside = !content || (range < content.length && content[range]![0] < nextByte);
      const kept = String.fromCodePoint(kind >= LOWER ? kind - LOWER : code);
      if (current && kind !== ALONE) {
        current.text += kept;
        current.end = next;
        current.byteEnd = nextByte;
        current.content ||= inside;
      } else {
        current = { text: kept, start: at, end: next, byteStart: byte, byteEnd: nextByte, content: inside };
        tokens.push(current);
        if (kind === ALONE) current = undefined;
      }
    }
    at = next;
    byte = nextByte;
  }
  return tokens;
}
