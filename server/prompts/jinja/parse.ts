/** Jinja2's grammar for statements; expressions stand in `expressions.ts`. */
import type { Call, Expression, Filter, If, Load, Name, SignatureParts, Statement, Target } from './ast.ts';
import { tokenize } from './lexer.ts';
import { ExpressionParser } from './parse-expressions.ts';
import type { Source } from './source.ts';

const MAX_NESTING = 100;

export function parse(source: Source): Statement[] {
  return new Parser(source, tokenize(source)).template();
}

class Parser extends ExpressionParser {
  /** What may end the blocks that are open, innermost last. */
  private readonly ends: string[][] = [];
  private readonly tags: string[] = [];

  template(): Statement[] {
    return this.statementsUntil(undefined);
  }

  private statementsUntil(ends: string[] | undefined): Statement[] {
    const body: Statement[] = [];
    if (ends) this.ends.push(ends);
    if (this.ends.length > MAX_NESTING) this.fail('too many blocks inside one another', this.current.at);
    while (this.current.type !== 'eof') {
      const token = this.current;
      if (token.type === 'data') {
        this.next();
        body.push({ type: 'data', text: token.text, at: token.at });
      } else if (token.type === 'variable_begin') {
        this.next();
        const item = this.tuple({});
        this.expectType('variable_end', 'end of print statement');
        body.push({ type: 'output', items: [item], at: token.at });
      } else {
        this.next();
        if (ends && this.current.type === 'name' && ends.includes(this.current.text)) {
          this.ends.pop();
          return body;
        }
        body.push(this.statement());
        this.expectType('block_end', 'end of statement block');
      }
    }
    if (ends) this.failAtEnd();
    return body;
  }

  /** A block's body, from after its head to the tag that ends it; that tag's name is the current token. */
  private body(...ends: string[]): Statement[] {
    this.skipOperator(':');
    this.expectType('block_end', 'end of statement block');
    return this.statementsUntil(ends);
  }

  private wholeBody(end: string): Statement[] {
    const body = this.body(end);
    this.next();
    return body;
  }

  private expecting(): string {
    const innermost = this.tags.at(-1);
    const looking = this.ends
      .at(-1)
      ?.map((end) => `'${end}'`)
      .join(' or ');
    const parts: string[] = [];
    if (looking) parts.push(`Jinja was looking for the following tags: ${looking}.`);
    if (innermost) parts.push(`The innermost block that needs to be closed is '${innermost}'.`);
    return parts.join(' ');
  }

  private failAtEnd(): never {
    this.fail(`Unexpected end of template. ${this.expecting()}`.trim(), this.current.at);
  }

  private statement(): Statement {
    const token = this.current;
    if (token.type !== 'name') this.fail('tag name expected', token.at);
    const parse = this.statements[token.text];
    if (!parse) this.fail(`Encountered unknown tag '${token.text}'. ${this.expecting()}`.trim(), token.at);
    this.tags.push(token.text);
    this.next();
    const statement = parse(token.at);
    this.tags.pop();
    return statement;
  }

  private readonly statements: { [tag: string]: ((at: number) => Statement) | undefined } = {
    __proto__: null as never,
    for: (at) => this.forStatement(at),
    if: (at) => this.ifStatement(at),
    set: (at) => this.setStatement(at),
    with: (at) => this.withStatement(at),
    macro: (at) => ({
      type: 'macro',
      at,
      name: this.assignName().name,
      ...this.signature(),
      body: this.wholeBody('endmacro'),
    }),
    call: (at) => this.callBlock(at),
    filter: (at) => this.filterBlock(at),
    block: (at) => this.block(at),
    print: (at) => this.print(at),
    autoescape: (at) => ({
      type: 'autoescape',
      at,
      value: this.expression(),
      body: this.wholeBody('endautoescape'),
    }),
    include: (at) => this.include(at),
    extends: (at) => ({ type: 'load', at, template: this.expression(), ignoreMissing: false, names: [] }),
    import: (at) => this.import(at),
    from: (at) => this.fromImport(at),
  };

  private forStatement(at: number): Statement {
    const target = this.assignTarget(false, ['in']);
    this.expectName('in');
    const iterable = this.tuple({ conditional: false, ends: ['recursive'] });
    const test = this.skipName('if') ? this.expression() : undefined;
    const recursive = this.skipName('recursive');
    const body = this.body('endfor', 'else');
    const otherwise = this.next().text === 'else' ? this.wholeBody('endfor') : [];
    return { type: 'for', at, target, iterable, test, recursive, body, otherwise };
  }

  private ifStatement(at: number): Statement {
    const node: If = {
      type: 'if',
      at,
      test: this.tuple({ conditional: false }),
      body: [],
      elifs: [],
      otherwise: [],
    };
    node.body = this.body('elif', 'else', 'endif');
    for (;;) {
      const end = this.next();
      if (end.text === 'elif') {
        const test = this.tuple({ conditional: false });
        node.elifs.push({ test, body: this.body('elif', 'else', 'endif'), at: end.at });
        continue;
      }
      if (end.text === 'else') node.otherwise = this.wholeBody('endif');
      return node;
    }
  }

  private setStatement(at: number): Statement {
    const target = this.assignTarget(true);
    if (this.skipOperator('=')) return { type: 'set', at, target, value: this.tuple({}) };
    const filter = this.filters(undefined) as Filter | undefined;
    return { type: 'setblock', at, target, filter, body: this.wholeBody('endset') };
  }

  private withStatement(at: number): Statement {
    const targets: Target[] = [];
    const values: Expression[] = [];
    while (this.current.type !== 'block_end') {
      if (targets.length > 0) this.expectOperator(',');
      targets.push(this.assignTarget(false));
      this.expectOperator('=');
      values.push(this.expression());
    }
    return { type: 'with', at, targets, values, body: this.wholeBody('endwith') };
  }

  private signature(): SignatureParts {
    const parameters: Name[] = [];
    const defaults: Expression[] = [];
    this.expectOperator('(');
    while (!this.isOperator(')')) {
      if (parameters.length > 0) this.expectOperator(',');
      const name = this.assignName();
      if (parameters.some((other) => other.name === name.name)) {
        this.fail(`duplicate argument '${name.name}' in function definition`, name.at);
      }
      if (this.skipOperator('=')) defaults.push(this.expression());
      else if (defaults.length > 0)
        this.fail('non-default argument follows default argument', this.current.at);
      parameters.push(name);
    }
    this.expectOperator(')');
    return { parameters, defaults };
  }

  private callBlock(at: number): Statement {
    const parts = this.isOperator('(') ? this.signature() : { parameters: [], defaults: [] };
    const call = this.expression();
    if (call.type !== 'call') this.fail('expected call', at);
    return { type: 'callblock', at, ...parts, call: call as Call, body: this.wholeBody('endcall') };
  }

  private filterBlock(at: number): Statement {
    const filter = this.filters(undefined, true) as Filter;
    return { type: 'filterblock', at, filter, body: this.wholeBody('endfilter') };
  }

  private block(at: number): Statement {
    const name = this.expectType('name', 'name').text;
    const scoped = this.skipName('scoped');
    const required = this.skipName('required');
    if (this.isOperator('-')) {
      this.fail(
        'Block names have to be identifiers and may not contain hyphens, use an underscore instead.',
        this.current.at,
      );
    }
    const body = this.wholeBody('endblock');
    if (required && body.some((part) => part.type !== 'data' || part.text.trim() !== '')) {
      this.fail('Required blocks can only contain comments or whitespace', at);
    }
    this.skipName(name);
    return { type: 'block', at, name, scoped, required, body };
  }

  private print(at: number): Statement {
    const items: Expression[] = [];
    while (this.current.type !== 'block_end') {
      if (items.length > 0) this.expectOperator(',');
      items.push(this.expression());
    }
    return { type: 'output', at, items };
  }

  private skipContext(): boolean {
    const isContext = (this.isName('with') || this.isName('without')) && this.look().text === 'context';
    if (isContext) {
      this.next();
      this.next();
    }
    return isContext;
  }

  private include(at: number): Statement {
    const load: Load = { type: 'load', at, template: this.expression(), ignoreMissing: false, names: [] };
    if (this.isName('ignore') && this.look().text === 'missing') {
      this.next();
      this.next();
      load.ignoreMissing = true;
    }
    this.skipContext();
    return load;
  }

  private import(at: number): Statement {
    const template = this.expression();
    this.expectName('as');
    const names = [this.assignName().name];
    this.skipContext();
    return { type: 'load', at, template, ignoreMissing: false, names };
  }

  private fromImport(at: number): Statement {
    const template = this.expression();
    this.expectName('import');
    const names: string[] = [];
    for (;;) {
      if (names.length > 0) this.expectOperator(',');
      if (this.current.type !== 'name') this.expectType('name', 'name');
      if (this.skipContext()) break;
      const target = this.assignName();
      if (target.name.startsWith('_'))
        this.fail('names starting with an underline can not be imported', target.at);
      names.push(this.skipName('as') ? this.assignName().name : target.name);
      if (this.skipContext() || !this.isOperator(',')) break;
    }
    return { type: 'load', at, template, ignoreMissing: false, names };
  }
}
