/** The bytes end before the value does. */
export const NEED = -1;
/** The bytes can't be JSON. */
export const BAD = -2;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const MAX_DEPTH = 512;
/** A string's first bytes are looked at one by one, the rest by a native search, which costs more to call. */
const SHORT = 32;

/** The index after the string whose opening quote stands before `at`. */
function stringEnd(bytes: Buffer, at: number, end: number): number {
  const near = Math.min(end, at + SHORT);
  while (at < near) {
    const byte = bytes[at++]!;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
    else if (byte < 0x20) return BAD;
  }
  for (;;) {
    const quote = at < end ? bytes.indexOf(QUOTE, at) : -1;
    if (quote < 0 || quote >= end) return NEED;
    let slash = quote;
    while (slash > at && bytes[slash - 1] === BACKSLASH) slash--;
    at = quote + 1;
    if (((quote - slash) & 1) === 0) return at;
  }
}

/**
 * Finds where a JSON value ends without building it. Brackets, commas, colons and the ends of strings
 * are held to JSON's grammar, so that a lost quote or bracket is noticed near where it is; what stands
 * inside strings, numbers and words is left to `JSON.parse`.
 */
export class ValueScanner {
  /** Newlines between the tokens of the value last scanned. */
  newlines = 0;
  readonly #objects = new Uint8Array(MAX_DEPTH);

  /** The index after the value that starts at `start`, NEED or BAD. */
  end(bytes: Buffer, start: number, end: number): number {
    const objects = this.#objects;
    let depth = 0;
    let lines = 0;
    let at = start;
    // What may come next: a value; a key; after `{`, `[`, or a value: as the names say.
    let wantsValue = true;
    let wantsKey = false;
    let mayClose = false;
    for (;;) {
      let byte: number;
      for (;;) {
        if (at >= end) return NEED;
        byte = bytes[at]!;
        if (byte > 0x20) break;
        if (byte === 0x0a) lines++;
        else if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) return BAD;
        at++;
      }
      if (byte === QUOTE) {
        if (!wantsValue && !wantsKey) return BAD;
        at = stringEnd(bytes, at + 1, end);
        if (at < 0) return at;
        if (wantsKey) {
          while (at < end && bytes[at]! <= 0x20) if (bytes[at++] === 0x0a) lines++;
          if (at >= end) return NEED;
          if (bytes[at] !== COLON) return BAD;
          at++;
          wantsKey = false;
          wantsValue = true;
          mayClose = false;
          continue;
        }
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        if (!wantsValue || depth === MAX_DEPTH) return BAD;
        const object = byte === OPEN_OBJECT;
        objects[depth++] = object ? 1 : 0;
        wantsKey = object;
        wantsValue = !object;
        mayClose = true;
        at++;
        continue;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        if (depth === 0 || !mayClose) return BAD;
        if ((objects[depth - 1] === 1) !== (byte === CLOSE_OBJECT)) return BAD;
        depth--;
        at++;
      } else if (byte === COMMA) {
        if (wantsValue || wantsKey || depth === 0) return BAD;
        wantsKey = objects[depth - 1] === 1;
        wantsValue = !wantsKey;
        mayClose = false;
        at++;
        continue;
      } else {
        if (!wantsValue || byte === COLON) return BAD;
        do at++;
        while (at < end && !endsWord(bytes[at]!));
        if (at >= end) return NEED;
      }
      if (depth === 0) {
        this.newlines = lines;
        return at;
      }
      wantsValue = false;
      wantsKey = false;
      mayClose = true;
    }
  }
}

function endsWord(byte: number): boolean {
  return (
    byte <= 0x20 ||
    byte === COMMA ||
    byte === CLOSE_OBJECT ||
    byte === CLOSE_LIST ||
    byte === COLON ||
    byte === QUOTE ||
    byte === OPEN_OBJECT ||
    byte === OPEN_LIST
  );
}
