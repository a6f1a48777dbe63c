/**
 * A tolerant look at a template while it is being typed: what each stretch of it is, and where the cursor
 * stands. It never throws and does not know whether the template is right; the parser says that.
 */

export type TokenKind =
  | 'text'
  | 'separator'
  | 'delimiter'
  | 'comment'
  | 'keyword'
  | 'field'
  | 'local'
  | 'function'
  | 'filter'
  | 'test'
  | 'method'
  | 'property'
  | 'string'
  | 'number'
  | 'operator';

export interface JinjaToken {
  kind: TokenKind;
  /** UTF-16 offsets into the template's text, end exclusive. */
  from: number;
  to: number;
  text: string;
  /** After the first `|||` that stands in the text. */
  target: boolean;
}

const OPENING = /\{\{|\{%|\{#|\|\|\|/gu;
const CLOSING = { '{{': '}}', '{%': '%}' } as const;
const INSIDE =
  /\s+|(?<string>'(?:[^'\\]|\\[\s\S])*'?|"(?:[^"\\]|\\[\s\S])*"?)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<operator>[\s\S])/uy;
const OPERATOR_WORDS = new Set(['and', 'or', 'not', 'in', 'is']);
const CONSTANTS = new Set(['true', 'True', 'false', 'False', 'none', 'None']);
export function scanJinja(text: string): JinjaToken[] {
  return new Scan(text).run();
}

class Scan {
  readonly #text: string;
  readonly #tokens: JinjaToken[] = [];
  readonly #locals = new Set<string>(['loop']);
  #target = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): JinjaToken[] {
    const text = this.#text;
    let at = 0;
    while (at < text.length) {
      OPENING.lastIndex = at;
      const match = OPENING.exec(text);
      const until = match?.index ?? text.length;
      this.#push('text', at, until);
      if (!match) break;
      const [opening] = match;
      if (opening === '|||') {
        this.#push('separator', until, until + 3);
        this.#target = true;
        at = until + 3;
      } else if (opening === '{#') {
        const end = text.indexOf('#}', until + 2);
        at = end < 0 ? text.length : end + 2;
        this.#push('comment', until, at);
      } else at = this.#tag(opening as '{{' | '{%', until);
    }
    return this.#tokens;
  }

  #push(kind: TokenKind, from: number, to: number): void {
    if (to <= from) return;
    this.#tokens.push({ kind, from, to, text: this.#text.slice(from, to), target: this.#target });
  }

  /** One tag, up to its end or the template's. Gives where it ends. */
  #tag(opening: '{{' | '{%', start: number): number {
    const text = this.#text;
    const closing = CLOSING[opening];
    const signed = /[-+]/u.test(text[start + 2] ?? '') ? 3 : 2;
    this.#push('delimiter', start, start + signed);
    let at = start + signed;
    const inside: JinjaToken[] = [];
    while (at < text.length) {
      const sign = text[at] === '-' || text[at] === '+' ? 1 : 0;
      if (text.startsWith(closing, at + sign)) {
        this.#settle(inside, opening);
        this.#push('delimiter', at, at + sign + 2);
        return at + sign + 2;
      }
      INSIDE.lastIndex = at;
      const match = INSIDE.exec(text)!;
      const kind = match.groups!.string
        ? 'string'
        : match.groups!.name
          ? 'field'
          : match.groups!.number
            ? 'number'
            : 'operator';
      const to = at + match[0].length;
      if (match[0].trim() !== '') inside.push({ kind, from: at, to, text: match[0], target: this.#target });
      at = to;
    }
    this.#settle(inside, opening);
    return at;
  }

  /** Says of each name in a tag what it is. */
  #settle(tokens: JinjaToken[], opening: string): void {
    let binds = false;
    for (const [index, token] of tokens.entries()) {
      if (token.kind === 'field') token.kind = this.#kindOf(tokens, index, opening);
      // `for a, b in …`, `set x = …`, `macro m(a, b)` name what follows.
      if (index === 0 && opening === '{%') binds = /^(?:for|set|macro|with)$/u.test(token.text);
      else if (token.text === 'in' || token.text === '=') binds = false;
      else if (binds && (token.kind === 'field' || token.kind === 'function')) {
        if (token.kind === 'field') token.kind = 'local';
        this.#locals.add(token.text);
      }
    }
    this.#tokens.push(...tokens);
  }

  #kindOf(tokens: readonly JinjaToken[], index: number, opening: string): TokenKind {
    const { text } = tokens[index]!;
    const before = tokens[index - 1]?.text;
    const called = tokens[index + 1]?.text === '(';
    if (index === 0 && opening === '{%') return 'keyword';
    if (before === '|') return 'filter';
    if (before === '.') return called ? 'method' : 'property';
    if (before === 'is' || (before === 'not' && tokens[index - 2]?.text === 'is'))
      return text === 'not' ? 'keyword' : CONSTANTS.has(text) || /^\p{L}/u.test(text) ? 'test' : 'field';
    if (OPERATOR_WORDS.has(text) || CONSTANTS.has(text)) return 'keyword';
    if (opening === '{%' && (text === 'if' || text === 'else' || text === 'recursive')) return 'keyword';
    if (opening === '{{' && (text === 'if' || text === 'else')) return 'keyword';
    if (tokens[index + 1]?.text === '=' && before !== undefined && (before === '(' || before === ','))
      return 'property';
    if (this.#locals.has(text)) return 'local';
    return called ? 'function' : 'field';
  }
}

/** A longer word is nothing that is completed. */
const LONGEST_WORD = 100;

/** What can be typed at an offset. */
export interface Typing {
  where: 'text' | 'expression' | 'statement' | 'string' | 'comment';
  /** In a tag: what the word at the cursor follows. */
  after: 'filter' | 'member' | 'test' | 'value';
  /** The word that was begun, and where. */
  word: string;
  from: number;
  /** Names before a member, outermost first: `answers.text.` gives both. */
  path: string[];
  target: boolean;
}

export function typingAt(text: string, offset: number): Typing {
  const tokens = scanJinja(text.slice(0, offset));
  const word = /[\p{L}\p{N}_]*$/u.exec(text.slice(Math.max(0, offset - LONGEST_WORD), offset))![0];
  const from = offset - word.length;
  const last = tokens.at(-1);
  const target = last?.target ?? false;
  const shared = { word, from, path: [] as string[], target };
  const opening = tokens.findLastIndex(
    ({ kind, text: shown }) => kind === 'delimiter' && shown.startsWith('{'),
  );
  const closing = tokens.findLastIndex(
    ({ kind, text: shown }) => kind === 'delimiter' && shown.endsWith('}'),
  );
  if (opening <= closing) {
    const where = last?.kind === 'comment' && !last.text.endsWith('#}') ? 'comment' : 'text';
    return { ...shared, where, after: 'value' };
  }
  if (last?.kind === 'string' && (last.text.length < 2 || last.text.at(-1) !== last.text[0]))
    return { ...shared, where: 'string', after: 'value' };
  const inside = tokens.slice(opening + 1).filter((token) => token.to <= from);
  const before = inside.at(-1)?.text;
  const statement = tokens[opening]!.text.startsWith('{%') && inside.length === 0;
  const where = statement ? 'statement' : 'expression';
  if (before === '|') return { ...shared, where, after: 'filter' };
  if (before === '.') return { ...shared, where, after: 'member', path: pathBefore(inside) };
  if (before === 'is' || (before === 'not' && inside.at(-2)?.text === 'is'))
    return { ...shared, where, after: 'test' };
  return { ...shared, where, after: 'value' };
}

/** The names of `a.b.` at the end; none where something else than names stands before a dot. */
function pathBefore(tokens: readonly JinjaToken[]): string[] {
  const path: string[] = [];
  for (let at = tokens.length - 1; at > 0 && tokens[at]!.text === '.'; at -= 2) {
    const name = tokens[at - 1]!;
    if (!/^[\p{L}_]/u.test(name.text)) return [];
    path.unshift(name.text);
    if (tokens[at - 2]?.text !== '.') break;
  }
  return path;
}
