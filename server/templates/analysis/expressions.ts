import type { Node } from './syntax.ts';
import { below, merge, NOTHING, operated, steering, type Value } from './value.ts';

/** Names that stand for no field of the record. */
const GLOBALS = new Set(
  'true false none True False None loop range zip namespace dict cycler joiner lipsum caller varargs kwargs self'.split(
    ' ',
  ),
);
/** Functions that make something out of nothing, or only count. */
const COUNTING = new Set(['range', 'enumerate']);
/** Methods that change the list or dict that they are called on. */
const MUTATORS = new Set(['append', 'extend', 'insert', 'update', 'add', 'setdefault']);

/** The names that a template has set, by scope: looked up inside out. */
export class Scope {
  readonly #names = new Map<string, Value>();
  readonly #parent: Scope | undefined;
  constructor(parent?: Scope) {
    this.#parent = parent;
  }
  get(name: string): Value | undefined {
    return this.#names.get(name) ?? this.#parent?.get(name);
  }
  set(name: string, value: Value): void {
    this.#names.set(name, value);
  }
  /** A call changes what a name holds; `ns.value` where only `ns` was set changes `ns`. */
  change(name: string, value: Value): void {
    if (this.get(name)) {
      this.add(name, value);
      return;
    }
    const dot = name.lastIndexOf('.');
    if (dot > 0) this.change(name.slice(0, dot), value);
  }
  /** Adds to a name where it was set, as a list's `append` does. */
  add(name: string, value: Value): void {
    const own = this.#names.get(name);
    if (own || !this.#parent) this.#names.set(name, own ? merge(own, value) : value);
    else this.#parent.add(name, value);
  }
}

/** What an expression gives, in terms of the record's fields. */
export function evaluate(node: Node | null | undefined, scope: Scope): Value {
  if (!node) return NOTHING;
  switch (node.type) {
    case 'Identifier':
      return identifier(node.value, scope);
    case 'StringLiteral':
      return { ...NOTHING, literals: [node.value] };
    case 'IntegerLiteral':
    case 'FloatLiteral':
      return { ...NOTHING, literals: [String(node.value)] };
    case 'ArrayLiteral':
    case 'TupleLiteral':
      return { ...merge(...node.value.map((item) => evaluate(item, scope))), built: true };
    case 'ObjectLiteral':
      return dictionary(node, scope);
    case 'MemberExpression':
      return member(node, scope);
    case 'CallExpression':
      return call(node, scope);
    case 'FilterExpression':
      return filtered(evaluate(node.operand, scope), node.filter, scope);
    case 'BinaryExpression':
      return binary(node, scope);
    case 'UnaryExpression':
      return operated(evaluate(node.argument, scope), node.operator.value);
    case 'TestExpression':
      return operated({ ...evaluate(node.operand, scope), literals: [] }, 'test');
    case 'Ternary':
      return merge(
        steering(evaluate(node.condition, scope), 'condition'),
        evaluate(node.trueExpr, scope),
        evaluate(node.falseExpr, scope),
      );
    case 'SelectExpression':
      return merge(evaluate(node.lhs, scope), steering(evaluate(node.test, scope), 'condition'));
    case 'KeywordArgumentExpression':
      return evaluate(node.value, scope);
    case 'SpreadExpression':
    case 'KeywordSpreadExpression':
      return evaluate(node.argument, scope);
    default:
      return NOTHING;
  }
}

/** A dict's values, and its keys where they are not written out. */
function dictionary(node: Node & { type: 'ObjectLiteral' }, scope: Scope): Value {
  const keys = merge(...[...node.value.keys()].map((key) => evaluate(key, scope)));
  const values = [...node.value.values()].map((item) => evaluate(item, scope));
  return { ...merge(...values, { ...keys, literals: [] }), built: true };
}

function identifier(name: string, scope: Scope): Value {
  const known = scope.get(name);
  if (known) return known;
  if (name === 'answer_choices') return { ...NOTHING, choices: true };
  if (GLOBALS.has(name)) return NOTHING;
  return { ...NOTHING, uses: [{ path: name, via: 'value', operations: [] }] };
}

function member(node: Node & { type: 'MemberExpression' }, scope: Scope): Value {
  const dotted = dottedName(node);
  const known = dotted === undefined ? undefined : scope.get(dotted);
  if (known) return known;
  const object = evaluate(node.object, scope);
  if (!node.computed)
    return node.property.type === 'Identifier' ? below(object, node.property.value) : object;
  return indexed(object, node.property, scope);
}

function indexed(object: Value, property: Node, scope: Scope): Value {
  if (property.type === 'StringLiteral') return below(object, property.value);
  if (property.type === 'SliceExpression') {
    const bounds = [property.start, property.stop, property.step].map((bound) => evaluate(bound, scope));
    return merge(operated(object, 'slice'), steering(merge(...bounds), 'key'));
  }
  const constant = constantIndex(property);
  if (constant !== undefined) {
    // Of the list it names a choice; of a choice that was picked it is a letter.
    const isList = !object.picked?.length && object.uses.every(({ via }) => via !== 'key');
    if (object.choices && isList) return { ...object, picked: [constant] };
    return operated(object, constant === 0 ? 'first' : constant < 0 ? 'last' : 'index');
  }
  return merge(operated(object, 'pick'), steering(evaluate(property, scope), 'key'));
}

function constantIndex(node: Node): number | undefined {
  if (node.type === 'IntegerLiteral') return node.value;
  if (node.type === 'UnaryExpression' && node.operator.value === '-') {
    return node.argument.type === 'IntegerLiteral' ? -node.argument.value : undefined;
  }
  return undefined;
}

function call(node: Node & { type: 'CallExpression' }, scope: Scope): Value {
  const args = merge(...node.args.map((argument) => evaluate(argument, scope)));
  const { callee } = node;
  if (callee.type === 'MemberExpression' && !callee.computed && callee.property.type === 'Identifier') {
    const method = callee.property.value;
    if (MUTATORS.has(method)) {
      const name = dottedName(callee.object);
      if (name !== undefined) scope.change(name, args);
      return NOTHING;
    }
    const receiver = operated(evaluate(callee.object, scope), method);
    // `', '.join(names)` prints its argument.
    return method === 'join'
      ? merge(receiver, operated(args, 'join'))
      : merge(receiver, steering(args, 'argument'));
  }
  if (callee.type !== 'Identifier') return merge(evaluate(callee, scope), args);
  if (COUNTING.has(callee.value)) return steering({ ...args, literals: [] }, 'argument');
  if (callee.value === 'zip') return args;
  if (callee.value === 'dict' || callee.value === 'namespace') return { ...args, built: true };
  const macro = scope.get(callee.value);
  return macro ? merge(macro, args) : operated(args, callee.value);
}

/** A filter over a value. `map(attribute='a')` goes one key down. */
export function filtered(operand: Value, filter: Node, scope: Scope): Value {
  if (filter.type === 'Identifier') return operated(operand, filter.value);
  if (filter.type !== 'CallExpression' || filter.callee.type !== 'Identifier') return operand;
  const name = filter.callee.value;
  const attribute = filter.args.find(
    (argument) =>
      argument.type === 'KeywordArgumentExpression' &&
      argument.key.type === 'Identifier' &&
      argument.key.value === 'attribute',
  );
  if (name === 'map' && attribute?.type === 'KeywordArgumentExpression') {
    const key = attribute.value.type === 'StringLiteral' ? attribute.value.value : undefined;
    return operated(key === undefined ? operand : below(operand, key), 'map');
  }
  const first = filter.args[0];
  const detail = name === 'map' && first?.type === 'StringLiteral' ? `map ${first.value}` : name;
  const args = merge(...filter.args.map((argument) => evaluate(argument, scope)));
  // `'%0.1f' | format(score)` prints its argument.
  if (name === 'format') return merge(operand, operated(args, name));
  return merge(operated(operand, detail), steering(args, 'argument'));
}

const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=', 'in', 'not in']);

function binary(node: Node & { type: 'BinaryExpression' }, scope: Scope): Value {
  const both = merge(evaluate(node.left, scope), evaluate(node.right, scope));
  const operator = node.operator.value;
  if (COMPARISONS.has(operator)) return operated({ ...both, choices: false, literals: [] }, 'compare');
  if (operator === 'and' || operator === 'or' || operator === '~' || operator === '+') return both;
  return operated(both, operator);
}

/** `ns.value` as one name, for what was set on a namespace. */
export function dottedName(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.value;
  if (node.type !== 'MemberExpression') return undefined;
  const object = dottedName(node.object);
  if (object === undefined) return undefined;
  if (!node.computed && node.property.type === 'Identifier') return `${object}.${node.property.value}`;
  if (node.computed && node.property.type === 'StringLiteral') return `${object}.${node.property.value}`;
  return undefined;
}
