/** str's methods about case. */
import { method } from './str-table.ts';
import { titleChar } from './text.ts';

const CASED = /[\p{Lu}\p{Lt}\p{Ll}\p{Uppercase}\p{Lowercase}]/u;

export function capitalize(text: string): string {
  const [first] = text;
  return first === undefined ? '' : titleChar(first) + lowerAfter(text, first.length);
}

/** The lower case of what follows `from`, with the letters before it in sight (the final sigma needs them). */
function lowerAfter(text: string, from: number): string {
  const rest = text.slice(from);
  if (!rest.includes('Σ')) return rest.toLowerCase();
  return text.toLowerCase().slice(text.slice(0, from).toLowerCase().length);
}

export function title(text: string): string {
  let inWord = false;
  let result = '';
  let at = 0;
  for (const char of text) {
    if (char === 'Σ' && inWord) result += lowerSigma(text, at);
    else result += inWord ? char.toLowerCase() : titleChar(char);
    inWord = CASED.test(char);
    at += char.length;
  }
  return result;
}

/** The lower case of the sigma at `at`, which hangs on whether a word ends there. */
function lowerSigma(text: string, at: number): string {
  return text.toLowerCase()[text.slice(0, at).toLowerCase().length] ?? 'σ';
}

function swapCase(text: string): string {
  let result = '';
  let at = 0;
  for (const char of text) {
    if (char === 'Σ') result += lowerSigma(text, at);
    else if (/\p{Uppercase}/u.test(char)) result += char.toLowerCase();
    else result += /\p{Lowercase}/u.test(char) ? char.toUpperCase() : char;
    at += char.length;
  }
  return result;
}

/** Full case folding: the lower case of the upper case, save for Cherokee, the dotless i and the capital sharp s. */
function caseFold(char: string): string {
  const code = char.codePointAt(0)!;
  if (code < 0x80) return char.toLowerCase();
  if (code === 0x131) return char;
  if (code === 0x130) return char.toLowerCase();
  if (code === 0x1e9e) return 'ss';
  if ((code >= 0x13a0 && code <= 0x13fd) || (code >= 0xab70 && code <= 0xabbf)) return char.toUpperCase();
  return char.toUpperCase().toLowerCase();
}

method('upper', '', (text) => text.toUpperCase());
method('lower', '', (text) => text.toLowerCase());
method('casefold', '', (text) => Array.from(text, caseFold).join(''));
method('capitalize', '', capitalize);
method('title', '', title);
method('swapcase', '', swapCase);
