import { BACKSLASH, BLANK, CLASSES, PAGES, QUOTE } from './layout';
import { decode, decoded, escapeOf, hex4 } from './text';

// What unicode.ts says a code point is.
const DELETE: u32 = 1;
const SPACE: u32 = 2;
const ALONE: u32 = 3;
const LOWER: u32 = 4;

/** Where folded text may stand; the document's own starts at `folded`, its next byte goes to `out`. */
let room: usize = 0;
export let folded: usize = 0;
export let out: usize = 0;
/** 2 x 256 x 8 bytes: for each mask of deleted bytes, which bytes of a half are kept, in order. */
let shuffles: usize = 0;

export function attachFold(foldedAt: usize, shufflesAt: usize): void {
  room = foldedAt;
  beginFold();
  shuffles = shufflesAt;
  for (let mask: u32 = 0; mask < 256; mask++) {
    let low = shufflesAt + (mask << 3);
    let high = low + 2048;
    for (let bit: u32 = 0; bit < 8; bit++) {
      if ((mask >> bit) & 1) continue;
      store<u8>(low++, <u8>bit);
      store<u8>(high++, <u8>(bit + 8));
    }
  }
}

export function beginFold(): void {
  folded = room;
  out = room;
}

/** Starts a document after the one that was ended last, which stays. */
export function foldOn(): void {
  folded = out + 1;
  out = folded;
}

/** Takes what stands at the place for folded text as folded. */
export function takeFolded(length: usize): void {
  folded = room;
  out = room + length;
}

export function endFold(): void {
  if (out > folded && load<u8>(out - 1) == BLANK) out--;
}

/** 1 where a blank would be one too many: at the start, or after another. */
@inline
function afterBlank(): u32 {
  return out == folded || load<u8>(out - 1) == BLANK ? 1 : 0;
}

@inline
export function space(): void {
  if (!afterBlank()) store<u8>(out++, BLANK);
}

/** What `pack` gives back: where the next byte goes, and above it whether the text ends in a blank. */
@inline
function stateNow(): u64 {
  return <u64>out | (<u64>afterBlank() << 32);
}

/**
 * Appends a block of ASCII, its letters in lower case and its white space blanks. `white` and `kept` tell its
 * white space and its letters and digits, whatever is neither is deleted; only bytes in `valid` count. A blank is dropped where only deleted bytes stand between
 * it and the blank before: the carry of an addition runs through them. No branch: punctuation can't be foreseen.
 */
@inline
function pack(state: u64, lowered: v128, white: v128, kept: v128, valid: u32): u64 {
  const to = <usize>(state & 0xffffffff);
  const spaces = <u32>i8x16.bitmask(white) & valid;
  const gone = ~(<u32>i8x16.bitmask(kept) & valid) & 0xffff;
  const seeds = ((spaces << 1) | <u32>(state >> 32)) & gone;
  const sum = gone + seeds;
  const reached = (gone & ~sum) | seeds;
  const blank = ((sum >> 16) | (spaces >> 15)) & 1;
  const deleted = (gone ^ spaces) | (spaces & reached);
  const low = deleted & 0xff;
  const high = deleted >> 8;
  const shuffle = shuffles;
  v128.store64_lane(to, i8x16.relaxed_swizzle(lowered, v128.load64_zero(shuffle + (low << 3))), 0);
  const next = to + 8 - popcnt<u32>(low);
  v128.store64_lane(next, i8x16.relaxed_swizzle(lowered, v128.load64_zero(shuffle + (high << 3) + 2048)), 0);
  return <u64>(next + 8 - popcnt<u32>(high)) | (<u64>blank << 32);
}

// At most is one instruction less than less than, on x86.
@inline
function lettersOf(block: v128): v128 {
  const lower = v128.or(block, i8x16.splat(0x20));
  return i8x16.le_u(i8x16.sub(lower, i8x16.splat(0x61)), i8x16.splat(25));
}

@inline
function digitsOf(block: v128): v128 {
  return i8x16.le_u(i8x16.sub(block, i8x16.splat(0x30)), i8x16.splat(9));
}

/** Letters get the bit that tells lower case. */
@inline
function lowerCase(block: v128, letters: v128): v128 {
  return v128.or(block, v128.and(letters, i8x16.splat(0x20)));
}

/** Appends valid UTF-8. */
export function foldPlain(from: usize, to: usize): void {
  let state = stateNow();
  for (let at = from; at < to; ) {
    const block = v128.load(at);
    let count: usize = min<usize>(to - at, 16);
    const foreign = <u32>i8x16.bitmask(block);
    if (foreign) count = min<usize>(count, ctz<u32>(foreign));
    if (count) {
      const white = v128.or(
        i8x16.eq(block, i8x16.splat(0x20)),
        v128.or(
          i8x16.lt_u(i8x16.sub(block, i8x16.splat(9)), i8x16.splat(5)),
          i8x16.lt_u(i8x16.sub(block, i8x16.splat(28)), i8x16.splat(4)),
        ),
      );
      const control = v128.or(i8x16.lt_u(block, i8x16.splat(0x20)), i8x16.eq(block, i8x16.splat(0x7f)));
      const letters = lettersOf(block);
      const kept = v128.or(v128.or(letters, digitsOf(block)), v128.andnot(control, white));
      const lowered = v128.bitselect(i8x16.splat(0x20), lowerCase(block, letters), white);
      state = pack(state, lowered, white, kept, (1 << <u32>count) - 1);
      at += count;
      if (count == 16 || at >= to) continue;
    }
    if (!foreign) continue;
    out = <usize>(state & 0xffffffff);
    do {
      const length = decode(at);
      foldWritten(decoded, at, length);
      at += length;
    } while (at < to && load<u8>(at) >= 0x80);
    state = stateNow();
  }
  out = <usize>(state & 0xffffffff);
}

/** Appends a JSON string from after its quote; gives the place after the closing one, or 0 where it isn't plainly right. */
export function foldString(at: usize): usize {
  let state = stateNow();
  while (true) {
    const block = v128.load(at);
    // Signed: bytes beyond ASCII count as less than a blank, like control characters.
    const stops = v128.or(
      v128.or(i8x16.eq(block, i8x16.splat(QUOTE)), i8x16.eq(block, i8x16.splat(BACKSLASH))),
      v128.or(i8x16.lt_s(block, i8x16.splat(0x20)), i8x16.eq(block, i8x16.splat(0x7f))),
    );
    const stop = <u32>i8x16.bitmask(stops);
    const white = i8x16.eq(block, i8x16.splat(0x20));
    const letters = lettersOf(block);
    const kept = v128.or(letters, digitsOf(block));
    const lowered = lowerCase(block, letters);
    if (!stop) {
      state = pack(state, lowered, white, kept, 0xffff);
      at += 16;
      continue;
    }
    const count = ctz<u32>(stop);
    if (count) state = pack(state, lowered, white, kept, (1 << count) - 1);
    at += count;
    const byte = load<u8>(at);
    if (byte == BACKSLASH) {
      const sort = plainEscape(load<u8>(at, 1));
      if (sort) {
        if (sort == SPACE && !(state >> 32)) {
          store<u8>(<usize>(state & 0xffffffff), BLANK);
          state = ((state & 0xffffffff) + 1) | ((<u64>1) << 32);
        }
        at += 2;
        continue;
      }
    }
    out = <usize>(state & 0xffffffff);
    if (byte == QUOTE) return at + 1;
    if (byte == BACKSLASH) {
      at = foldEscape(at);
      if (!at) return 0;
    } else if (byte == 0x7f) {
      store<u8>(out++, byte);
      at++;
    } else {
      if (byte < 0x20) return 0;
      do {
        const length = decode(at);
        if (!length) return 0;
        foldWritten(decoded, at, length);
        at += length;
      } while (load<u8>(at) >= 0x80);
    }
    state = stateNow();
  }
}

/** What a backslash and this byte give where it is white space or deleted, as almost always; else 0. */
@inline
function plainEscape(byte: u8): u32 {
  if (byte == 0x6e || byte == 0x74 || byte == 0x72) return SPACE;
  return byte == QUOTE || byte == BACKSLASH || byte == 0x2f ? DELETE : 0;
}

function foldEscape(at: usize): usize {
  let code = escapeOf(load<u8>(at, 1));
  if (code < 0) return 0;
  at += 2;
  if (code == 0) {
    code = hex4(at);
    if (code < 0) return 0;
    at += 4;
    if (code >= 0xd800 && code <= 0xdbff && load<u8>(at) == BACKSLASH && load<u8>(at, 1) == 0x75) {
      const low = hex4(at + 2);
      if (low >= 0xdc00 && low <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      }
    }
  }
  foldCode(code);
  return at;
}

/** What unicode.ts says of a character. */
@inline
function kindOf(code: u32): u32 {
  const classes = <usize>load<u32>(CLASSES);
  const page = <usize>load<u32>(classes + (<usize>(code >> 8) << 2));
  return load<u32>(classes + ((PAGES + (page << 8) + <usize>(code & 0xff)) << 2));
}

/** Appends the character beyond ASCII whose UTF-8 stands at a place: its bytes as they are, where it stays as it is. */
@inline
function foldWritten(code: u32, at: usize, length: usize): void {
  const kind = kindOf(code);
  if (kind == ALONE) {
    space();
    store<u32>(out, load<u32>(at));
    out += length;
    store<u8>(out++, BLANK);
  } else if (kind == 0) {
    store<u32>(out, load<u32>(at));
    out += length;
  } else foldKind(kind, code);
}

/** Appends one character, by the table; ASCII too. */
function foldCode(code: u32): void {
  foldKind(kindOf(code), code);
}

function foldKind(kind: u32, code: u32): void {
  if (kind == DELETE) return;
  if (kind == SPACE) {
    space();
  } else if (kind == ALONE) {
    space();
    put(code);
    space();
  } else {
    put(kind >= LOWER ? kind - LOWER : code);
  }
}

function put(code: u32): void {
  if (code < 0x80) {
    store<u8>(out++, <u8>code);
    return;
  }
  if (code < 0x800) {
    store<u8>(out++, <u8>(0xc0 | (code >> 6)));
  } else {
    if (code < 0x10000) {
      store<u8>(out++, <u8>(0xe0 | (code >> 12)));
    } else {
      store<u8>(out++, <u8>(0xf0 | (code >> 18)));
      store<u8>(out++, <u8>(0x80 | ((code >> 12) & 0x3f)));
    }
    store<u8>(out++, <u8>(0x80 | ((code >> 6) & 0x3f)));
  }
  store<u8>(out++, <u8>(0x80 | (code & 0x3f)));
}
