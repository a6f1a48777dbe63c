import type { PartAnalysis } from '../types.ts';
import { dottedName, evaluate, filtered, Scope } from './expressions.ts';
import { holdsSeparator, type Node, SEPARATOR } from './syntax.ts';
import { merge, NOTHING, operated, steering, type Use, type Value } from './value.ts';

interface Part {
  literal: string[];
  value: Value;
}

/** What encloses a statement within its own part. */
interface Around {
  condition: Value;
  looped: boolean;
}

const TOP: Around = { condition: NOTHING, looped: false };

/** Walks a template's statements in the order of the text and gathers what each part prints. */
export class Reader {
  readonly guards: Use[] = [];
  readonly #parts: Part[] = [{ literal: [], value: NOTHING }];
  #at = 0;

  read(body: readonly Node[], scope: Scope = new Scope()): void {
    this.#walk(body, new Scope(scope), TOP);
  }

  parts(): PartAnalysis[] {
    return this.#parts.map(({ literal, value }) => ({
      literal: literal.join(''),
      uses: [...value.uses],
      choices: value.choices,
      picked: value.picked ?? [],
      random: value.random,
    }));
  }

  #walk(body: readonly Node[], scope: Scope, around: Around): void {
    for (const node of body) this.#statement(node, scope, around);
  }

  #statement(node: Node, scope: Scope, around: Around): void {
    switch (node.type) {
      case 'StringLiteral':
        this.#text(node.value, around);
        return;
      case 'If':
        this.#branch(node, scope, around);
        return;
      case 'For':
        this.#loop(node, scope, around);
        return;
      case 'Set':
        this.#set(node, scope, around);
        return;
      case 'Macro':
        if (node.name.type === 'Identifier') scope.set(node.name.value, captured(node.body, scope));
        return;
      case 'FilterStatement':
        this.#print(filtered(captured(node.body, scope), node.filter, scope), around);
        return;
      case 'CallStatement':
        this.#print(evaluate(node.call, scope), around);
        this.#walk(node.body, scope, around);
        return;
      case 'Comment':
      case 'Break':
      case 'Continue':
        return;
      default:
        this.#print(evaluate(node, scope), around);
        return;
    }
  }

  #text(text: string, around: Around): void {
    const pieces = text.split(SEPARATOR);
    pieces.forEach((piece, index) => {
      if (index > 0) this.#next();
      if (piece.trim()) this.#add({ ...NOTHING, literals: [piece] }, around);
      else this.#part().literal.push(piece);
    });
  }

  #print(value: Value, around: Around): void {
    this.#add(around.looped ? operated(value, 'each') : value, around);
  }

  #add(value: Value, around: Around): void {
    const part = this.#part();
    part.literal.push(value.literals.join(' '), value.uses.length > 0 ? ' ' : '');
    part.value = merge(part.value, { ...value, literals: [] }, around.condition);
  }

  #part(): Part {
    return this.#parts[this.#at]!;
  }

  #next(): void {
    this.#at++;
    if (!this.#parts[this.#at]) this.#parts.push({ literal: [], value: NOTHING });
  }

  #branch(node: Node & { type: 'If' }, scope: Scope, around: Around): void {
    const test = steering(evaluate(node.test, scope), 'condition');
    const guard = holdsSeparator(node.body) || holdsSeparator(node.alternate);
    if (guard) this.guards.push(...test.uses);
    const inside = guard ? around : { ...around, condition: merge(around.condition, test) };
    const start = this.#at;
    this.#walk(node.body, scope, inside);
    const end = this.#at;
    this.#at = start;
    this.#walk(node.alternate, scope, inside);
    this.#at = Math.max(end, this.#at);
  }

  #loop(node: Node & { type: 'For' }, scope: Scope, around: Around): void {
    const inner = new Scope(scope);
    let iterable = node.iterable;
    let condition = around.condition;
    if (iterable.type === 'SelectExpression') {
      bind(node.loopvar, iterable.lhs, scope, inner);
      condition = merge(condition, steering(evaluate(iterable.test, inner), 'condition'));
      iterable = iterable.lhs;
    }
    bind(node.loopvar, iterable, scope, inner);
    this.#walk(node.body, inner, { condition, looped: true });
    this.#walk(node.defaultBlock, scope, around);
  }

  #set(node: Node & { type: 'Set' }, scope: Scope, around: Around): void {
    const given = node.value ? evaluate(node.value, scope) : captured(node.body, scope);
    const value = merge(given, around.condition);
    if (node.assignee.type === 'TupleLiteral') {
      for (const item of node.assignee.value) if (item.type === 'Identifier') scope.set(item.value, value);
      return;
    }
    const name = dottedName(node.assignee);
    if (name === undefined) return;
    // A name set in a branch may keep what it had: both can be printed later.
    if (around.condition === NOTHING && !around.looped) scope.set(name, value);
    else if (scope.get(name)) scope.add(name, value);
    else scope.set(name, value);
    if (name.includes('.')) scope.add(name.slice(0, name.indexOf('.')), value);
  }
}

/** What a block prints, taken as one value. */
function captured(body: readonly Node[], scope: Scope): Value {
  const reader = new Reader();
  reader.read(body, scope);
  const parts = reader.parts();
  return {
    uses: parts.flatMap((part) => part.uses),
    choices: parts.some((part) => part.choices),
    picked: parts.flatMap((part) => part.picked),
    random: parts.some((part) => part.random),
    literals: parts.map((part) => part.literal),
  };
}

/** Gives the loop's names what they run over; `zip(a, b)` item by item. */
function bind(loopvar: Node, iterable: Node, scope: Scope, inner: Scope): void {
  const whole = operated(evaluate(iterable, scope), 'each');
  if (loopvar.type === 'Identifier') {
    inner.set(loopvar.value, whole);
    return;
  }
  if (loopvar.type !== 'TupleLiteral') return;
  const zipped =
    iterable.type === 'CallExpression' &&
    iterable.callee.type === 'Identifier' &&
    iterable.callee.value === 'zip'
      ? iterable.args
      : [];
  loopvar.value.forEach((name, index) => {
    if (name.type !== 'Identifier') return;
    const own = zipped[index];
    inner.set(name.value, own ? operated(evaluate(own, scope), 'each') : whole);
  });
}
