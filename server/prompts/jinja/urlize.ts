/** Jinja2's `urlize` over text that is already escaped. */
import { charge, checkLength } from '../python/budget.ts';
import { escapeHtml } from '../python/markup.ts';

export interface UrlizeOptions {
  limit: number | undefined;
  rel: string;
  target: string | undefined;
  schemes: string[];
}

const HTTP = new RegExp(
  '^(?:(?:https?://|www\\.)(?:(?:[\\p{L}\\p{N}_%-]+\\.)+)?(?:[a-z]{2,63}|xn--[\\p{L}\\p{N}_%]{2,59})' +
    '|(?:[\\p{L}\\p{N}_%-]{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)' +
    '|https?://(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[(?:[\\da-f]{0,4}:){2}(?:[\\da-f]{0,4}:?){1,6}\\]))' +
    '(?::\\d{1,5})?(?:[/?#]\\S*)?$',
  'iu',
);
const EMAIL = /^\S+@[\p{L}\p{N}_][\p{L}\p{N}_.-]*\.[\p{L}\p{N}_]+$/u;

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

function link(word: string, { limit, rel, target, schemes }: UrlizeOptions): string {
  const relation = rel ? ` rel="${escapeHtml(rel)}"` : '';
  const frame = target ? ` target="${escapeHtml(target)}"` : '';
  const shown = (text: string) =>
    limit !== undefined && text.length > limit ? `${text.slice(0, limit)}...` : text;
  if (HTTP.test(word)) {
    const address = /^https?:\/\//.test(word) ? word : `https://${word}`;
    return `<a href="${address}"${relation}${frame}>${shown(word)}</a>`;
  }
  if (word.startsWith('mailto:') && EMAIL.test(word.slice(7)))
    return `<a href="${word}">${word.slice(7)}</a>`;
  if (
    word.includes('@') &&
    !word.startsWith('www.') &&
    !word.startsWith('@') &&
    !word.includes(':') &&
    EMAIL.test(word)
  ) {
    return `<a href="mailto:${word}">${word}</a>`;
  }
  for (const scheme of schemes) {
    if (word !== scheme && word.startsWith(scheme)) return `<a href="${word}"${relation}${frame}>${word}</a>`;
  }
  return word;
}

export function urlize(text: string, options: UrlizeOptions): string {
  const words = text.split(/(\s+)/).map((word) => {
    charge(1 + (word.length >>> 3));
    // The pattern of an address tries each @ of a word.
    if (word.includes('@')) charge(Math.floor(word.length ** 2 / 1024));
    const head = /^(?:[(<]|&lt;)+/.exec(word)?.[0] ?? '';
    let middle = word.slice(head.length);
    let tail = '';
    if (/(?:[)>.,\n]|&gt;)$/.test(middle)) {
      tail = /(?:[)>.,\n]|&gt;)+$/.exec(middle)![0];
      middle = middle.slice(0, -tail.length);
    }
    for (const [start, end] of [
      ['(', ')'],
      ['<', '>'],
      ['&lt;', '&gt;'],
    ] as const) {
      const starts = count(middle, start);
      if (starts <= count(middle, end)) continue;
      for (let i = Math.min(starts, count(tail, end)); i > 0; i--) {
        const at = tail.indexOf(end) + end.length;
        middle += tail.slice(0, at);
        tail = tail.slice(at);
      }
    }
    return head + link(middle, options) + tail;
  });
  const result = words.join('');
  checkLength(result.length);
  return result;
}
