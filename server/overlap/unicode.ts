/** What the overlap rule does with each code point. */

/** Kept as it is. */
export const KEEP = 0;
/** Punctuation: deleted. */
export const DELETE = 1;
export const SPACE = 2;
/** A token by itself. */
export const ALONE = 3;
/** `LOWER + c`: kept as the code point c. */
export const LOWER = 4;

const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/;
const PUNCTUATION = /\p{P}/u;
/** U+001C to U+001F, which Python splits on too, are told apart by their numbers. */
const WHITE = /\p{White_Space}/u;
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\u30fc\uff70\u3099\u309a]/u;
const REPLACEMENT = 0xfffd;

/** The class of one code point, straight from the rule. */
function classify(code: number): number {
  if (code >= 0xd800 && code <= 0xdfff) return LOWER + REPLACEMENT;
  const character = String.fromCodePoint(code);
  if (code < 0x80 ? ASCII_PUNCTUATION.test(character) : PUNCTUATION.test(character)) return DELETE;
  if (WHITE.test(character) || (code >= 0x1c && code <= 0x1f)) return SPACE;
  if (UNSPACED.test(character)) return ALONE;
  if (character === 'ς') return LOWER + 0x3c3;
  const lower = character.toLowerCase().codePointAt(0)!;
  return lower === code ? KEEP : LOWER + lower;
}

const PAGE = 256;
export const PAGES = 0x110000 / PAGE;
const pages = new Map<number, Uint32Array>();

const ALL_PLAIN = /^[^\p{P}\p{White_Space}\ud800-\udfff]*$/u;
const ALL_HAN = /^\p{sc=Han}*$/u;

function makePage(number: number): Uint32Array {
  const characters = Array.from({ length: PAGE }, (_, low) => String.fromCodePoint(number * PAGE + low)).join(
    '',
  );
  if (ALL_HAN.test(characters)) return new Uint32Array(PAGE).fill(ALONE);
  if (number > 0 && ALL_PLAIN.test(characters) && !UNSPACED.test(characters)) {
    if (characters.toLowerCase() === characters && !characters.includes('ς')) return new Uint32Array(PAGE);
  }
  return Uint32Array.from({ length: PAGE }, (_, low) => classify(number * PAGE + low));
}

function pageOf(number: number): Uint32Array {
  let page = pages.get(number);
  if (!page) {
    page = makePage(number);
    pages.set(number, page);
  }
  return page;
}

/** The class of a code point; pages of the table are made as they are met. */
export function classOf(code: number): number {
  return pageOf(code >>> 8)[code & 0xff]!;
}

/** Planes 4 to 13 and the private ones have no assigned letters: every code point there is kept. */
function isPlain(page: number): boolean {
  const plane = page >>> 8;
  return plane >= 4 && plane !== 14;
}

/**
 * The whole table for a kernel: `PAGES` words, each the number of the page's 256 entries among those that
 * follow, then the distinct pages.
 */
export function classTable(): Uint32Array {
  kept ??= makeTable();
  return kept;
}

let kept: Uint32Array | undefined;

function makeTable(): Uint32Array {
  const numbers = new Uint32Array(PAGES);
  const distinct: Uint32Array[] = [new Uint32Array(PAGE)];
  const known = new Map<string, number>([[distinct[0]!.join(), 0]]);
  for (let number = 0; number < PAGES; number++) {
    if (isPlain(number)) continue;
    const page = pageOf(number);
    const text = page.join();
    let at = known.get(text);
    if (at === undefined) {
      at = distinct.length;
      known.set(text, at);
      distinct.push(page);
    }
    numbers[number] = at;
  }
  const table = new Uint32Array(PAGES + distinct.length * PAGE);
  table.set(numbers);
  distinct.forEach((page, at) => {
    table.set(page, PAGES + at * PAGE);
  });
  return table;
}
