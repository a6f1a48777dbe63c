/** Tags taken out and entities read, as markupsafe does. */
import { charge } from './budget.ts';
import { ENTITIES } from './entities.ts';
import { SPACE_CLASS, stripBoth } from './text.ts';

/** `Markup(text).striptags()`. */
export function stripTags(text: string): string {
  const parts: string[] = [];
  let at = 0;
  for (let start = text.indexOf('<'); start !== -1; start = text.indexOf('<', at)) {
    charge(1);
    const isComment = text.startsWith('<!--', start);
    const end = isComment ? text.indexOf('-->', start + 4) : text.indexOf('>', start);
    if (end === -1) break;
    parts.push(text.slice(at, start));
    at = end + (isComment ? 3 : 1);
  }
  const plain = at > 0 ? parts.join('') + text.slice(at) : text;
  return unescapeHtml(stripBoth(plain).replace(new RegExp(`[${SPACE_CLASS}]+`, 'g'), ' '));
}

/** What browsers read for the numbers 128 to 159, which are windows-1252. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function numbered(digits: string): string {
  const isHex = /^[xX]/.test(digits);
  const text = (isHex ? digits.slice(1) : digits).replace(/;$/, '');
  const code = Number.parseInt(text, isHex ? 16 : 10);
  if (code === 0 || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return '\ufffd';
  if (code === 0x0d) return '\r';
  if (code >= 0x80 && code <= 0x9f) return WINDOWS_1252[code - 0x80]!;
  const isNonCharacter = (code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);
  if (
    code === 0x0b ||
    (code >= 1 && code <= 8) ||
    (code >= 0x0e && code <= 0x1f) ||
    code === 0x7f ||
    isNonCharacter
  )
    return '';
  return String.fromCodePoint(code);
}

/** Python's `html.unescape`, for the entities of HTML 4 and all numbers. */
export function unescapeHtml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)/g, (whole, name: string) => {
    if (name.startsWith('#')) return numbered(name.slice(1));
    const exact = ENTITIES.get(name);
    if (exact !== undefined) return exact;
    for (let end = name.length - 1; end > 1; end--) {
      const known = ENTITIES.get(name.slice(0, end));
      if (known !== undefined) return known + name.slice(end);
    }
    return whole;
  });
}
