/** Statements to closures, as Jinja2's compiler lays them out. */
import { enterCall, leaveCall } from '../python/budget.ts';
import { truth } from '../python/compare.ts';
import { PyError } from '../python/errors.ts';
import { escapeValue } from '../python/markup.ts';
import { add } from '../python/operators.ts';
import { str } from '../python/print.ts';
import { Markup, Undefined, type Value } from '../python/values.ts';
import type { Block, Expression, Load, Statement } from './ast.ts';
import { TemplateReference } from './blocks.ts';
import { type Evaluate, isConstant, type Scope, writer } from './compile-expressions.ts';
import { MacroCompiler } from './compile-macros.ts';
import { type Execute, type Mark, sequence, write, writeText } from './compile-scopes.ts';
import { findBlocks } from './nesting.ts';
import { Provenance } from './provenance.ts';
import { Frame, type Run } from './run.ts';
import { type Source, syntaxError } from './source.ts';
import { FunctionScope, mentions, Symbols, SymbolVisitor } from './symbols.ts';
/** A compiled template. `marks[i]` tells where pieces written with the number `i` come from; 0 is the template. */
export interface Program {
  run(run: Run): void;
  marks: readonly Mark[];
  provenance: Provenance;
  /** Names taken from the record, in order of first use. */
  names: readonly string[];
}

export function compile(body: readonly Statement[], source: Source): Program {
  return new Compiler(source).template(body);
}

class Compiler extends MacroCompiler {
  private readonly blockScopes = new Map<string, FunctionScope>();

  constructor(source: Source) {
    super(source, new Provenance());
  }

  template(body: readonly Statement[]): Program {
    const owner = new FunctionScope();
    const symbols = new Symbols(owner);
    const blocks = findBlocks(body);
    for (const [i, block] of blocks.entries()) {
      const isTwice = blocks.findIndex((other) => other.name === block.name) !== i;
      if (isTwice) throw syntaxError(this.source, `block '${block.name}' defined twice`, block.at);
    }
    const self = mentions(body, 'self') ? symbols.parameter('self') : undefined;
    new SymbolVisitor(symbols).statements(body);
    const enter = this.enter(symbols, owner);
    const execute = this.body(body, { symbols, owner, soft: false, toplevel: true });
    for (const block of blocks) this.block(block);
    this.provenance.assign(this.callers, [], this.callBodies);
    this.provenance.settle();
    const setSelf = self && writer(self, owner);
    return {
      run: (run) => {
        const frame = new Frame(owner, run);
        setSelf?.(frame, this.reference(run));
        enter(frame);
        execute(frame);
      },
      marks: this.marks,
      provenance: this.provenance,
      names: this.names,
    };
  }

  private reference(run: Run): Value {
    return new TemplateReference((name) => {
      const block = this.blocks.get(name);
      return block && (() => run.capture(() => this.runBlock(name, run)));
    });
  }

  private runBlock(name: string, run: Run): void {
    enterCall();
    const before = run.autoescape;
    run.autoescape = false;
    this.blocks.get(name)!(new Frame(this.blockScopes.get(name)!, run));
    run.autoescape = before;
    leaveCall();
  }

  /** A block is a function of its own that sees only the record and the template's top level. */
  private block(node: Block): void {
    const owner = new FunctionScope();
    const symbols = new Symbols(owner);
    const self = mentions(node.body, 'self') ? symbols.parameter('self') : undefined;
    const parent = mentions(node.body, 'super') ? symbols.parameter('super') : undefined;
    new SymbolVisitor(symbols).statements(node.body);
    const enter = this.enter(symbols, owner);
    const body = this.body(node.body, { symbols, owner, soft: false, toplevel: false });
    this.blockScopes.set(node.name, owner);
    this.blocks.set(node.name, (frame) => {
      if (self) frame.slots[self.slot] = this.reference(frame.run);
      if (parent) frame.slots[parent.slot] = new Undefined(`there is no parent block called '${node.name}'.`);
      enter(frame);
      body(frame);
    });
  }

  protected body(body: readonly Statement[], scope: Scope): Execute {
    return sequence(body.map((node) => this.statement(node, scope)));
  }

  private statement(node: Statement, scope: Scope): Execute {
    switch (node.type) {
      case 'data': {
        const { text } = node;
        return (frame) => frame.run.write(text, 0);
      }
      case 'output':
        return sequence(node.items.map((item) => this.output(item, scope)));
      case 'if':
        return this.ifStatement(node, scope);
      case 'for':
        return this.forStatement(node, scope);
      case 'set': {
        const value = this.expression(node.value, scope);
        const assign = this.assigner(node.target, scope);
        this.provenance.assign(this.variablesOf(node.target, scope), [node.value]);
        return (frame) => {
          assign.check(frame);
          assign.store(frame, value(frame));
        };
      }
      case 'setblock':
        return this.setBlock(node, scope);
      case 'with': {
        const inner = this.inner(scope, (visitor) => {
          node.targets.forEach((target) => void visitor.parameters(target));
          visitor.statements(node.body);
        });
        const enter = this.enter(inner.symbols, inner.owner);
        const values = node.values.map((value) => this.expression(value, scope));
        const targets = node.targets.map((target) => this.assigner(target, inner));
        node.targets.forEach(
          (target, i) => void this.provenance.assign(this.variablesOf(target, inner), [node.values[i]!]),
        );
        const body = this.body(node.body, inner);
        return (frame) => {
          enter(frame);
          targets.forEach((target, i) => void target.store(frame, values[i]!(frame)));
          body(frame);
        };
      }
      case 'macro':
        return this.macro(node, scope);
      case 'callblock':
        return this.callBlock(node, scope);
      case 'filterblock': {
        const inner = this.inner(scope, (visitor) => {
          visitor.statements(node.body);
          visitor.expression(node.filter);
        });
        const enter = this.enter(inner.symbols, inner.owner);
        const body = this.body(node.body, inner);
        const filtered = this.filterChain(
          node.filter,
          (frame) => frame.run.capture(() => body(frame)),
          inner,
        );
        const mark = this.mark(node.filter, [node.body]);
        return (frame) => {
          enter(frame);
          writeText(frame, filtered(frame), mark);
        };
      }
      case 'block': {
        const { name, at, required } = node;
        return (frame) => {
          frame.run.at = at;
          if (required) throw new PyError('TemplateRuntimeError', `Required block '${name}' not found`);
          this.runBlock(name, frame.run);
        };
      }
      case 'load':
        return this.loadStatement(node, scope);
      case 'autoescape': {
        const inner = this.inner(scope, (visitor) => visitor.expression(node.value));
        const nested = this.inner(inner, (visitor) => visitor.statements(node.body));
        const enterInner = this.enter(inner.symbols, inner.owner);
        const enter = this.enter(nested.symbols, nested.owner);
        const value = this.expression(node.value, inner);
        const body = this.body(node.body, nested);
        return (frame) => {
          enterInner(frame);
          const before = frame.run.autoescape;
          frame.run.autoescape = truth(value(frame));
          enter(frame);
          body(frame);
          frame.run.autoescape = before;
        };
      }
    }
  }

  /** Prints an expression, in as many pieces as it has sources that stand side by side in the text. */
  private output(node: Expression, scope: Scope): Execute {
    if (node.type === 'concat') {
      const items = node.items.map((item) => ({
        value: this.expression(item, scope),
        mark: this.mark(item),
      }));
      return (frame) => {
        const values = items.map(({ value }) => value(frame));
        const anyMarkup = frame.run.autoescape && values.some((value) => value instanceof Markup);
        items.forEach(({ mark }, i) => {
          write(frame, anyMarkup ? escapeValue(values[i]!) : values[i]!, mark);
        });
      };
    }
    if (node.type === 'binary' && node.operator === '+') return this.sumOutput(node, scope);
    if (node.type === 'conditional' && node.otherwise) {
      const soft = { ...scope, soft: true };
      const test = this.expression(node.test, soft);
      const then = this.output(node.yes, soft);
      const otherwise = this.output(node.otherwise, soft);
      return (frame) => (truth(test(frame)) ? then(frame) : otherwise(frame));
    }
    const value = this.expression(node, isConstant(node) ? { ...scope, constant: true } : scope);
    const mark = this.mark(node);
    const { at } = node;
    return (frame) => {
      const result = value(frame);
      frame.run.at = at;
      write(frame, result, mark);
    };
  }

  /** `a + b + c`: text by text when all are plain str, as one value otherwise. */
  private sumOutput(node: Expression & { type: 'binary' }, scope: Scope): Execute {
    const operands: Expression[] = [];
    const places: number[] = [];
    let left: Expression = node;
    while (left.type === 'binary' && left.operator === '+') {
      operands.unshift(left.right);
      places.unshift(left.at);
      left = left.left;
    }
    operands.unshift(left);
    const items = operands.map((item) => ({ value: this.expression(item, scope), mark: this.mark(item) }));
    const whole = this.mark(node);
    return (frame) => {
      const values: Value[] = [];
      let sum: Value | undefined;
      for (const [i, { value }] of items.entries()) {
        const next = value(frame);
        values.push(next);
        if (sum !== undefined) {
          frame.run.at = places[i - 1]!;
          sum = add(sum, next);
        } else if (typeof next !== 'string') {
          for (const [j, before] of values.entries()) {
            if (j > 0) frame.run.at = places[j - 1]!;
            sum = sum === undefined ? before : add(sum, before);
          }
        }
      }
      if (sum !== undefined) write(frame, sum, whole);
      else items.forEach(({ mark }, i) => void write(frame, values[i]!, mark));
    };
  }

  private ifStatement(node: Statement & { type: 'if' }, scope: Scope): Execute {
    const soft = { ...scope, soft: true };
    const branches = [{ test: node.test, body: node.body }, ...node.elifs].map(({ test, body }) => ({
      test: this.expression(test, soft),
      body: this.body(body, soft),
    }));
    const otherwise = this.body(node.otherwise, soft);
    return (frame) => {
      for (const { test, body } of branches) if (truth(test(frame))) return body(frame);
      otherwise(frame);
    };
  }

  private setBlock(node: Statement & { type: 'setblock' }, scope: Scope): Execute {
    const inner = this.inner(scope, (visitor) => visitor.statements(node.body));
    const enter = this.enter(inner.symbols, inner.owner);
    const body = this.body(node.body, inner);
    const captured: Evaluate = (frame) => frame.run.capture(() => body(frame));
    if (node.filter) new SymbolVisitor(inner.symbols).expression(node.filter);
    const enterFilter = this.enter(inner.symbols, inner.owner);
    const value = node.filter ? this.filterChain(node.filter, captured, inner) : captured;
    const assign = this.assigner(node.target, scope);
    this.provenance.assign(this.variablesOf(node.target, scope), node.filter ? [node.filter] : [], [
      node.body,
    ]);
    return (frame) => {
      enter(frame);
      if (node.filter) enterFilter(frame);
      const result = value(frame);
      assign.check(frame);
      assign.store(frame, frame.run.autoescape ? new Markup(str(result)) : result);
    };
  }

  /** There is no other template to load: `include … ignore missing` prints nothing, the rest fails as in Jinja2. */
  private loadStatement(node: Load, scope: Scope): Execute {
    const template = this.expression(node.template, scope);
    const { at, ignoreMissing } = node;
    return (frame) => {
      const name = template(frame);
      frame.run.at = at;
      if (name instanceof Undefined) throw new PyError('UndefinedError', name.message);
      if (!ignoreMissing)
        throw new PyError('TemplateNotFound', `no template can be loaded here: ${str(name)}`);
    };
  }
}
