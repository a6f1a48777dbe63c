/**
 * JSON whose numbers keep what JavaScript's would lose: `1.0` stays a float and `12345678901234567890` keeps
 * its digits. Both matter where a record is printed as Python prints it.
 */

/** A number that JavaScript would print or keep otherwise than the file has it. Counts as its value elsewhere. */
export class JsonNumber extends Number {
  /** The number as the file writes it. */
  readonly source: string;
  readonly isFloat: boolean;
  constructor(source: string) {
    super(source);
    this.source = source;
    this.isFloat = /[.eE]/.test(source);
  }
  override toString(): string {
    return this.source;
  }
}

export function isJsonNumber(value: unknown): value is JsonNumber {
  return value instanceof JsonNumber;
}

/** A float with no fraction, an exponent, or an integer of 16 digits or more; also found inside strings, which costs time only. */
const SPECIAL = /\d\.0|\d[eE]|\d{16}/;

/** `JSON.parse`, save that numbers which would lose their kind or digits come as `JsonNumber`. Throws SyntaxError. */
export function parseJson(text: string): unknown {
  if (!SPECIAL.test(text)) return JSON.parse(text);
  return JSON.parse(text, keepNumber);
}

function keepNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number') return value;
  const source = context?.source;
  if (source === undefined || source === '-0') return value;
  const plain = /[.eE]/.test(source) ? !Number.isSafeInteger(value) : Number.isSafeInteger(value);
  return plain ? value : new JsonNumber(source);
}
