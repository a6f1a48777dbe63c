/** Characters of the text that a token stands for: UTF-16, end exclusive. */
export type Offset = [start: number, end: number];

/** How a tokenizer writes text into its tokens, read off its tokenizer.json. */
export interface TokenScript {
  /** Each character of a token is a byte of the text (GPT-2, OPT, BLOOM, LLaMA 3). */
  byteLevel: boolean;
  /** What marks a token that goes on a word (WordPiece: `##`). */
  continuing?: string;
  /** What marks a token that ends a word. */
  ending?: string;
  /** Tokens that stand for themselves (`</s>`). */
  added: ReadonlySet<string>;
}

/**
 * Where each token stands in the text. Exact for byte-level tokenizers; for others tokens are found again in
 * the text one after the other, without regard to case, and a token that stands for unknown text reaches
 * to where the next one is found.
 */
export function tokenOffsets(text: string, tokens: readonly string[], script: TokenScript): Offset[] {
  if (script.byteLevel) {
    const exact = byteOffsets(text, tokens, script.added);
    if (exact) return exact;
  }
  return foundOffsets(text, tokens, script);
}

/** Undefined where the bytes of the tokens are not those of the text: it was normalised. */
function byteOffsets(
  text: string,
  tokens: readonly string[],
  added: ReadonlySet<string>,
): Offset[] | undefined {
  const bytes = Buffer.from(text);
  const places = charactersOfBytes(text, bytes.length);
  const offsets: Offset[] = [];
  let at = 0;
  for (const [index, token] of tokens.entries()) {
    const own = added.has(token) ? Buffer.from(token) : bytesOf(token);
    if (!own) return undefined;
    // A space that the tokenizer puts before the text is none of it.
    const skipped = index === 0 && own[0] === 32 && bytes[0] !== 32 ? 1 : 0;
    const end = at + own.length - skipped;
    if (Buffer.compare(bytes.subarray(at, end), own.subarray(skipped)) !== 0) return undefined;
    // A token of some bytes of a character stands for the whole of it.
    const last = end > at ? places[end - 1]! : places[at]!;
    offsets.push([places[at]!, end > at ? last + lengthAt(text, last) : last]);
    at = end;
  }
  return at === bytes.length ? offsets : undefined;
}

/** For each byte of the UTF-8 text the character that it belongs to, and the end. */
function charactersOfBytes(text: string, bytes: number): Uint32Array {
  const places = new Uint32Array(bytes + 1);
  let byte = 0;
  let at = 0;
  for (const character of text) {
    const length = Buffer.byteLength(character);
    places.fill(at, byte, byte + length);
    byte += length;
    at += character.length;
  }
  places[bytes] = text.length;
  return places;
}

function lengthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** The characters that GPT-2 writes bytes with, back to bytes: printable ones are themselves, others count from 256. */
const BYTE_OF: ReadonlyMap<string, number> = (() => {
  const itself = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return new Map(
    Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(itself(byte) ? byte : next++), byte]),
  );
})();

export const BYTE_CHARACTERS: readonly string[] = [...BYTE_OF.keys()];

function bytesOf(token: string): Buffer | undefined {
  const bytes = Array.from(token, (character) => BYTE_OF.get(character));
  return bytes.includes(undefined) ? undefined : Buffer.from(bytes as number[]);
}

function foundOffsets(text: string, tokens: readonly string[], script: TokenScript): Offset[] {
  const lower = lowered(text);
  const surfaces = tokens.map((token) => surfaceOf(token, script));
  const offsets: Offset[] = [];
  let at = 0;
  for (const [index, surface] of surfaces.entries()) {
    const bare = surface.trim();
    const start = bare === '' ? at : startOf(lower, bare, at);
    const end = start === undefined ? unknownEnd(lower, surfaces, index, at) : endOf(lower, bare, start);
    offsets.push([start ?? at, end]);
    at = end;
  }
  return offsets;
}

/** A token of white space alone stands for one character of it, or for none that the text has. */
function endOf(lower: string, bare: string, start: number): number {
  if (bare !== '') return start + bare.length;
  return /\s/u.test(lower[start] ?? '') ? start + 1 : start;
}

/** How far a token may reach that is not found: further on, something else went wrong. */
const UNKNOWN_REACH = 64;

function unknownEnd(lower: string, surfaces: readonly string[], index: number, at: number): number {
  const next = surfaces.slice(index + 1, index + 9).find((each) => each.trim() !== '');
  if (next === undefined) return lower.length;
  const found = lower.indexOf(next.trim(), at + 1);
  return found < 0 || found - at > UNKNOWN_REACH ? at : found;
}

/** Where a token begins that comes next: at once, or after white space. */
function startOf(lower: string, bare: string, at: number): number | undefined {
  let start = at;
  while (!lower.startsWith(bare, start) && /\s/u.test(lower[start] ?? '')) start++;
  return lower.startsWith(bare, start) ? start : undefined;
}

function surfaceOf(token: string, { continuing, ending, added }: TokenScript): string {
  if (added.has(token)) return lowered(token);
  const byte = /^<0x([0-9A-F]{2})>$/u.exec(token);
  if (byte)
    return Number.parseInt(byte[1]!, 16) < 128 ? String.fromCharCode(Number.parseInt(byte[1]!, 16)) : '\0';
  let surface = token.replaceAll('\u2581', ' ');
  if (continuing && surface.startsWith(continuing)) surface = surface.slice(continuing.length);
  if (ending && surface.endsWith(ending)) surface = surface.slice(0, -ending.length);
  return lowered(surface);
}

/** In lower case, character for character: what would change its length stays. */
function lowered(text: string): string {
  return Array.from(text, (character) => {
    const small = character.toLowerCase();
    return small.length === character.length ? small : character;
  }).join('');
}
