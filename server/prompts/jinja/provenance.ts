/**
 * Which variables an expression's value can come from. The rule: what can hold text of the record is never
 * called the template's. So everything that a variable was ever set from counts, whatever the order, methods
 * and filters pass on what they are called on and with, and only constants are the template's own. Not what
 * merely chooses: the test of an `if`, the key of a lookup.
 */
import type { CallArguments, Expression, Statement, Target } from './ast.ts';
import { globals } from './globals.ts';
import { argumentsOf, children, type Variable } from './symbols.ts';

/** What is known of a variable and of all it shares values with. */
interface Group {
  /** Record variables, in the order in which they were found. */
  fields: string[];
  members: Variable[];
}

interface MacroFacts {
  parameters: Variable[];
}

/** Facts about `loop` that tell of the loop, not of the items. */
const LOOP_NUMBERS = new Set([
  'index',
  'index0',
  'revindex',
  'revindex0',
  'first',
  'last',
  'length',
  'depth',
  'depth0',
  'changed',
]);

export class Provenance {
  private readonly groups = new Map<Variable, Group>();
  /** Which variable each name in the tree means. */
  private readonly names = new Map<Expression, Variable>();
  private readonly assignments: {
    targets: Variable[];
    sources: Expression[];
    bodies: (readonly Statement[])[];
  }[] = [];
  private readonly links: [Variable, Variable][] = [];
  private readonly macros = new Map<Variable, MacroFacts>();
  private readonly allParameters: Variable[] = [];
  private readonly calls: Expression[] = [];

  name(node: Expression, variable: Variable): void {
    this.names.set(node, variable);
  }

  /** The targets get their values from the expressions, or from what the bodies print. */
  assign(targets: Variable[], sources: Expression[], bodies: (readonly Statement[])[] = []): void {
    this.assignments.push({ targets, sources, bodies });
  }

  /** Two variables hold the same value. */
  link(a: Variable, b: Variable): void {
    this.links.push([a, b]);
  }

  macro(variable: Variable | undefined, parameters: Variable[]): void {
    if (variable) this.macros.set(variable, { parameters });
    this.allParameters.push(...parameters);
  }

  call(node: Expression): void {
    this.calls.push(node);
  }

  /** To be called once, after the whole template was seen. */
  settle(): void {
    for (const [a, b] of this.links) this.flow([a], [b]);
    for (const { targets, sources, bodies } of this.assignments) {
      this.flow(targets, [
        ...sources.flatMap((source) => this.roots(source)),
        ...bodies.flatMap((body) => this.printed(body)),
      ]);
    }
    for (const node of this.calls) this.passArguments(node);
  }

  /** The record variables that an expression's value can come from, the first reached first. */
  fields(node: Expression | undefined, bodies: (readonly Statement[])[] = []): string[] {
    const roots = [...(node ? this.roots(node) : []), ...bodies.flatMap((body) => this.printed(body))];
    const found = new Set<string>();
    for (const variable of roots) {
      if (isRecord(variable)) found.add(variable.name);
      else for (const field of this.group(variable).fields) found.add(field);
    }
    return [...found];
  }

  private group(variable: Variable): Group {
    let group = this.groups.get(variable);
    if (!group) {
      group = { fields: variable.resolved ? [variable.name] : [], members: [variable] };
      this.groups.set(variable, group);
    }
    return group;
  }

  private flow(targets: readonly Variable[], sources: readonly Variable[]): void {
    for (const target of targets) {
      for (const source of sources) {
        const group = this.group(target);
        if (isRecord(source)) {
          if (!group.fields.includes(source.name)) group.fields.push(source.name);
          continue;
        }
        const other = this.group(source);
        if (other === group) continue;
        for (const field of other.fields) if (!group.fields.includes(field)) group.fields.push(field);
        for (const member of other.members) {
          group.members.push(member);
          this.groups.set(member, group);
        }
      }
    }
  }

  /** A method may keep its arguments in its object; a macro gets them as parameters. */
  private passArguments(node: Expression): void {
    if (node.type !== 'call') return;
    const { callee } = node;
    if (callee.type === 'attribute' || callee.type === 'item') {
      const sources = argumentsOf(node).flatMap((argument) => this.roots(argument));
      this.flow(
        this.roots(callee).filter((variable) => !isRecord(variable)),
        sources,
      );
    }
    const variable = this.names.get(callee);
    const known = variable && this.macros.get(variable);
    if (known) this.bind(known, node);
    else if (!(variable && isGlobal(variable))) this.spread(node);
  }

  private bind({ parameters }: MacroFacts, node: CallArguments): void {
    if (node.rest || node.restNamed) {
      this.spread(node, parameters);
      return;
    }
    node.args.forEach((argument, i) => {
      const parameter = parameters[i];
      this.flow(parameter ? [parameter] : parameters, this.roots(argument));
    });
    for (const { name, value } of node.kwargs) {
      const parameter = parameters.find((candidate) => candidate.name === name);
      this.flow(parameter ? [parameter] : parameters, this.roots(value));
    }
    // Beyond the named ones stand varargs and kwargs.
    const extra = parameters.filter(
      (parameter) => parameter.name === 'varargs' || parameter.name === 'kwargs',
    );
    for (const argument of argumentsOf(node)) this.flow(extra, this.roots(argument));
  }

  private spread(node: CallArguments, parameters: Variable[] = this.allParameters): void {
    for (const argument of argumentsOf(node)) this.flow(parameters, this.roots(argument));
  }

  private roots(node: Expression): Variable[] {
    switch (node.type) {
      case 'const':
      case 'nsref':
      case 'slice':
        return [];
      case 'name': {
        const variable = this.names.get(node);
        return variable ? [variable] : [];
      }
      case 'item':
        return this.roots(node.node);
      case 'attribute': {
        const isLoop = node.node.type === 'name' && node.node.name === 'loop';
        return isLoop && LOOP_NUMBERS.has(node.name) ? [] : this.roots(node.node);
      }
      case 'conditional':
        return [...this.roots(node.yes), ...(node.otherwise ? this.roots(node.otherwise) : [])];
      case 'call': {
        const variable = this.names.get(node.callee);
        const own = variable && isGlobal(variable) ? [] : this.roots(node.callee);
        return [...own, ...argumentsOf(node).flatMap((argument) => this.roots(argument))];
      }
      default:
        return children(node).flatMap((child) => this.roots(child));
    }
  }

  /** Where what some statements print comes from. */
  private printed(body: readonly Statement[]): Variable[] {
    return body.flatMap((node): Variable[] => {
      switch (node.type) {
        case 'output':
          return node.items.flatMap((item) => this.roots(item));
        case 'for':
          return [...this.printed(node.body), ...this.printed(node.otherwise)];
        case 'if':
          return [
            ...this.printed(node.body),
            ...node.elifs.flatMap((elif) => this.printed(elif.body)),
            ...this.printed(node.otherwise),
          ];
        case 'callblock':
          return [...this.roots(node.call), ...this.printed(node.body)];
        case 'filterblock':
          return [...this.roots(node.filter), ...this.printed(node.body)];
        case 'with':
        case 'autoescape':
        case 'block':
          return this.printed(node.body);
        default:
          return [];
      }
    });
  }
}

/** A variable that only ever holds what the record holds. */
function isRecord(variable: Variable): boolean {
  return variable.resolved && !variable.stored;
}

function isGlobal(variable: Variable): boolean {
  return isRecord(variable) && globals.has(variable.name);
}

/** The names of an assignment's target. */
export function targetNames(target: Target | Expression): string[] {
  if (target.type === 'tuple') return target.items.flatMap(targetNames);
  return target.type === 'name' || target.type === 'nsref' ? [target.name] : [];
}
