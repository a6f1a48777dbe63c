/** An error that Python would raise at this point; the renderer adds the place in the template. */
export class PyError extends Error {
  /** Python's exception class: `TypeError`, `KeyError`, `UndefinedError` … */
  readonly kind: string;
  constructor(kind: string, message: string) {
    super(message);
    this.name = 'PyError';
    this.kind = kind;
  }
}

export function typeError(message: string): PyError {
  return new PyError('TypeError', message);
}

export function valueError(message: string): PyError {
  return new PyError('ValueError', message);
}

/** A limit of the sandbox was reached; no Python counterpart. */
export class LimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LimitError';
  }
}
