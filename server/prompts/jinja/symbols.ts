/**
 * Which variable a name means, by Jinja2's own rules: every scope decides once, when it is entered, where each
 * of its names comes from. (A name that a scope assigns anywhere shadows the outer one from that scope's first
 * use on, so rules of thumb such as "look outwards when it is read" print other text than Jinja2.)
 */
import type { Expression, Statement, Target } from './ast.ts';

/** One variable of one scope: a place in the frame of the function that the scope belongs to. */
export class Variable {
  readonly name: string;
  /** The function whose frames hold it. */
  readonly owner: FunctionScope;
  readonly slot: number;
  /** What a template assigns: a `set`, a loop, a parameter. */
  stored = false;
  /** True when some scope takes it from the record (or the globals). */
  resolved = false;

  constructor(name: string, owner: FunctionScope) {
    this.name = name;
    this.owner = owner;
    this.slot = owner.slots++;
  }
}

/** What becomes one frame at run time: the template, a macro, a call block, a recursive loop, a block. */
export class FunctionScope {
  readonly outer: FunctionScope | undefined;
  slots = 0;
  constructor(outer?: FunctionScope) {
    this.outer = outer;
  }
}

/** How a scope fills a variable when it is entered. */
export type Load =
  | { how: 'parameter' }
  | { how: 'resolve' }
  | { how: 'alias'; of: Variable }
  | { how: 'undefined' };

/** The names of one scope. */
export class Symbols {
  readonly owner: FunctionScope;
  readonly parent: Symbols | undefined;
  refs = new Map<string, Variable>();
  loads = new Map<Variable, Load>();
  stores = new Set<string>();
  /** Shared by the copies that branches work on: one scope has one variable for a name. */
  private own = new Map<string, Variable>();

  constructor(owner: FunctionScope, parent?: Symbols) {
    this.owner = owner;
    this.parent = parent;
  }

  find(name: string): Variable | undefined {
    return this.refs.get(name) ?? this.parent?.find(name);
  }

  private define(name: string, load: Load): Variable {
    let variable = this.own.get(name);
    if (!variable) this.own.set(name, (variable = new Variable(name, this.owner)));
    this.refs.set(name, variable);
    this.loads.set(variable, load);
    return variable;
  }

  load(name: string): void {
    if (!this.find(name)) this.define(name, { how: 'resolve' });
  }

  store(name: string): void {
    this.stores.add(name);
    if (!this.refs.has(name)) {
      const outer = this.parent?.find(name);
      this.define(name, outer ? { how: 'alias', of: outer } : { how: 'undefined' });
    }
    this.refs.get(name)!.stored = true;
  }

  parameter(name: string): Variable {
    this.stores.add(name);
    const variable = this.define(name, { how: 'parameter' });
    variable.stored = true;
    return variable;
  }

  copy(): Symbols {
    const copy = new Symbols(this.owner, this.parent);
    copy.refs = new Map(this.refs);
    copy.loads = new Map(this.loads);
    copy.stores = new Set(this.stores);
    copy.own = this.own;
    return copy;
  }

  /** Takes in what the branches of an `if` did: what one of them stores may be unset after it. */
  merge(branches: readonly Symbols[]): void {
    const fresh = new Set<string>();
    for (const branch of branches)
      for (const name of branch.stores) if (!this.stores.has(name)) fresh.add(name);
    for (const branch of branches) {
      for (const [name, variable] of branch.refs) this.refs.set(name, variable);
      for (const [variable, load] of branch.loads) this.loads.set(variable, load);
      for (const name of branch.stores) this.stores.add(name);
    }
    for (const name of fresh) {
      const outer = this.parent?.find(name);
      this.loads.set(this.find(name)!, outer ? { how: 'alias', of: outer } : { how: 'resolve' });
    }
  }
}

/** Finds the names that statements use in one scope; bodies that are scopes of their own are left out. */
export class SymbolVisitor {
  private symbols: Symbols;

  constructor(symbols: Symbols) {
    this.symbols = symbols;
  }

  statements(body: readonly Statement[]): void {
    for (const statement of body) this.statement(statement);
  }

  private branch(body: readonly Statement[] | (() => void)): Symbols {
    const before = this.symbols;
    const branch = before.copy();
    this.symbols = branch;
    if (typeof body === 'function') body();
    else this.statements(body);
    this.symbols = before;
    return branch;
  }

  private statement(node: Statement): void {
    switch (node.type) {
      case 'output':
        node.items.forEach((item) => void this.expression(item));
        break;
      case 'if': {
        this.expression(node.test);
        const body = this.branch(node.body);
        const elifs = this.branch(() => this.elifs(node.elifs));
        this.symbols.merge([body, elifs, this.branch(node.otherwise)]);
        break;
      }
      case 'for':
        this.expression(node.iterable);
        break;
      case 'set':
        this.expression(node.value);
        this.target(node.target);
        break;
      case 'setblock':
        this.target(node.target);
        break;
      case 'macro':
        this.symbols.store(node.name);
        break;
      case 'callblock':
        this.expression(node.call);
        break;
      case 'filterblock':
        this.expression(node.filter);
        break;
      case 'with':
        node.values.forEach((value) => void this.expression(value));
        break;
      case 'load':
        this.expression(node.template);
        node.names.forEach((name) => void this.symbols.store(name));
        break;
      case 'data':
      case 'block':
      case 'autoescape':
        break;
    }
  }

  /** Each `elif` is an `if` of its own inside the branch. */
  private elifs(elifs: readonly { test: Expression; body: Statement[] }[]): void {
    for (const { test, body } of elifs) {
      this.expression(test);
      this.symbols.merge([this.branch(body), this.branch([]), this.branch([])]);
    }
  }

  target(node: Target | Expression): void {
    if (node.type === 'name') this.symbols.store(node.name);
    else if (node.type === 'nsref') this.symbols.load(node.name);
    else if (node.type === 'tuple') node.items.forEach((item) => void this.target(item));
  }

  /** The names of a target as parameters: of a loop, a `with`. */
  parameters(node: Target | Expression): void {
    if (node.type === 'name') this.symbols.parameter(node.name);
    else if (node.type === 'tuple') node.items.forEach((item) => void this.parameters(item));
  }

  expression(node: Expression): void {
    if (node.type === 'name') this.symbols.load(node.name);
    else for (const child of children(node)) this.expression(child);
  }
}

/** The expressions right below one, in the order in which they are evaluated. */
export function children(node: Expression): Expression[] {
  switch (node.type) {
    case 'const':
    case 'name':
    case 'nsref':
      return [];
    case 'tuple':
    case 'list':
    case 'concat':
      return node.items;
    case 'dict':
      return node.pairs.flat();
    case 'conditional':
      return [node.test, node.yes, ...(node.otherwise ? [node.otherwise] : [])];
    case 'and':
    case 'or':
    case 'binary':
      return [node.left, node.right];
    case 'not':
    case 'negative':
    case 'positive':
    case 'attribute':
      return [node.node];
    case 'compare':
      return [node.left, ...node.operations.map((operation) => operation.right)];
    case 'item':
      return [node.node, node.key];
    case 'slice':
      return [node.start, node.stop, node.step].filter((part) => part !== undefined);
    case 'call':
      return [node.callee, ...argumentsOf(node)];
    case 'filter':
    case 'test':
      return [...(node.node ? [node.node] : []), ...argumentsOf(node)];
  }
}

export function argumentsOf(node: {
  args: Expression[];
  kwargs: { value: Expression }[];
  rest: Expression | undefined;
  restNamed: Expression | undefined;
}): Expression[] {
  const all = [...node.args, ...node.kwargs.map((keyword) => keyword.value)];
  if (node.rest) all.push(node.rest);
  if (node.restNamed) all.push(node.restNamed);
  return all;
}

/** Whether a name is read anywhere below, `block`s left out. */
export function mentions(body: readonly Statement[], name: string): boolean {
  const inExpression = (node: Expression): boolean =>
    (node.type === 'name' && node.name === name) || children(node).some(inExpression);
  const inStatement = (node: Statement): boolean => {
    switch (node.type) {
      case 'data':
      case 'block':
        return false;
      case 'output':
        return node.items.some(inExpression);
      case 'for':
        return (
          inExpression(node.iterable) ||
          (node.test !== undefined && inExpression(node.test)) ||
          mentions(node.body, name) ||
          mentions(node.otherwise, name)
        );
      case 'if':
        return (
          inExpression(node.test) ||
          mentions(node.body, name) ||
          node.elifs.some((elif) => inExpression(elif.test) || mentions(elif.body, name)) ||
          mentions(node.otherwise, name)
        );
      case 'set':
        return inExpression(node.value);
      case 'setblock':
        return (node.filter !== undefined && inExpression(node.filter)) || mentions(node.body, name);
      case 'macro':
        return node.defaults.some(inExpression) || mentions(node.body, name);
      case 'callblock':
        return inExpression(node.call) || node.defaults.some(inExpression) || mentions(node.body, name);
      case 'filterblock':
        return inExpression(node.filter) || mentions(node.body, name);
      case 'with':
        return node.values.some(inExpression) || mentions(node.body, name);
      case 'autoescape':
        return inExpression(node.value) || mentions(node.body, name);
      case 'load':
        return inExpression(node.template);
    }
  };
  return body.some(inStatement);
}
