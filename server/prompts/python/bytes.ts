/** Python's bytes, as far as a template comes across them: what `encode` gives. */

import { iterate } from './iterate.ts';
import { asInt } from './numbers.ts';
import { PyCallable, type PyIterator, PyObject, type Value } from './values.ts';

const ESCAPES: { [code: number]: string } = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' };

export class PyBytes extends PyObject {
  readonly typeName = 'bytes';
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
  }

  getAttribute(name: string): Value | undefined {
    if (name !== 'decode') return undefined;
    return new PyCallable('built-in method decode of bytes object', () =>
      new TextDecoder().decode(this.bytes),
    );
  }

  override getItem(key: Value): Value | undefined {
    const at = asInt(key);
    return at === undefined ? undefined : this.bytes.at(Number(at));
  }

  override length(): number {
    return this.bytes.length;
  }

  override iterate(): PyIterator {
    return iterate([...this.bytes]);
  }

  override print(): string {
    let text = '';
    for (const byte of this.bytes) {
      const isPlain = byte >= 32 && byte < 127;
      text +=
        ESCAPES[byte] ?? (isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`);
    }
    const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
    return `b${quote}${quote === "'" ? text.replaceAll("'", "\\'") : text}${quote}`;
  }
}
