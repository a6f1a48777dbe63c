/** Objects that only templates have: `loop`, `namespace()`, `cycler()`, `joiner()`. */
import { charge } from '../python/budget.ts';
import { equal, length } from '../python/compare.ts';
import { dictMethod } from '../python/dict-methods.ts';
import { typeError } from '../python/errors.ts';
import { iterate } from '../python/iterate.ts';
import { str } from '../python/print.ts';
import {
  DONE,
  type Kwargs,
  PyCallable,
  PyDict,
  PyIterator,
  PyObject,
  PyTuple,
  Undefined,
  type Value,
} from '../python/values.ts';

function callable(name: string, call: (args: Value[], kwargs: Kwargs | undefined) => Value): PyCallable {
  return new PyCallable(`bound method ${name}`, call);
}

/** The variable `loop`. Looking ahead (`last`, `nextitem`, `length`) reads the iterable early, as in Jinja2. */
export class LoopContext extends PyObject {
  readonly typeName = 'LoopContext';
  index0 = -1;
  private readonly iterable: Value;
  private iterator: PyIterator;
  private known: number | undefined;
  private after: Value | typeof DONE | undefined;
  private now: Value | undefined;
  private before: Value | undefined;
  private changedValue: Value[] | undefined;
  private readonly depth0: number;
  private readonly recurse: ((items: Value, depth: number) => Value) | undefined;

  constructor(iterable: Value, depth0: number, recurse?: (items: Value, depth: number) => Value) {
    super();
    this.iterable = iterable;
    this.iterator = iterate(iterable);
    this.depth0 = depth0;
    this.recurse = recurse;
  }

  advance(): Value | typeof DONE {
    const item = this.after === undefined ? this.iterator.next() : this.after;
    this.after = undefined;
    if (item === DONE) return DONE;
    this.index0++;
    this.before = this.now;
    this.now = item;
    return item;
  }

  private peek(): Value | typeof DONE {
    if (this.after === undefined) this.after = this.iterator.next();
    return this.after;
  }

  override length(): number {
    if (this.known !== undefined) return this.known;
    if (this.iterable instanceof PyIterator) {
      const rest: Value[] = [];
      for (let item = this.iterator.next(); item !== DONE; item = this.iterator.next()) {
        charge(1);
        rest.push(item);
      }
      this.iterator = iterate(rest);
      const peeked = this.after !== undefined && this.after !== DONE ? 1 : 0;
      this.known = rest.length + this.index0 + 1 + peeked;
    } else this.known = length(this.iterable);
    return this.known;
  }

  override iterate(): PyIterator {
    return new PyIterator(() => {
      const item = this.advance();
      return item === DONE ? DONE : new PyTuple([item, this]);
    }, 'LoopContext');
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case 'index':
        return this.index0 + 1;
      case 'index0':
        return this.index0;
      case 'first':
        return this.index0 === 0;
      case 'last':
        return this.peek() === DONE;
      case 'length':
        return this.length();
      case 'revindex':
        return this.length() - this.index0;
      case 'revindex0':
        return this.length() - this.index0 - 1;
      case 'depth':
        return this.depth0 + 1;
      case 'depth0':
        return this.depth0;
      case 'previtem':
        return this.index0 === 0 ? new Undefined('there is no previous item') : this.before;
      case 'nextitem': {
        const item = this.peek();
        return item === DONE ? new Undefined('there is no next item') : item;
      }
      case 'cycle':
        return callable(name, (args) => {
          if (args.length === 0) throw typeError('no items for cycling given');
          return args[((this.index0 % args.length) + args.length) % args.length]!;
        });
      case 'changed':
        return callable(name, (args) => {
          const same =
            this.changedValue?.length === args.length &&
            args.every((arg, i) => equal(arg, this.changedValue![i]!));
          if (!same) this.changedValue = args;
          return !same;
        });
    }
    return undefined;
  }

  override call(args: Value[]): Value {
    if (!this.recurse) throw typeError("The loop must have the 'recursive' marker to be called recursively.");
    if (args.length !== 1) throw typeError('loop() takes exactly one argument');
    return this.recurse(args[0]!, this.depth0 + 1);
  }

  override print(): string {
    return `<LoopContext ${this.index0 + 1}/${this.length()}>`;
  }
}

export class Namespace extends PyObject {
  readonly typeName = 'Namespace';
  readonly dict: PyDict;

  constructor(dict: PyDict) {
    super();
    this.dict = dict;
  }

  getAttribute(name: string): Value | undefined {
    return this.dict.getText(name);
  }

  override getItem(key: Value): Value | undefined {
    return this.dict.get(key);
  }

  override print(): string {
    return `<Namespace ${str(this.dict)}>`;
  }
}

export class Cycler extends PyObject {
  readonly typeName = 'Cycler';
  private readonly items: Value[];
  private at = 0;

  constructor(items: Value[]) {
    super();
    this.items = items;
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case 'next':
        return callable(name, () => this.items[this.at++ % this.items.length]!);
      case 'reset':
        return callable(name, () => {
          this.at = 0;
          return null;
        });
      case 'current':
        return this.items[this.at % this.items.length]!;
      case 'items':
        return new PyTuple(this.items);
      case 'pos':
        return this.at % this.items.length;
    }
    return undefined;
  }
}

export class Joiner extends PyObject {
  readonly typeName = 'Joiner';
  private readonly separator: Value;
  private used = false;

  constructor(separator: Value) {
    super();
    this.separator = separator;
  }

  getAttribute(name: string): Value | undefined {
    return name === 'sep' ? this.separator : name === 'used' ? this.used : undefined;
  }

  override call(): Value {
    if (this.used) return this.separator;
    this.used = true;
    return '';
  }
}

/** The types that a template can name: `dict` can be called and has `fromkeys`. */
export class DictType extends PyObject {
  readonly typeName = 'type';
  private readonly make: (args: Value[], kwargs: Kwargs | undefined) => Value;

  constructor(make: (args: Value[], kwargs: Kwargs | undefined) => Value) {
    super();
    this.make = make;
  }

  getAttribute(name: string): Value | undefined {
    if (name !== 'fromkeys') return undefined;
    return callable(name, (args, kwargs) => dictMethod('fromkeys')!(new PyDict(), args, kwargs));
  }

  override call(args: Value[], kwargs: Kwargs | undefined): Value {
    return this.make(args, kwargs);
  }

  override print(): string {
    return "<class 'dict'>";
  }
}
