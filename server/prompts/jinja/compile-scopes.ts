/** Scopes: how their variables are filled, assigned and printed from. */
import { charge } from '../python/budget.ts';
import { PyError, typeError, valueError } from '../python/errors.ts';
import { toList } from '../python/iterate.ts';
import { escapeValue } from '../python/markup.ts';
import { str } from '../python/print.ts';
import { PyTuple, textOrNothing, typeName, type Value } from '../python/values.ts';
import type { Expression, Statement, Target } from './ast.ts';
import { type Evaluate, ExpressionCompiler, reader, type Scope, writer } from './compile-expressions.ts';
import { Namespace } from './objects.ts';
import { targetNames } from './provenance.ts';
import type { Frame } from './run.ts';
import { type FunctionScope, Symbols, SymbolVisitor, type Variable } from './symbols.ts';

export type Execute = (frame: Frame) => void;

/** The origin of a piece of output: an expression, or the bodies of captured blocks that it prints. */
export interface Mark {
  node: Expression | undefined;
  bodies: (readonly Statement[])[];
}

export abstract class ScopeCompiler extends ExpressionCompiler {
  protected readonly marks: Mark[] = [{ node: undefined, bodies: [] }];
  /** Names taken from the record, in order of first use. */
  protected readonly names: string[] = [];
  protected readonly blocks = new Map<string, Execute>();

  protected abstract body(body: readonly Statement[], scope: Scope): Execute;

  /** Fills a scope's variables when it is entered. */
  protected enter(symbols: Symbols, owner: FunctionScope): Execute {
    const steps: Execute[] = [];
    const unset: number[] = [];
    for (const [variable, load] of symbols.loads) {
      const { slot } = variable;
      if (load.how === 'resolve') {
        const { name } = variable;
        variable.resolved = true;
        if (!this.names.includes(name)) this.names.push(name);
        steps.push((frame) => {
          frame.slots[slot] = frame.run.resolve(name);
        });
      } else if (load.how === 'alias') {
        const read = reader(load.of, owner);
        this.provenance.link(variable, load.of);
        steps.push((frame) => {
          frame.slots[slot] = read(frame);
        });
      } else if (load.how === 'undefined') unset.push(slot);
    }
    if (unset.length > 0) {
      steps.push((frame) => {
        for (const slot of unset) frame.slots[slot] = undefined;
      });
    }
    return sequence(steps);
  }

  /** An inner scope of the same function, its symbols found by `analyse`. */
  protected inner(scope: Scope, analyse: (visitor: SymbolVisitor, symbols: Symbols) => void): Scope {
    const symbols = new Symbols(scope.owner, scope.symbols);
    analyse(new SymbolVisitor(symbols), symbols);
    return { symbols, owner: scope.owner, soft: scope.soft, toplevel: false };
  }

  protected mark(node: Expression | undefined, bodies: (readonly Statement[])[] = []): number {
    this.marks.push({ node, bodies });
    return this.marks.length - 1;
  }

  protected variablesOf(target: Target, scope: Scope): Variable[] {
    return targetNames(target)
      .map((name) => scope.symbols.find(name))
      .filter((variable) => variable !== undefined);
  }

  /** Stores a value in a target; `check` refuses attributes of what is no namespace, before the value is made. */
  protected assigner(
    target: Target,
    scope: Scope,
  ): { check: Execute; store: (frame: Frame, value: Value) => void } {
    if (target.type === 'name') {
      const variable = scope.symbols.find(target.name)!;
      const store = writer(variable, scope.owner);
      const { name } = target;
      if (!scope.toplevel) return { check: () => {}, store };
      return {
        check: () => {},
        store: (frame, value) => {
          store(frame, value);
          if (this.blocks.size > 0) frame.run.exported.set(name, value);
        },
      };
    }
    if (target.type === 'nsref') {
      const read = reader(scope.symbols.find(target.name)!, scope.owner);
      const { attribute, at } = target;
      return {
        check: (frame) => {
          frame.run.at = at;
          if (!(read(frame) instanceof Namespace)) {
            throw new PyError('TemplateRuntimeError', 'cannot assign attribute on non-namespace object');
          }
        },
        store: (frame, value) => {
          charge(1);
          (read(frame) as Namespace).dict.setText(attribute, value);
        },
      };
    }
    const parts = target.items.map((item) => this.assigner(item as Target, scope));
    const { at } = target;
    return {
      check: (frame) => parts.forEach((part) => void part.check(frame)),
      store: (frame, value) => {
        frame.run.at = at;
        const items = unpack(value, parts.length);
        parts.forEach((part, i) => void part.store(frame, items[i]!));
      },
    };
  }

  /** Filters over a captured body: the innermost has no node of its own. */
  protected filterChain(node: Expression & { type: 'filter' }, captured: Evaluate, scope: Scope): Evaluate {
    const inner = node.node?.type === 'filter' ? this.filterChain(node.node, captured, scope) : captured;
    return this.filter(node.name, inner, node, scope, node.at);
  }
}

export function sequence(steps: readonly Execute[]): Execute {
  const [first, second, third] = steps;
  switch (steps.length) {
    case 0:
      return () => {};
    case 1:
      return first!;
    case 2:
      return (frame) => {
        first!(frame);
        second!(frame);
      };
    case 3:
      return (frame) => {
        first!(frame);
        second!(frame);
        third!(frame);
      };
  }
  return (frame) => {
    for (const step of steps) step(frame);
  };
}

export function write(frame: Frame, value: Value, mark: number): void {
  const { run } = frame;
  if (typeof value === 'string' && !run.autoescape) run.write(value, mark);
  else run.write(run.autoescape ? escapeValue(value).value : str(value), mark);
}

/** What blocks print must be a str already: Jinja2 joins it as it is. */
export function writeText(frame: Frame, value: Value, mark: number): void {
  const text = textOrNothing(value);
  if (text === undefined) throw typeError(`expected str instance, ${typeName(value)} found`);
  frame.run.write(text, mark);
}

function unpack(value: Value, count: number): readonly Value[] {
  let items: readonly Value[];
  if (value instanceof PyTuple) items = value.items;
  else {
    try {
      items = toList(value);
    } catch (error) {
      if (error instanceof PyError && error.kind === 'TypeError') {
        throw typeError(`cannot unpack non-iterable ${typeName(value)} object`);
      }
      throw error;
    }
  }
  if (items.length > count) throw valueError(`too many values to unpack (expected ${count})`);
  if (items.length < count)
    throw valueError(`not enough values to unpack (expected ${count}, got ${items.length})`);
  return items;
}
