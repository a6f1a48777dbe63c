/** `for`. */
import { charge, enterCall, leaveCall } from '../python/budget.ts';
import { truth } from '../python/compare.ts';
import { generator, iterate, SKIP } from '../python/iterate.ts';
import { DONE, type Value } from '../python/values.ts';
import type { Expression, For, Statement, Target } from './ast.ts';
import type { Scope } from './compile-expressions.ts';
import { type Execute, ScopeCompiler } from './compile-scopes.ts';
import { findBlocks, nested } from './nesting.ts';
import { LoopContext } from './objects.ts';
import { Frame } from './run.ts';
import { syntaxError } from './source.ts';
import { FunctionScope, mentions, Symbols, SymbolVisitor } from './symbols.ts';

export abstract class LoopCompiler extends ScopeCompiler {
  protected forStatement(node: For, scope: Scope): Execute {
    const isExtended =
      node.recursive || mentions(node.body, 'loop') || findBlocks(node.body).some((block) => block.scoped);
    const stored = storesLoop(node);
    if (stored !== undefined) {
      throw syntaxError(this.source, "Can't assign to special loop variable in for-loop target", stored);
    }
    const owner = node.recursive ? new FunctionScope(scope.owner) : scope.owner;
    const within = { ...scope, owner };
    const symbols = new Symbols(owner, scope.symbols);
    const loop = isExtended ? symbols.parameter('loop') : undefined;
    const visitor = new SymbolVisitor(symbols);
    visitor.parameters(node.target);
    visitor.statements(node.body);
    const inner: Scope = { symbols, owner, soft: scope.soft, toplevel: false };
    const enter = this.enter(symbols, owner);
    const assign = this.assigner(node.target, inner);
    const filter = node.test && this.loopTest(node, within);
    const elseScope =
      node.otherwise.length > 0 ? this.inner(within, (other) => other.statements(node.otherwise)) : undefined;
    const enterElse = elseScope && this.enter(elseScope.symbols, owner);
    const body = this.body(node.body, inner);
    const otherwise = elseScope && this.body(node.otherwise, elseScope);
    const iterable = this.expression(node.iterable, scope);
    const targets = this.variablesOf(node.target, inner);
    this.provenance.assign(loop ? [...targets, loop] : targets, [node.iterable]);
    if (loop) this.provenance.macro(undefined, node.recursive ? targets : []);
    const { at } = node.iterable;

    const turn = (frame: Frame, item: Value): void => {
      charge(1);
      assign.store(frame, item);
      enter(frame);
      body(frame);
    };
    const finish = (frame: Frame, turns: number): void => {
      if (turns > 0 || !otherwise) return;
      enterElse!(frame);
      otherwise(frame);
    };
    if (!loop) {
      return (frame) => {
        const values = iterable(frame);
        frame.run.at = at;
        const iterator = filter ? filter(frame, values) : iterate(values);
        let turns = 0;
        for (let item = iterator.next(); item !== DONE; item = iterator.next()) {
          turns++;
          turn(frame, item);
        }
        finish(frame, turns);
      };
    }
    const { slot } = loop;
    const walk = (
      frame: Frame,
      values: Value,
      depth: number,
      recurse?: (items: Value, depth: number) => Value,
    ): void => {
      frame.run.at = at;
      const context = new LoopContext(filter ? filter(frame, values) : values, depth, recurse);
      let turns = 0;
      for (let item = context.advance(); item !== DONE; item = context.advance()) {
        turns++;
        frame.slots[slot] = context;
        turn(frame, item);
      }
      finish(frame, turns);
    };
    if (!node.recursive) return (frame) => walk(frame, iterable(frame), 0);
    return (frame) => {
      const { run } = frame;
      const recurse = (items: Value, depth: number): Value => {
        enterCall();
        const text = run.capture(() => walk(new Frame(owner, run, frame), items, depth, recurse));
        leaveCall();
        return text;
      };
      walk(new Frame(owner, run, frame), iterable(frame), 0, recurse);
    };
  }

  /** `for … if …`: the items that pass, decided one at a time as the loop asks for them. */
  protected loopTest(node: For, scope: Scope): (frame: Frame, values: Value) => ReturnType<typeof iterate> {
    const inner = this.inner(scope, (visitor) => {
      visitor.parameters(node.target);
      visitor.expression(node.test!);
    });
    const enter = this.enter(inner.symbols, inner.owner);
    const assign = this.assigner(node.target, inner);
    const test = this.expression(node.test!, inner);
    this.provenance.assign(this.variablesOf(node.target, inner), [node.iterable]);
    return (frame, values) => {
      enter(frame);
      return generator(
        'loop filter',
        () => iterate(values),
        (item) => {
          assign.store(frame, item);
          return truth(test(frame)) ? item : SKIP;
        },
      );
    };
  }
}

/** Where a loop's target or body assigns the name `loop`; undefined when nowhere. */
function storesLoop(node: For): number | undefined {
  const inTarget = (target: Target | Expression): number | undefined => {
    if (target.type === 'tuple') return target.items.map(inTarget).find((at) => at !== undefined);
    return target.type === 'name' && target.name === 'loop' ? target.at : undefined;
  };
  const inBody = (body: readonly Statement[]): number | undefined => {
    for (const part of body) {
      const own =
        part.type === 'for' || part.type === 'set' || part.type === 'setblock'
          ? inTarget(part.target)
          : undefined;
      const found =
        own ??
        nested(part)
          .map(inBody)
          .find((at) => at !== undefined);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return inTarget(node.target) ?? inBody(node.body) ?? inBody(node.otherwise);
}
