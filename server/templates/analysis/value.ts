/** How a field takes part in what an expression gives. */
export type Via =
  /** Its value is the text. */
  | 'value'
  /** It picks one of several (`answer_choices[label]`, `{...}[label]`). */
  | 'key'
  /** It is handed to a filter or a method (`text.replace(x, y)`). */
  | 'argument'
  /** A condition asks for it. */
  | 'condition';

/** One way that a field is used. */
export interface Use {
  /** The field, with its constant keys: `answers.text`. Positions in lists are operations, not part of the path. */
  path: string;
  via: Via;
  /** Filters, methods and operators on the way, outermost last. */
  operations: readonly string[];
}

/** What is known of an expression's value without a record. */
export interface Value {
  uses: readonly Use[];
  /** It prints answer choices. */
  choices: boolean;
  /** It depends on a random choice. */
  random: boolean;
  /** The texts written in the template that it may print. */
  literals: readonly string[];
  /** A list, dict or namespace that the template itself builds: its keys are no keys of the record. */
  built?: boolean;
  /** The numbers of the answer choices that it prints, where the template names them. */
  picked?: readonly number[];
}

export const NOTHING: Value = { uses: [], choices: false, random: false, literals: [] };

const MAX_USES = 60;
const MAX_OPERATIONS = 8;

export function merge(...values: readonly Value[]): Value {
  const seen = new Map<string, Use>();
  for (const use of values.flatMap((value) => value.uses)) {
    if (seen.size >= MAX_USES) break;
    seen.set(`${use.via} ${use.path} ${use.operations.join(',')}`, use);
  }
  return {
    uses: [...seen.values()],
    choices: values.some((value) => value.choices),
    random: values.some((value) => value.random),
    literals: values.flatMap((value) => value.literals).slice(0, 200),
    built: values.some((value) => value.built),
    picked: values.flatMap((value) => value.picked ?? []),
  };
}

/** The value after an operation. */
export function operated(value: Value, operation: string): Value {
  return {
    ...value,
    uses: value.uses.map((use) => ({
      ...use,
      operations: [...use.operations, operation].slice(-MAX_OPERATIONS),
    })),
    random: value.random || operation === 'choice' || operation === 'random' || operation === 'shuffle',
  };
}

/** The value one constant key further down. */
export function below(value: Value, key: string): Value {
  if (value.built) return value;
  return {
    ...value,
    uses: value.uses.map((use) => (use.via === 'value' ? { ...use, path: `${use.path}.${key}` } : use)),
  };
}

/** What only steers: the uses as a key, an argument or a condition; no text of its own. */
export function steering(value: Value, via: Via): Value {
  return { ...value, uses: value.uses.map((use) => ({ ...use, via })), choices: false, literals: [] };
}

/** The name of the record's field that a path starts at. */
export function rootOf(path: string): string {
  const dot = path.indexOf('.');
  return dot < 0 ? path : path.slice(0, dot);
}
