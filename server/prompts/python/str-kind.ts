/** str's methods that ask what a text is made of. */
import { method } from './str-table.ts';
import { isSpace } from './text.ts';

const NUMERIC_IDEOGRAPHS = '〇零一二三四五六七八九十百千万億兆壱弐参肆伍陸柒捌玖拾佰仟两兩壹贰叁';
const ALPHA = /^\p{L}+$/u;
const DECIMAL = /^\p{Nd}+$/u;
const DIGIT =
  /^[\p{Nd}\xb2\xb3\xb9\u1369-\u1371\u19da\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792]+$/u;
const NUMERIC = new RegExp(`^[\\p{N}${NUMERIC_IDEOGRAPHS}]+$`, 'u');
const ALNUM = /^[\p{L}\p{N}]+$/u;

method('isalpha', '', (text) => ALPHA.test(text));
method('isdecimal', '', (text) => DECIMAL.test(text));
method('isdigit', '', (text) => DIGIT.test(text));
method('isnumeric', '', (text) => NUMERIC.test(text));
method('isalnum', '', (text) => ALNUM.test(text));
method('isspace', '', isSpace);
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
method('isascii', '', (text) => /^[\x00-\x7f]*$/.test(text));
method('isprintable', '', (text) => !/[^ \P{Z}]|\p{C}/u.test(text));
method('isidentifier', '', (text) => /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(text));

export function isLower(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text);
}

export function isUpper(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text);
}

method('islower', '', isLower);
method('isupper', '', isUpper);
method('istitle', '', (text) => {
  let wasCased = false;
  let any = false;
  for (const char of text) {
    const isUpperChar = /[\p{Uppercase}\p{Lt}]/u.test(char);
    const isLowerChar = !isUpperChar && /\p{Lowercase}/u.test(char);
    if ((isUpperChar && wasCased) || (isLowerChar && !wasCased)) return false;
    wasCased = isUpperChar || isLowerChar;
    any ||= wasCased;
  }
  return any;
});
