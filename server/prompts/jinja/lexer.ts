/**
 * Jinja2's lexer with PromptSource's settings: `lstrip_blocks` and `trim_blocks` off, `-` strips white space,
 * raw blocks, comments.
 */
import { int } from '../python/numbers.ts';
import { isSpaceUnit, SPACE_CLASS, stripEnd } from '../python/text.ts';
import { PyFloat, type Value } from '../python/values.ts';
import { type Source, syntaxError } from './source.ts';

export type TokenType =
  | 'data'
  | 'variable_begin'
  | 'variable_end'
  | 'block_begin'
  | 'block_end'
  | 'name'
  | 'string'
  | 'number'
  | 'integer'
  | 'operator'
  | 'eof';

export interface Token {
  type: TokenType;
  /** The text; for a string its value, unescaped. */
  text: string;
  value: Value;
  at: number;
}

const OPENING = /\{(?:%([-+]?)[SPACE]*raw[SPACE]*(-?)%\}|([%{#])([-+]?))/g;
const NAME = /[\p{L}\p{N}\p{M}\p{Pc}_]+/uy;
const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const FLOAT = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const STRING = /'([^'\\]*(?:\\[\s\S][^'\\]*)*)'|"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y;
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[+\-/*%~[\]()>{}<=.:|,;]/y;
const CLOSES: { [open: string]: string } = { '{': '}', '(': ')', '[': ']' };

function withSpace(pattern: RegExp): RegExp {
  return new RegExp(pattern.source.replaceAll('[SPACE]', `[${SPACE_CLASS}]`), pattern.flags);
}

const OPENS = withSpace(OPENING);
const RAW_END = withSpace(/\{%([-+]?)[SPACE]*endraw[SPACE]*([-+]?)%\}/g);

export function tokenize(source: Source): Token[] {
  return new Lexer(source).run();
}

class Lexer {
  private readonly source: Source;
  private readonly text: string;
  private readonly tokens: Token[] = [];
  private at = 0;

  constructor(source: Source) {
    this.source = source;
    this.text = source.text;
  }

  run(): Token[] {
    while (this.at < this.text.length) {
      OPENS.lastIndex = this.at;
      const match = OPENS.exec(this.text);
      if (!match) {
        this.data(this.text.slice(this.at), this.at);
        this.at = this.text.length;
        break;
      }
      const [whole, rawStrip, rawEndStrip, kind, strip] = match;
      const sign = kind === undefined ? rawStrip : strip;
      const before = this.text.slice(this.at, match.index);
      this.data(sign === '-' ? stripEnd(before) : before, this.at);
      this.at = match.index + whole.length;
      if (kind === undefined) this.raw(match.index, rawEndStrip === '-');
      else if (kind === '#') this.comment(match.index);
      else this.tag(kind === '{' ? 'variable' : 'block', match.index);
    }
    this.push('eof', '', this.text.length);
    return this.tokens;
  }

  private push(type: TokenType, text: string, at: number, value: Value = text): void {
    this.tokens.push({ type, text, value, at });
  }

  private data(text: string, at: number): void {
    if (text) this.push('data', text, at);
  }

  private skipSpace(): void {
    while (this.at < this.text.length && isSpaceUnit(this.text.charCodeAt(this.at))) this.at++;
  }

  private comment(start: number): void {
    const end = this.text.indexOf('#}', this.at);
    if (end === -1) throw syntaxError(this.source, 'Missing end of comment tag', start);
    const strips = end > this.at && this.text[end - 1] === '-';
    this.at = end + 2;
    if (strips) this.skipSpace();
  }

  private raw(start: number, stripStart: boolean): void {
    if (stripStart) this.skipSpace();
    RAW_END.lastIndex = this.at;
    const match = RAW_END.exec(this.text);
    if (!match) throw syntaxError(this.source, 'Missing end of raw directive', start);
    const body = this.text.slice(this.at, match.index);
    this.data(match[1] === '-' ? stripEnd(body) : body, this.at);
    this.at = match.index + match[0].length;
    if (match[2] === '-') this.skipSpace();
  }

  /** Everything up to the tag's end; braces inside are matched, so `}}` may close a dict. */
  private tag(kind: 'variable' | 'block', start: number): void {
    const end = kind === 'variable' ? '}}' : '%}';
    const open: string[] = [];
    this.push(`${kind}_begin`, '', start);
    while (this.at < this.text.length) {
      const at = this.at;
      if (open.length === 0 && this.closes(kind, end, at)) return;
      if (isSpaceUnit(this.text.charCodeAt(at))) this.at++;
      else if (!this.number(at) && !this.name(at) && !this.string(at)) this.operator(at, open);
    }
  }

  private closes(kind: 'variable' | 'block', end: string, at: number): boolean {
    const sign = this.text[at];
    const isSigned =
      (sign === '-' || (sign === '+' && kind === 'block')) && this.text.startsWith(end, at + 1);
    if (!isSigned && !this.text.startsWith(end, at)) return false;
    this.at = at + end.length + (isSigned ? 1 : 0);
    if (isSigned && sign === '-') this.skipSpace();
    this.push(`${kind}_end`, end, at);
    return true;
  }

  private take(pattern: RegExp, at: number): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    const match = pattern.exec(this.text);
    if (!match) return undefined;
    this.at = at + match[0].length;
    return match;
  }

  private number(at: number): boolean {
    const code = this.text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
    const float = this.text[at - 1] === '.' ? undefined : this.take(FLOAT, at);
    if (float) {
      this.push('number', float[0], at, new PyFloat(Number(float[0].replaceAll('_', ''))));
      return true;
    }
    const whole = this.take(INTEGER, at);
    if (!whole) return false;
    this.push('integer', whole[0], at, int(BigInt(whole[0].replaceAll('_', ''))));
    return true;
  }

  private name(at: number): boolean {
    const match = this.take(NAME, at);
    if (!match) return false;
    if (!IDENTIFIER.test(match[0])) throw syntaxError(this.source, 'Invalid character in identifier', at);
    this.push('name', match[0], at);
    return true;
  }

  private string(at: number): boolean {
    const match = this.take(STRING, at);
    if (!match) return false;
    this.push('string', this.unescape(match[1] ?? match[2] ?? '', at), at);
    return true;
  }

  private operator(at: number, open: string[]): void {
    const match = this.take(OPERATOR, at);
    if (!match) {
      const char = String.fromCodePoint(this.text.codePointAt(at)!);
      throw syntaxError(this.source, `unexpected char '${char}' at ${at}`, at);
    }
    const [text] = match;
    const closing = CLOSES[text];
    if (closing) open.push(closing);
    else if (text === '}' || text === ')' || text === ']') {
      const expected = open.pop();
      if (expected !== text) {
        const hint = expected ? `, expected '${expected}'` : '';
        throw syntaxError(this.source, `unexpected '${text}'${hint}`, at);
      }
    }
    this.push('operator', text, at);
  }

  /** Python's `unicode_escape`. */
  private unescape(text: string, at: number): string {
    if (!text.includes('\\')) return text;
    return text.replace(
      /\\(?:(\n)|([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/gu,
      (whole, newline, octal, two, four, eight, other) => {
        if (newline) return '';
        if (octal) return String.fromCharCode(Number.parseInt(octal, 8));
        const hex: string | undefined = two ?? four ?? eight;
        if (hex) {
          const code = Number.parseInt(hex, 16);
          if (code > 0x10ffff) throw syntaxError(this.source, 'illegal Unicode character', at);
          return String.fromCodePoint(code);
        }
        const simple = SIMPLE_ESCAPES[other as string];
        if (simple !== undefined) return simple;
        if (other === 'x' || other === 'u' || other === 'U') {
          throw syntaxError(this.source, `truncated \\${other} escape`, at);
        }
        if (other === 'N') throw syntaxError(this.source, 'names of characters (\\N) are not supported', at);
        return whole;
      },
    );
  }
}

const SIMPLE_ESCAPES: { [char: string]: string } = {
  __proto__: null as unknown as string,
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
