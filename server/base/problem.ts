/** A place in a person's file that needs attention. Lines and columns count from 1. */
export interface Problem {
  file: string;
  line?: number;
  column?: number;
  /** What is wrong and what to do, in one line. */
  message: string;
  severity: 'error' | 'warning';
  /** What kind of fault, a stable word, where there are kinds. */
  code?: string;
}

/** Wrong input or a wrong command: one clear line, exit status 2 on the command line. */
export class InputError extends Error {
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(message: string, at: { file?: string; line?: number; column?: number } = {}) {
    super(message);
    this.name = 'InputError';
    this.file = at.file;
    this.line = at.line;
    this.column = at.column;
  }

  /** `file:line: message`, with the parts that are known. */
  override toString(): string {
    const place = [this.file, this.line].filter((part) => part !== undefined).join(':');
    return place ? `${place}: ${this.message}` : this.message;
  }
}

/** The message of anything thrown, for one-line reports. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a work gives; an InputError of it is told with what it leaves undone. */
export async function orSay<T>(undone: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${undone}: ${error.toString()}`);
  }
}
