import { hashKey } from './hash.ts';
import type { Value } from './values.ts';

interface Entry {
  key: Value;
  value: Value;
}

/** Python's dict: any hashable key, in order of insertion; `1`, `1.0` and `True` are one key. */
export class PyDict {
  readonly entries = new Map<unknown, Entry>();

  get size(): number {
    return this.entries.size;
  }

  get(key: Value): Value | undefined {
    return this.entries.get(hashKey(key))?.value;
  }

  /** Like `get` for a key that is a str. */
  getText(key: string): Value | undefined {
    return this.entries.get(key.charCodeAt(0) === 0 ? hashKey(key) : key)?.value;
  }

  has(key: Value): boolean {
    return this.entries.has(hashKey(key));
  }

  set(key: Value, value: Value): void {
    const hash = hashKey(key);
    const entry = this.entries.get(hash);
    if (entry) entry.value = value;
    else this.entries.set(hash, { key, value });
  }

  setText(key: string, value: Value): void {
    this.set(key, value);
  }

  /** Takes a key out and gives its value; undefined when it isn't there. */
  take(key: Value): Value | undefined {
    const hash = hashKey(key);
    const entry = this.entries.get(hash);
    if (!entry) return undefined;
    this.entries.delete(hash);
    return entry.value;
  }

  keys(): Value[] {
    return Array.from(this.entries.values(), (entry) => entry.key);
  }

  values(): Value[] {
    return Array.from(this.entries.values(), (entry) => entry.value);
  }

  pairs(): [Value, Value][] {
    return Array.from(this.entries.values(), (entry) => [entry.key, entry.value]);
  }

  copy(): PyDict {
    const copy = new PyDict();
    for (const [hash, entry] of this.entries) copy.entries.set(hash, { key: entry.key, value: entry.value });
    return copy;
  }
}
