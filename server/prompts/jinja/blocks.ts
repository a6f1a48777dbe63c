/** The variable `self`, through which a template prints its own blocks again. */
import { PyCallable, PyObject, textOrNothing, type Value } from '../python/values.ts';

export class TemplateReference extends PyObject {
  readonly typeName = 'TemplateReference';
  private readonly block: (name: string) => (() => Value) | undefined;

  constructor(block: (name: string) => (() => Value) | undefined) {
    super();
    this.block = block;
  }

  getAttribute(name: string): Value | undefined {
    const block = this.block(name);
    return block && new PyCallable(`BlockReference ${name}`, () => block());
  }

  override getItem(key: Value): Value | undefined {
    return this.getAttribute(textOrNothing(key) ?? '');
  }
}
