// JSON values that are passed over: strictly checked, so that nothing is taken that JSON.parse refuses.
// Each gives the place after the value, or 0. A line feed is no part of any, so none runs past its line.
import { BACKSLASH, QUOTE } from './layout';
import { decode, escapeOf, hex4 } from './text';

const DEEPEST: u32 = 32;

@inline
export function skipBlanks(at: usize): usize {
  while (true) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0x0d && byte != 0x09) return at;
    at++;
  }
}

/** A string from after its quote. */
export function skipString(at: usize): usize {
  while (true) {
    const block = v128.load(at);
    const stops = v128.or(
      v128.or(i8x16.eq(block, i8x16.splat(QUOTE)), i8x16.eq(block, i8x16.splat(BACKSLASH))),
      i8x16.lt_s(block, i8x16.splat(0x20)),
    );
    const stop = <u32>i8x16.bitmask(stops);
    if (!stop) {
      at += 16;
      continue;
    }
    at += ctz<u32>(stop);
    const byte = load<u8>(at);
    if (byte == QUOTE) return at + 1;
    if (byte == BACKSLASH) {
      const code = escapeOf(load<u8>(at, 1));
      if (code < 0 || (code == 0 && hex4(at + 2) < 0)) return 0;
      at += code == 0 ? 6 : 2;
    } else {
      if (byte < 0x20) return 0;
      const length = decode(at);
      if (!length) return 0;
      at += length;
    }
  }
}

export function skipValue(at: usize, depth: u32): usize {
  const byte = load<u8>(at);
  if (byte == QUOTE) return skipString(at + 1);
  if (byte == 0x7b || byte == 0x5b) return depth < DEEPEST ? skipNested(at, depth) : 0;
  if (byte == 0x74) return load<u32>(at) == 0x65757274 ? at + 4 : 0;
  if (byte == 0x66) return load<u32>(at, 1) == 0x65736c61 ? at + 5 : 0;
  if (byte == 0x6e) return load<u32>(at) == 0x6c6c756e ? at + 4 : 0;
  return skipNumber(at);
}

function skipNested(at: usize, depth: u32): usize {
  const object = load<u8>(at) == 0x7b;
  const close: u8 = object ? 0x7d : 0x5d;
  at = skipBlanks(at + 1);
  if (load<u8>(at) == close) return at + 1;
  while (true) {
    if (object) {
      if (load<u8>(at) != QUOTE) return 0;
      at = skipString(at + 1);
      if (!at) return 0;
      at = skipBlanks(at);
      if (load<u8>(at) != 0x3a) return 0;
      at = skipBlanks(at + 1);
    }
    at = skipValue(at, depth + 1);
    if (!at) return 0;
    at = skipBlanks(at);
    const byte = load<u8>(at);
    if (byte == close) return at + 1;
    if (byte != 0x2c) return 0;
    at = skipBlanks(at + 1);
  }
}

@inline
function isDigit(at: usize): bool {
  return <u32>load<u8>(at) - 0x30 < 10;
}

function skipDigits(at: usize): usize {
  if (!isDigit(at)) return 0;
  while (isDigit(at)) at++;
  return at;
}

function skipNumber(at: usize): usize {
  if (load<u8>(at) == 0x2d) at++;
  if (load<u8>(at) == 0x30) at++;
  else at = skipDigits(at);
  if (at && load<u8>(at) == 0x2e) at = skipDigits(at + 1);
  if (at && (load<u8>(at) | 0x20) == 0x65) {
    at++;
    const sign = load<u8>(at);
    if (sign == 0x2b || sign == 0x2d) at++;
    at = skipDigits(at);
  }
  return at;
}
