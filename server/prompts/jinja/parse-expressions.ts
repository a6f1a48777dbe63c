/** Jinja2's grammar for expressions. */
import type {
  BinaryOperator,
  CallArguments,
  CompareOperator,
  Expression,
  Filter,
  Name,
  NamespaceRef,
  Target,
  Tuple,
} from './ast.ts';
import type { Token, TokenType } from './lexer.ts';
import { type Source, syntaxError } from './source.ts';

/** Expressions inside one another; deeper ones are refused here rather than by the stack. */
const MAX_DEPTH = 200;

const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=']);
/** Names that Python keeps for itself and Jinja2 lets through to a failure. */
const RESERVED_KEYWORDS = new Set(
  (
    'and as assert async await break class continue def del elif else except finally for from global if import in is ' +
    'lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

export interface TupleOptions {
  /** False where `a if b else c` may not stand. */
  conditional?: boolean;
  /** Names that end the tuple. */
  ends?: string[];
  /** Only names and literals: the target of an assignment. */
  simple?: boolean;
  namespaces?: boolean;
  /** In parentheses, where `()` is a tuple. */
  parentheses?: boolean;
}

export class ExpressionParser {
  protected readonly source: Source;
  private readonly tokens: Token[];
  private place = 0;
  private depth = 0;

  constructor(source: Source, tokens: Token[]) {
    this.source = source;
    this.tokens = tokens;
  }

  protected get current(): Token {
    return this.tokens[this.place]!;
  }

  protected look(): Token {
    return this.tokens[Math.min(this.place + 1, this.tokens.length - 1)]!;
  }

  protected next(): Token {
    const token = this.current;
    if (token.type !== 'eof') this.place++;
    return token;
  }

  protected fail(message: string, at: number): never {
    throw syntaxError(this.source, message, at);
  }

  private describe(token: Token): string {
    switch (token.type) {
      case 'eof':
        return 'end of template';
      case 'variable_end':
        return 'end of print statement';
      case 'block_end':
        return 'end of statement block';
      case 'data':
        return 'template data / text';
      default:
        return token.text || token.type.replace('_', ' ');
    }
  }

  private unexpected(expected: string): never {
    const token = this.current;
    if (token.type === 'eof') this.fail(`unexpected end of template, expected '${expected}'.`, token.at);
    this.fail(`expected token '${expected}', got '${this.describe(token)}'`, token.at);
  }

  protected expectType(type: TokenType, described: string): Token {
    if (this.current.type !== type) this.unexpected(described);
    return this.next();
  }

  protected isOperator(text: string): boolean {
    return this.current.type === 'operator' && this.current.text === text;
  }

  protected isName(text: string): boolean {
    return this.current.type === 'name' && this.current.text === text;
  }

  protected skipOperator(text: string): boolean {
    const is = this.isOperator(text);
    if (is) this.next();
    return is;
  }

  protected skipName(text: string): boolean {
    const is = this.isName(text);
    if (is) this.next();
    return is;
  }

  protected expectOperator(text: string): void {
    if (!this.skipOperator(text)) this.unexpected(text);
  }

  protected expectName(text: string): void {
    if (!this.skipName(text)) this.unexpected(text);
  }

  protected assignName(): Name {
    const token = this.expectType('name', 'name');
    return { type: 'name', name: this.assignable(token), at: token.at };
  }

  private assignable(token: Token): string {
    if (/^(?:true|false|none|True|False|None)$/.test(token.text))
      this.fail(`can't assign to '${token.text}'`, token.at);
    return token.text;
  }

  protected assignTarget(namespaces: boolean, ends: string[] = []): Target {
    const target = this.tuple({ simple: true, ends, namespaces });
    this.checkTarget(target);
    return target as Target;
  }

  private checkTarget(target: Expression): void {
    if (target.type === 'tuple') target.items.forEach((item) => void this.checkTarget(item));
    else if (target.type !== 'name' && target.type !== 'nsref')
      this.fail(`can't assign to '${target.type}'`, target.at);
  }

  protected tuple(options: TupleOptions): Expression {
    const { at } = this.current;
    const items: Expression[] = [];
    let isTuple = false;
    for (;;) {
      if (items.length > 0) this.expectOperator(',');
      if (this.endsTuple(options.ends)) break;
      items.push(options.simple ? this.primary(options.namespaces) : this.expression(options.conditional));
      if (!this.isOperator(',')) break;
      isTuple = true;
    }
    if (!isTuple) {
      if (items[0]) return items[0];
      if (!options.parentheses)
        this.fail(`Expected an expression, got '${this.describe(this.current)}'`, this.current.at);
    }
    return { type: 'tuple', items, at };
  }

  private endsTuple(ends: string[] | undefined): boolean {
    const { type, text } = this.current;
    if (type === 'variable_end' || type === 'block_end' || (type === 'operator' && text === ')')) return true;
    return type === 'name' && ends !== undefined && ends.includes(text);
  }

  protected expression(conditional = true): Expression {
    if (++this.depth > MAX_DEPTH) this.fail('the expression is nested too deep', this.current.at);
    const node = conditional ? this.conditional() : this.or();
    this.depth--;
    return node;
  }

  private conditional(): Expression {
    let node = this.or();
    while (this.isName('if')) {
      const { at } = this.next();
      const test = this.or();
      const otherwise = this.skipName('else') ? this.expression() : undefined;
      node = { type: 'conditional', test, yes: node, otherwise, at };
    }
    return node;
  }

  private or(): Expression {
    let left = this.and();
    while (this.isName('or')) {
      const { at } = this.next();
      left = { type: 'or', left, right: this.and(), at };
    }
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.isName('and')) {
      const { at } = this.next();
      left = { type: 'and', left, right: this.not(), at };
    }
    return left;
  }

  private not(): Expression {
    if (!this.isName('not')) return this.compare();
    const { at } = this.next();
    if (++this.depth > MAX_DEPTH) this.fail('the expression is nested too deep', at);
    const node = this.not();
    this.depth--;
    return { type: 'not', node, at };
  }

  private compare(): Expression {
    const { at } = this.current;
    const left = this.sum();
    const operations: { operator: CompareOperator; right: Expression }[] = [];
    for (;;) {
      if (this.current.type === 'operator' && COMPARISONS.has(this.current.text)) {
        const operator = this.next().text as CompareOperator;
        operations.push({ operator, right: this.sum() });
      } else if (this.skipName('in')) operations.push({ operator: 'in', right: this.sum() });
      else if (this.isName('not') && this.look().type === 'name' && this.look().text === 'in') {
        this.next();
        this.next();
        operations.push({ operator: 'not in', right: this.sum() });
      } else break;
    }
    return operations.length === 0 ? left : { type: 'compare', left, operations, at };
  }

  private sum(): Expression {
    let left = this.concat();
    while (this.isOperator('+') || this.isOperator('-')) {
      const { text, at } = this.next();
      left = { type: 'binary', operator: text as BinaryOperator, left, right: this.concat(), at };
    }
    return left;
  }

  private concat(): Expression {
    const { at } = this.current;
    const items = [this.product()];
    while (this.skipOperator('~')) items.push(this.product());
    return items.length === 1 ? items[0]! : { type: 'concat', items, at };
  }

  private product(): Expression {
    let left = this.power();
    while (this.isOperator('*') || this.isOperator('/') || this.isOperator('//') || this.isOperator('%')) {
      const { text, at } = this.next();
      left = { type: 'binary', operator: text as BinaryOperator, left, right: this.power(), at };
    }
    return left;
  }

  private power(): Expression {
    let left = this.unary(true);
    while (this.isOperator('**')) {
      const { at } = this.next();
      left = { type: 'binary', operator: '**', left, right: this.unary(true), at };
    }
    return left;
  }

  private unary(withFilters: boolean): Expression {
    let node: Expression;
    if (this.isOperator('-') || this.isOperator('+')) {
      const { text, at } = this.next();
      if (++this.depth > MAX_DEPTH) this.fail('the expression is nested too deep', at);
      node = { type: text === '-' ? 'negative' : 'positive', node: this.unary(false), at };
      this.depth--;
    } else node = this.primary();
    node = this.postfix(node);
    return withFilters ? this.filtered(node) : node;
  }

  protected primary(namespaces = false): Expression {
    const token = this.current;
    const { at } = token;
    switch (token.type) {
      case 'name':
        this.next();
        return this.name(token, namespaces);
      case 'string': {
        let text = '';
        while (this.current.type === 'string') text += this.next().text;
        return { type: 'const', value: text, at };
      }
      case 'integer':
      case 'number':
        this.next();
        return { type: 'const', value: token.value, at };
    }
    if (this.skipOperator('(')) {
      if (++this.depth > MAX_DEPTH) this.fail('the expression is nested too deep', at);
      const node = this.tuple({ parentheses: true });
      this.depth--;
      this.expectOperator(')');
      return node;
    }
    if (this.isOperator('[')) return this.list();
    if (this.isOperator('{')) return this.dict();
    this.fail(`unexpected '${this.describe(token)}'`, at);
  }

  private name(token: Token, namespaces: boolean): Expression {
    const { at, text } = token;
    if (text === 'true' || text === 'True') return { type: 'const', value: true, at };
    if (text === 'false' || text === 'False') return { type: 'const', value: false, at };
    if (text === 'none' || text === 'None') return { type: 'const', value: null, at };
    if (namespaces && this.skipOperator('.')) {
      const attribute = this.expectType('name', 'name').text;
      return { type: 'nsref', name: text, attribute, at } satisfies NamespaceRef;
    }
    return { type: 'name', name: text, at };
  }

  private list(): Expression {
    const { at } = this.next();
    const items: Expression[] = [];
    while (!this.isOperator(']')) {
      if (items.length > 0) this.expectOperator(',');
      if (this.isOperator(']')) break;
      items.push(this.expression());
    }
    this.expectOperator(']');
    return { type: 'list', items, at };
  }

  private dict(): Expression {
    const { at } = this.next();
    const pairs: [Expression, Expression][] = [];
    while (!this.isOperator('}')) {
      if (pairs.length > 0) this.expectOperator(',');
      if (this.isOperator('}')) break;
      const key = this.expression();
      this.expectOperator(':');
      pairs.push([key, this.expression()]);
    }
    this.expectOperator('}');
    return { type: 'dict', pairs, at };
  }

  private postfix(start: Expression): Expression {
    let node = start;
    for (;;) {
      if (this.isOperator('.') || this.isOperator('[')) node = this.subscript(node);
      else if (this.isOperator('(')) node = this.call(node);
      else return node;
    }
  }

  private filtered(start: Expression): Expression {
    let node = start;
    for (;;) {
      if (this.isOperator('|')) node = this.filters(node)!;
      else if (this.isName('is')) node = this.test(node);
      else if (this.isOperator('(')) node = this.call(node);
      else return node;
    }
  }

  private subscript(node: Expression): Expression {
    const open = this.next();
    if (open.text === '.') {
      const token = this.next();
      if (token.type === 'name') return { type: 'attribute', node, name: token.text, at: open.at };
      if (token.type !== 'integer') this.fail('expected name or number', token.at);
      return { type: 'item', node, key: { type: 'const', value: token.value, at: token.at }, at: open.at };
    }
    const keys: Expression[] = [];
    while (!this.isOperator(']')) {
      if (keys.length > 0) this.expectOperator(',');
      keys.push(this.subscribed());
    }
    this.expectOperator(']');
    const key: Expression =
      keys.length === 1 ? keys[0]! : ({ type: 'tuple', items: keys, at: open.at } satisfies Tuple);
    return { type: 'item', node, key, at: open.at };
  }

  private subscribed(): Expression {
    const { at } = this.current;
    const isEnd = () => this.isOperator(']') || this.isOperator(',');
    let start: Expression | undefined;
    if (!this.isOperator(':')) {
      start = this.expression();
      if (!this.isOperator(':')) return start;
    }
    this.next();
    const stop = this.isOperator(':') || isEnd() ? undefined : this.expression();
    const step = this.skipOperator(':') && !isEnd() ? this.expression() : undefined;
    return { type: 'slice', start, stop, step, at };
  }

  private call(callee: Expression): Expression {
    const { at } = this.current;
    return { type: 'call', callee, ...this.callArguments(), at };
  }

  private callArguments(): CallArguments {
    const { at } = this.current;
    this.expectOperator('(');
    const call: CallArguments = { args: [], kwargs: [], rest: undefined, restNamed: undefined };
    const ensure = (fine: boolean) => {
      if (!fine) this.fail('invalid syntax for function call expression', at);
    };
    let needsComma = false;
    while (!this.isOperator(')')) {
      if (needsComma) {
        this.expectOperator(',');
        if (this.isOperator(')')) break;
      }
      needsComma = true;
      if (this.skipOperator('*')) {
        ensure(!call.rest && !call.restNamed);
        call.rest = this.expression();
      } else if (this.skipOperator('**')) {
        ensure(!call.restNamed);
        call.restNamed = this.expression();
      } else if (
        this.current.type === 'name' &&
        this.look().type === 'operator' &&
        this.look().text === '='
      ) {
        ensure(!call.restNamed);
        const token = this.next();
        this.next();
        if (call.kwargs.some((other) => other.name === token.text) && !RESERVED_KEYWORDS.has(token.text)) {
          this.fail(`keyword argument repeated: ${token.text}`, token.at);
        }
        call.kwargs.push({ name: token.text, value: this.expression(), at: token.at });
      } else {
        ensure(!call.rest && !call.restNamed && call.kwargs.length === 0);
        call.args.push(this.expression());
      }
    }
    this.expectOperator(')');
    return call;
  }

  private dottedName(): Token {
    const token = this.expectType('name', 'name');
    let { text } = token;
    while (this.skipOperator('.')) text += `.${this.expectType('name', 'name').text}`;
    return { ...token, text };
  }

  /** `| a | b(c)`; `inline` when the first name comes without its bar. */
  protected filters(start: Expression | undefined, inline = false): Expression | undefined {
    let node = start;
    let first = inline;
    while (first || this.isOperator('|')) {
      if (!first) this.next();
      first = false;
      const { text, at } = this.dottedName();
      const call = this.isOperator('(')
        ? this.callArguments()
        : { args: [], kwargs: [], rest: undefined, restNamed: undefined };
      node = { type: 'filter', node, name: text, ...call, at } satisfies Filter;
    }
    return node;
  }

  private test(node: Expression): Expression {
    const { at } = this.next();
    const negated = this.skipName('not');
    const { text } = this.dottedName();
    let call: CallArguments = { args: [], kwargs: [], rest: undefined, restNamed: undefined };
    if (this.isOperator('(')) call = this.callArguments();
    else if (this.startsTestArgument()) {
      if (this.isName('is')) this.fail('You cannot chain multiple tests with is', this.current.at);
      call = { ...call, args: [this.postfix(this.primary())] };
    }
    const test: Expression = { type: 'test', node, name: text, ...call, at };
    return negated ? { type: 'not', node: test, at } : test;
  }

  private startsTestArgument(): boolean {
    const { type, text } = this.current;
    if (type === 'name') return text !== 'else' && text !== 'or' && text !== 'and';
    return (
      type === 'string' ||
      type === 'integer' ||
      type === 'number' ||
      (type === 'operator' && (text === '[' || text === '{'))
    );
  }
}
