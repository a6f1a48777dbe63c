/** Expressions to closures: each node becomes a function of a frame. */
import { getAttribute, getItem } from '../python/attributes.ts';
import { charge, checkLength, enterCall, leaveCall } from '../python/budget.ts';
import { contains, equal, order, truth } from '../python/compare.ts';
import { PyError, typeError } from '../python/errors.ts';
import { toList } from '../python/iterate.ts';
import { escapeValue } from '../python/markup.ts';
import { add, binary, modulo, multiply, negative, positive, slice } from '../python/operators.ts';
import { str } from '../python/print.ts';
import {
  type Kwargs,
  Markup,
  PyCallable,
  PyDict,
  PyObject,
  PyTuple,
  textOrNothing,
  typeName,
  Undefined,
  type Value,
} from '../python/values.ts';
import type { BinaryOperator, CallArguments, CompareOperator, Expression } from './ast.ts';
import { filters } from './filter-table.ts';
import './filters-order.ts';
import './filters-text.ts';
import './filters-values.ts';
import type { Provenance } from './provenance.ts';
import { type Frame, undefinedName } from './run.ts';
import { type Source, syntaxError } from './source.ts';
import { children, type FunctionScope, type Symbols, type Variable } from './symbols.ts';
import { tests } from './tests.ts';

export type Evaluate = (frame: Frame) => Value;

/** Where an expression stands while it is compiled. */
export interface Scope {
  symbols: Symbols;
  owner: FunctionScope;
  /** Inside an `if`, where an unknown filter fails only when it is reached. */
  soft: boolean;
  toplevel: boolean;
  /** Inside an output without variables: Jinja2 works it out when it compiles, where a wrong slice is undefined. */
  constant?: boolean;
}

type CallParts = (frame: Frame) => { args: Value[]; kwargs: Kwargs | undefined };

/** What `{{ f(…) }}` does with any value. */
export function callValue(callee: Value, args: Value[], kwargs: Kwargs | undefined): Value {
  enterCall();
  let result: Value;
  if (callee instanceof PyCallable) result = callee.call(args, kwargs);
  else if (callee instanceof PyObject && callee.call) result = callee.call(args, kwargs);
  else if (callee instanceof Undefined) throw new PyError('UndefinedError', callee.message);
  else throw typeError(`'${typeName(callee)}' object is not callable`);
  leaveCall();
  return result;
}

/** How to reach a variable: how many functions out, and the slot there. */
function reach(variable: Variable, from: FunctionScope): number {
  let hops = 0;
  for (let scope: FunctionScope | undefined = from; scope !== variable.owner; scope = scope.outer) {
    if (!scope) throw new Error(`${variable.name} is out of reach`);
    hops++;
  }
  return hops;
}

export function reader(variable: Variable, from: FunctionScope): (frame: Frame) => Value | undefined {
  const { slot } = variable;
  const hops = reach(variable, from);
  if (hops === 0) return (frame) => frame.slots[slot];
  return (frame) => outwards(frame, hops).slots[slot];
}

export function writer(
  variable: Variable,
  from: FunctionScope,
): (frame: Frame, value: Value | undefined) => void {
  const { slot } = variable;
  const hops = reach(variable, from);
  return (frame, value) => {
    outwards(frame, hops).slots[slot] = value;
  };
}

function outwards(frame: Frame, hops: number): Frame {
  let at = frame;
  for (let i = 0; i < hops; i++) at = at.outer!;
  return at;
}

export class ExpressionCompiler {
  protected readonly source: Source;
  protected readonly provenance: Provenance;

  constructor(source: Source, provenance: Provenance) {
    this.source = source;
    this.provenance = provenance;
  }

  expression(node: Expression, scope: Scope): Evaluate {
    const { at } = node;
    switch (node.type) {
      case 'const': {
        const { value } = node;
        return () => value;
      }
      case 'name':
        return this.name(node, scope);
      case 'nsref':
      case 'slice':
        throw syntaxError(this.source, 'a slice may only stand in a subscript', at);
      case 'tuple': {
        const items = node.items.map((item) => this.expression(item, scope));
        return (frame) => new PyTuple(items.map((item) => item(frame)));
      }
      case 'list': {
        const items = node.items.map((item) => this.expression(item, scope));
        return (frame) => items.map((item) => item(frame));
      }
      case 'dict': {
        const pairs = node.pairs.map(
          ([key, value]) => [this.expression(key, scope), this.expression(value, scope)] as const,
        );
        return (frame) => {
          const dict = new PyDict();
          for (const [key, value] of pairs) {
            const known = key(frame);
            const item = value(frame);
            frame.run.at = at;
            dict.set(known, item);
          }
          return dict;
        };
      }
      case 'conditional':
        return this.conditional(node, scope);
      case 'and': {
        const left = this.expression(node.left, scope);
        const right = this.expression(node.right, scope);
        return (frame) => {
          const value = left(frame);
          return truth(value) ? right(frame) : value;
        };
      }
      case 'or': {
        const left = this.expression(node.left, scope);
        const right = this.expression(node.right, scope);
        return (frame) => {
          const value = left(frame);
          return truth(value) ? value : right(frame);
        };
      }
      case 'not': {
        const inner = this.expression(node.node, scope);
        return (frame) => !truth(inner(frame));
      }
      case 'negative':
      case 'positive': {
        const inner = this.expression(node.node, scope);
        const apply = node.type === 'negative' ? negative : positive;
        return (frame) => {
          const value = inner(frame);
          frame.run.at = at;
          return apply(value);
        };
      }
      case 'binary':
        return this.binary(
          node.operator,
          this.expression(node.left, scope),
          this.expression(node.right, scope),
          at,
        );
      case 'concat': {
        const items = node.items.map((item) => this.expression(item, scope));
        return (frame) => {
          const values = items.map((item) => item(frame));
          frame.run.at = at;
          if (frame.run.autoescape) return concatMarkup(values);
          let text = '';
          for (const value of values) text += str(value);
          checkLength(text.length);
          return text;
        };
      }
      case 'compare':
        return this.compare(node.left, node.operations, scope, at);
      case 'attribute': {
        const inner = this.expression(node.node, scope);
        const { name } = node;
        return (frame) => {
          const value = inner(frame);
          frame.run.at = at;
          return getAttribute(value, name);
        };
      }
      case 'item':
        return this.item(node.node, node.key, scope, at);
      case 'call':
        return this.call(node, scope);
      case 'filter':
        if (!node.node) throw syntaxError(this.source, 'a filter needs something to filter', at);
        return this.filter(node.name, this.expression(node.node, scope), node, scope, at);
      case 'test': {
        const test = tests.get(node.name);
        const inner = this.expression(node.node, scope);
        const parts = this.callParts(node, scope);
        if (!test) return this.unknown('test', node.name, scope, at);
        return (frame) => {
          const value = inner(frame);
          const { args, kwargs } = parts(frame);
          frame.run.at = at;
          return test(frame.run, value, args, kwargs);
        };
      }
    }
  }

  private unknown(what: string, name: string, scope: Scope, at: number): Evaluate {
    if (!scope.soft) throw syntaxError(this.source, `No ${what} named '${name}'.`, at);
    return (frame) => {
      frame.run.at = at;
      throw new PyError('TemplateRuntimeError', `No ${what} named '${name}' found.`);
    };
  }

  private name(node: Expression & { type: 'name' }, scope: Scope): Evaluate {
    const { name, at } = node;
    const variable = scope.symbols.find(name);
    if (!variable) throw new Error(`${name} was not analysed`);
    this.provenance.name(node, variable);
    const { slot } = variable;
    if (variable.owner === scope.owner) {
      return (frame) => {
        const value = frame.slots[slot];
        if (value !== undefined) return value;
        frame.run.at = at;
        return undefinedName(name);
      };
    }
    const read = reader(variable, scope.owner);
    return (frame) => {
      const value = read(frame);
      if (value !== undefined) return value;
      frame.run.at = at;
      return undefinedName(name);
    };
  }

  private conditional(node: Expression & { type: 'conditional' }, scope: Scope): Evaluate {
    const soft = { ...scope, soft: true };
    const test = this.expression(node.test, soft);
    const then = this.expression(node.yes, soft);
    if (node.otherwise) {
      const otherwise = this.expression(node.otherwise, soft);
      return (frame) => (truth(test(frame)) ? then(frame) : otherwise(frame));
    }
    return (frame) => {
      if (truth(test(frame))) return then(frame);
      return new Undefined('the inline if-expression evaluated to false and no else section was defined.');
    };
  }

  private binary(operator: BinaryOperator, left: Evaluate, right: Evaluate, at: number): Evaluate {
    const apply =
      operator === '+'
        ? add
        : operator === '*'
          ? multiply
          : operator === '%'
            ? modulo
            : (a: Value, b: Value) => binary(operator, a, b);
    return (frame) => {
      const a = left(frame);
      const b = right(frame);
      frame.run.at = at;
      return apply(a, b);
    };
  }

  private compare(
    leftNode: Expression,
    operations: { operator: CompareOperator; right: Expression }[],
    scope: Scope,
    at: number,
  ): Evaluate {
    const left = this.expression(leftNode, scope);
    const steps = operations.map(({ operator, right }) => ({
      holds: comparison(operator),
      right: this.expression(right, scope),
    }));
    const [only] = steps;
    if (steps.length === 1 && only) {
      const { holds, right } = only;
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        frame.run.at = at;
        return holds(a, b);
      };
    }
    return (frame) => {
      let a = left(frame);
      for (const { holds, right } of steps) {
        const b = right(frame);
        frame.run.at = at;
        if (!holds(a, b)) return false;
        a = b;
      }
      return true;
    };
  }

  private item(objectNode: Expression, key: Expression, scope: Scope, at: number): Evaluate {
    const object = this.expression(objectNode, scope);
    if (key.type === 'slice') {
      const part = (node: Expression | undefined): Evaluate =>
        node ? this.expression(node, scope) : () => null;
      const [start, stop, step] = [part(key.start), part(key.stop), part(key.step)];
      return (frame) => {
        const value = object(frame);
        const [from, to, by] = [start(frame), stop(frame), step(frame)];
        frame.run.at = at;
        if (!scope.constant) return slice(value, from, to, by);
        try {
          return slice(value, from, to, by);
        } catch (error) {
          if (error instanceof PyError && error.kind === 'TypeError')
            return new Undefined('slice of a constant');
          throw error;
        }
      };
    }
    const place = this.expression(key, scope);
    return (frame) => {
      const value = object(frame);
      const index = place(frame);
      frame.run.at = at;
      return getItem(value, index);
    };
  }

  protected call(node: Expression & { type: 'call' }, scope: Scope, extra?: Evaluate): Evaluate {
    this.provenance.call(node);
    const callee = this.expression(node.callee, scope);
    const parts = this.callParts(node, scope, extra);
    const { at } = node;
    return (frame) => {
      const value = callee(frame);
      const { args, kwargs } = parts(frame);
      frame.run.at = at;
      return callValue(value, args, kwargs);
    };
  }

  protected filter(name: string, inner: Evaluate, call: CallArguments, scope: Scope, at: number): Evaluate {
    const filter = filters.get(name);
    const parts = this.callParts(call, scope);
    if (!filter) return this.unknown('filter', name, scope, at);
    return (frame) => {
      const value = inner(frame);
      const { args, kwargs } = parts(frame);
      frame.run.at = at;
      charge(1);
      return filter(frame.run, value, args, kwargs);
    };
  }

  /** Arguments as a call passes them; `caller` is what a call block adds. */
  protected callParts(node: CallArguments, scope: Scope, caller?: Evaluate): CallParts {
    const args = node.args.map((argument) => this.expression(argument, scope));
    const kwargs = node.kwargs.map(({ name, value }) => [name, this.expression(value, scope)] as const);
    const rest = node.rest && this.expression(node.rest, scope);
    const restNamed = node.restNamed && this.expression(node.restNamed, scope);
    if (kwargs.length === 0 && !rest && !restNamed && !caller) {
      const [only] = args;
      if (!only) return () => ({ args: [], kwargs: undefined });
      if (args.length === 1) return (frame) => ({ args: [only(frame)], kwargs: undefined });
      return (frame) => ({ args: args.map((argument) => argument(frame)), kwargs: undefined });
    }
    return (frame) => {
      const values = args.map((argument) => argument(frame));
      const named: Kwargs = new Map();
      for (const [name, value] of kwargs) named.set(name, value(frame));
      if (caller) named.set('caller', caller(frame));
      if (rest) values.push(...toList(rest(frame)));
      if (restNamed) addNamed(named, restNamed(frame));
      return { args: values, kwargs: named.size > 0 ? named : undefined };
    };
  }
}

/** True when an expression reads no variable and calls nothing. */
export function isConstant(node: Expression): boolean {
  return node.type !== 'name' && node.type !== 'call' && children(node).every(isConstant);
}

function addNamed(named: Kwargs, more: Value): void {
  if (!(more instanceof PyDict))
    throw typeError(`argument after ** must be a mapping, not ${typeName(more)}`);
  for (const [key, value] of more.pairs()) {
    const name = textOrNothing(key);
    if (name === undefined) throw typeError('keywords must be strings');
    if (named.has(name)) throw typeError(`got multiple values for keyword argument '${name}'`);
    named.set(name, value);
  }
}

function comparison(operator: CompareOperator): (a: Value, b: Value) => boolean {
  switch (operator) {
    case '==':
      return equal;
    case '!=':
      return (a, b) => !equal(a, b);
    case 'in':
      return (a, b) => contains(b, a);
    case 'not in':
      return (a, b) => !contains(b, a);
    default:
      return (a, b) => order(operator, a, b);
  }
}

function concatMarkup(values: readonly Value[]): Value {
  if (!values.some((value) => value instanceof Markup)) return values.map(str).join('');
  return new Markup(values.map((value) => escapeValue(value).value).join(''));
}
