/** Macros and call blocks. */
import { typeError } from '../python/errors.ts';
import { type Kwargs, Markup, PyCallable, PyDict, PyTuple, Undefined, type Value } from '../python/values.ts';
import type { CallBlock, Macro, SignatureParts, Statement } from './ast.ts';
import type { Scope } from './compile-expressions.ts';
import { LoopCompiler } from './compile-loops.ts';
import { type Execute, writeText } from './compile-scopes.ts';
import { Frame } from './run.ts';
import { syntaxError } from './source.ts';
import { FunctionScope, mentions, Symbols, SymbolVisitor, type Variable } from './symbols.ts';

export abstract class MacroCompiler extends LoopCompiler {
  protected macro(node: Macro, scope: Scope): Execute {
    const variable = scope.symbols.find(node.name)!;
    const make = this.callable(node, node.name, scope, node.at, variable);
    const store = this.assigner({ type: 'name', name: node.name, at: node.at }, scope).store;
    this.provenance.assign([variable], [], [node.body]);
    return (frame) => store(frame, make(frame));
  }

  protected callBlock(node: CallBlock, scope: Scope): Execute {
    const make = this.callable(node, undefined, scope, node.at, undefined);
    const call = this.call(node.call, scope, make);
    const mark = this.mark(node.call, [node.body]);
    return (frame) => writeText(frame, call(frame), mark);
  }

  /** A macro, or a call block's body: takes arguments, gives what it prints. */
  protected callable(
    node: SignatureParts & { body: Statement[] },
    name: string | undefined,
    scope: Scope,
    at: number,
    variable: Variable | undefined,
  ): (frame: Frame) => Value {
    const owner = new FunctionScope(scope.owner);
    const symbols = new Symbols(owner, scope.symbols);
    const parameters = node.parameters.map((parameter) => symbols.parameter(parameter.name));
    const names = parameters.map((parameter) => parameter.name);
    const visitor = new SymbolVisitor(symbols);
    node.defaults.forEach((value) => void visitor.expression(value));
    visitor.statements(node.body);
    const explicit = names.indexOf('caller');
    const usesCaller = explicit === -1 ? mentions(node.body, 'caller') : false;
    if (explicit !== -1 && mentions(node.body, 'caller') && explicit < names.length - node.defaults.length) {
      throw syntaxError(
        this.source,
        'When defining macros or call blocks the special "caller" argument must be omitted or be given a default.',
        at,
      );
    }
    const special = (word: string) =>
      !names.includes(word) && mentions(node.body, word) ? symbols.parameter(word) : undefined;
    const caller = usesCaller ? symbols.parameter('caller') : undefined;
    const kwargsVariable = special('kwargs');
    const varargs = special('varargs');
    const inner: Scope = { symbols, owner, soft: false, toplevel: false };
    const enter = this.enter(symbols, owner);
    const firstDefault = names.length - node.defaults.length;
    const defaults = node.defaults.map((value) => this.expression(value, inner));
    node.defaults.forEach(
      (value, i) => void this.provenance.assign([parameters[firstDefault + i]!], [value]),
    );
    const body = this.body(node.body, inner);
    const all = [...parameters, ...[kwargsVariable, varargs].filter((extra) => extra !== undefined)];
    this.provenance.macro(variable, all);
    if (caller) this.callers.push(caller);
    if (name === undefined) this.callBodies.push(node.body);
    const label = `Macro ${name === undefined ? 'anonymous' : `'${name}'`}`;
    const attributes = new Map<string, Value>([
      ['name', name ?? null],
      ['arguments', new PyTuple(names)],
      ['catch_kwargs', kwargsVariable !== undefined],
      ['catch_varargs', varargs !== undefined],
      ['caller', caller !== undefined],
    ]);

    const invoke = (outer: Frame, escapes: boolean, args: Value[], kwargs: Kwargs | undefined): Value => {
      const { run } = outer;
      const frame = new Frame(owner, run, outer);
      const left = new Map(kwargs);
      parameters.forEach((parameter, i) => {
        const given = i < args.length ? args[i] : left.get(parameter.name);
        if (i >= args.length) left.delete(parameter.name);
        frame.slots[parameter.slot] = given;
      });
      if (caller) {
        const given = left.get('caller');
        left.delete('caller');
        frame.slots[caller.slot] =
          given === undefined || given === null ? new Undefined('No caller defined') : given;
      }
      if (kwargsVariable) {
        const dict = new PyDict();
        for (const [key, value] of left) dict.setText(key, value);
        frame.slots[kwargsVariable.slot] = dict;
      } else if (left.size > 0) {
        const [first] = left.keys();
        throw typeError(
          first === 'caller'
            ? `macro '${name}' was invoked with two values for the special caller argument. This is most likely a bug.`
            : `macro '${name}' takes no keyword argument '${first}'`,
        );
      }
      if (varargs) frame.slots[varargs.slot] = new PyTuple(args.slice(names.length));
      else if (args.length > names.length) {
        throw typeError(`macro '${name}' takes not more than ${names.length} argument(s)`);
      }
      enter(frame);
      parameters.forEach((parameter, i) => {
        if (frame.slots[parameter.slot] !== undefined) return;
        const value = defaults[i - firstDefault];
        frame.slots[parameter.slot] = value
          ? value(frame)
          : new Undefined(`parameter '${parameter.name}' was not provided`);
      });
      const before = run.autoescape;
      run.autoescape = escapes;
      const text = run.capture(() => body(frame));
      run.autoescape = before;
      return run.autoescape ? new Markup(text) : text;
    };
    return (frame) => {
      const escapes = frame.run.autoescape;
      return new PyCallable(label, (args, kwargs) => invoke(frame, escapes, args, kwargs), attributes);
    };
  }

  protected readonly callers: Variable[] = [];
  protected readonly callBodies: (readonly Statement[])[] = [];
}
