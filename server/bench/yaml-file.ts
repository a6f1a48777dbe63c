import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import '../base/fault-words.ts';
import { messageOf, type Problem } from '../base/problem.ts';
import { nearest } from './nearest.ts';

export interface YamlFile<T> {
  /** What passed the schema; undefined when the file could not be read at all. */
  value: T | undefined;
  problems: Problem[];
  /** The 1-based place of a path in the file, for problems found later. */
  at(path: readonly PropertyKey[]): { line: number; column: number };
}

/**
 * Reads a YAML file against a schema. Each fault becomes one problem with its place; the faulty
 * part is left out and the rest is kept, as long as what remains passes.
 */
export function readYamlFile<T>(file: string, schema: z.ZodType<T>): YamlFile<T> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const message = `cannot be read (${messageOf(error)})`;
    return {
      value: undefined,
      problems: [{ file, message, severity: 'error' }],
      at: () => ({ line: 1, column: 1 }),
    };
  }
  return parseYaml(file, text, schema);
}

export function parseYaml<T>(file: string, text: string, schema: z.ZodType<T>): YamlFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (path: readonly PropertyKey[]) => place(document, lines, path);
  const problems: Problem[] = [...document.errors, ...document.warnings].map((fault) => {
    const { line, col } = lines.linePos(fault.pos[0]);
    return { file, line, column: col, message: fault.message, severity: 'error' };
  });
  if (document.errors.length > 0) return { value: undefined, problems, at };

  const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  const removed: Removed = new WeakMap();
  // Each round reports the faults of what is there and takes the faulty parts out, so that one
  // wrong key doesn't cost the whole file. A fault at the root can't be taken out.
  for (let round = 0; round < 20; round++) {
    const result = schema.safeParse(value);
    if (result.success) return { value: result.data, problems, at };
    for (const issue of result.error.issues) {
      for (const fault of faultsOf(issue, value, schema, removed)) {
        if (!fault.consequence) {
          problems.push({ file, ...at(fault.path), message: fault.message, severity: 'error' });
        }
        if (!removeAt(value, fault.path, removed)) return { value: undefined, problems, at };
      }
    }
    dropHoles(value);
  }
  return { value: undefined, problems, at };
}

interface Fault {
  path: PropertyKey[];
  message: string;
  /** Only there because an earlier fault was taken out: nothing to tell a person. */
  consequence?: boolean;
}

/** The keys that were taken out, by the mapping that held them. */
type Removed = WeakMap<object, Set<PropertyKey>>;

function faultsOf(issue: z.core.$ZodIssue, value: unknown, schema: z.ZodType, removed: Removed): Fault[] {
  const where = issue.path.map(String).join('.') || 'the file';
  if (issue.code === 'invalid_union') {
    // What takes a value of this kind says what is wrong in it.
    const branch = issue.errors.find((errors) =>
      errors.every(({ path, code }) => path.length > 0 || !KIND.has(code)),
    );
    if (branch && branch.length > 0) {
      return branch.flatMap((inner) =>
        faultsOf({ ...inner, path: [...issue.path, ...inner.path] }, value, schema, removed),
      );
    }
  }
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => {
      const guess = nearest(key, known);
      const hint = guess ? `did you mean "${guess}"?` : `known here: ${known.join(', ')}`;
      return { path: [...issue.path, key], message: `unknown key "${key}": ${hint}` };
    });
  }
  const given = valueAt(value, issue.path);
  if (given === undefined && issue.path.length > 0) {
    // A missing key costs the mapping that it belongs to.
    const path = issue.path.slice(0, -1);
    const parent = valueAt(value, path);
    const key = issue.path.at(-1)!;
    const consequence = typeof parent === 'object' && parent !== null && removed.get(parent)?.has(key);
    return [{ path, message: `"${String(key)}" is missing${expectation(issue)}`, consequence }];
  }
  if (issue.code === 'invalid_value') {
    const known = issue.values.map(String);
    const guess = nearest(String(given), known);
    const hint = guess ? `did you mean "${guess}"?` : `one of ${known.join(', ')}`;
    return [{ path: issue.path, message: `${where}: ${JSON.stringify(given)} is not known: ${hint}` }];
  }
  return [{ path: issue.path, message: `${where}: ${issue.message}` }];
}

/** Codes of a value that is of another kind altogether. */
const KIND: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value']);

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return ` (one of ${issue.values.map(String).join(', ')})`;
  return issue.code === 'invalid_type' ? ` (${issue.expected} expected)` : '';
}

/** The keys that the schema knows for the mapping at `path`. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  const inner = (node: unknown): unknown => {
    const def = (node as { def?: { type?: string; innerType?: unknown; options?: unknown[] } }).def;
    if (def?.type === 'union') {
      const keyed = def.options?.map(inner).find(hasKeys);
      return keyed ?? node;
    }
    return def && (def.type === 'optional' || def.type === 'default') ? inner(def.innerType) : node;
  };
  const hasKeys = (node: unknown) => (node as { def?: { type?: string } }).def?.type === 'object';
  for (const key of path) {
    const def = (
      inner(at) as { def?: { shape?: Record<string, unknown>; element?: unknown; valueType?: unknown } }
    ).def;
    at = def?.shape?.[String(key)] ?? def?.element ?? def?.valueType;
    if (!at) return [];
  }
  const shape = (inner(at) as { def?: { shape?: Record<string, unknown> } }).def?.shape;
  return shape ? Object.keys(shape) : [];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

const HOLE = Symbol('removed');

/**
 * Takes the part at `path` out; false at the root. List items leave a hole, so that later paths still fit.
 * What an earlier fault took out with all around it is gone already.
 */
function removeAt(value: unknown, path: readonly PropertyKey[], removed: Removed): boolean {
  const last = path.at(-1);
  const parent = valueAt(value, path.slice(0, -1));
  if (last === undefined) return false;
  if (typeof parent !== 'object' || parent === null) return true;
  if (Array.isArray(parent)) {
    parent[Number(last)] = HOLE;
  } else {
    delete (parent as Record<PropertyKey, unknown>)[last];
    const keys = removed.get(parent) ?? new Set();
    removed.set(parent, keys.add(last));
  }
  return true;
}

function dropHoles(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const kept = value.filter((item) => item !== HOLE);
    value.splice(0, value.length, ...kept);
  }
  for (const item of Object.values(value)) dropHoles(item);
}

/** Where the node at `path` stands, or the nearest enclosing one that exists; a mapping's key rather than its value. */
function place(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): { line: number; column: number } {
  for (let length = path.length; length > 0; length--) {
    const key = path[length - 1];
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair && isScalar(pair.key) && pair.key.range) return toPlace(lines, pair.key.range[0]);
    }
    const node = document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) return toPlace(lines, range[0]);
  }
  return { line: 1, column: 1 };
}

function toPlace(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
