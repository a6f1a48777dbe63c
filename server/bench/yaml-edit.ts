import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
} from 'yaml';

type Scalar = number | string | boolean;
type Value = Scalar | readonly string[] | Readonly<Record<string, unknown>>;
type Range = [start: number, valueEnd: number, nodeEnd: number];

/**
 * A YAML text in which `path` holds `value` (undefined: is no longer there). Nothing else changes: comments,
 * order and layout of the rest stay. Mappings on the way that don't exist are made.
 */
export function setYaml(text: string, path: readonly string[], value: Value | undefined): string {
  const document = parseDocument(text);
  const map = rootOf(document);
  if (!map) return value === undefined ? text : addLine(text, text.length, 0, path, value);
  return set(text, map, path, value);
}

/** As `setYaml`, for a mapping of scalars: what it doesn't name goes, an empty one goes itself. */
export function setYamlMapping(
  text: string,
  path: readonly string[],
  values: Readonly<Record<string, Scalar>>,
): string {
  const names = Object.keys(values);
  if (names.length === 0) return setYaml(text, path, undefined);
  const now = parseDocument(text).getIn(path);
  const gone = isMap(now) ? now.items.map(nameOf).filter((name) => !names.includes(name)) : [];
  // Added before others go, so that the mapping is never empty on the way.
  const added = names.reduce((changed, name) => setYaml(changed, [...path, name], values[name]), text);
  return gone.reduce((changed, name) => setYaml(changed, [...path, name], undefined), added);
}

/** As `setYaml`, for a list of names: those that are not in it come last, in its own layout. */
export function addToYamlList(text: string, path: readonly string[], names: readonly string[]): string {
  const document = parseDocument(text);
  rootOf(document);
  const list = document.getIn(path);
  if (!isSeq(list) || list.items.length === 0) return setYaml(text, path, names);
  const there = new Set(list.items.map((item) => String(isScalar(item) ? item.value : item)));
  const added = names.filter((name) => !there.has(name));
  if (added.length === 0) return text;
  const [first, last] = [rangeOf(list.items[0])!, rangeOf(list.items.at(-1))!];
  if (list.flow) {
    const end = last[1];
    return `${text.slice(0, end)}, ${added.map(listed).join(', ')}${text.slice(end)}`;
  }
  const line = text.lastIndexOf('\n', first[0] - 1) + 1;
  const indent = text.slice(line, text.indexOf('-', line));
  const at = nextLine(text, last[1]);
  const before = text.slice(0, at);
  const items = added.map((name) => `${indent}- ${listed(name)}\n`).join('');
  return `${before}${before.endsWith('\n') ? '' : '\n'}${items}${text.slice(at)}`;
}

function rootOf(document: Document): YAMLMap | undefined {
  if (document.errors.length > 0) throw new Error(document.errors[0]!.message);
  if (document.contents === null) return undefined;
  if (isMap(document.contents)) return document.contents;
  throw new Error('the file is not a mapping');
}

function set(text: string, map: YAMLMap, path: readonly string[], value: Value | undefined): string {
  const [key, ...rest] = path as [string, ...string[]];
  const pair = map.items.find((item) => nameOf(item) === key);
  if (!pair) return value === undefined ? text : addItem(text, map, path, value);
  if (rest.length > 0) {
    if (isMap(pair.value) && pair.value.items.length > 0) return set(text, pair.value, rest, value);
    return value === undefined ? text : replaceValue(text, pair, flow(rest, value));
  }
  if (value === undefined) return removeItem(text, map, pair);
  if (isScalar(pair.value) && pair.value.value === value) return text;
  return replaceValue(text, pair, flow([], value));
}

function replaceValue(text: string, pair: Pair, written: string): string {
  const range = rangeOf(pair.value);
  if (range && range[1] > range[0]) return text.slice(0, range[0]) + written + text.slice(range[1]);
  const colon = text.indexOf(':', rangeOf(pair.key)![1]);
  return `${text.slice(0, colon + 1)} ${written}${text.slice(colon + 1)}`;
}

/** A new last item: inside the brackets of a flow mapping, on lines of its own in a block mapping. */
function addItem(text: string, map: YAMLMap, path: readonly string[], value: Value): string {
  const first = rangeOf(map.items[0]?.key);
  if (map.flow || !first) {
    const close = text.lastIndexOf('}', map.range![1] - 1);
    const before = text.slice(0, close).trimEnd();
    const comma = map.items.length > 0 && !before.endsWith(',') ? ',' : '';
    return `${before}${comma} ${item(path, value)} ${text.slice(close)}`;
  }
  const last = map.items.at(-1)!;
  const indent = first[0] - (text.lastIndexOf('\n', first[0] - 1) + 1);
  return addLine(text, nextLine(text, (rangeOf(last.value) ?? rangeOf(last.key)!)[1]), indent, path, value);
}

function addLine(text: string, at: number, indent: number, path: readonly string[], value: Value): string {
  const before = text.slice(0, at);
  const open = before === '' || before.endsWith('\n') ? '' : '\n';
  const lines = typeof value === 'object' ? block(path, value) : [item(path, value)];
  const written = lines.map((line) => `${' '.repeat(indent)}${line}\n`).join('');
  return `${before}${open}${written}${text.slice(at)}`;
}

/** A name as an item of a list of either layout. */
function listed(name: string): string {
  const list = stringify([name], { collectionStyle: 'flow', lineWidth: 0 });
  return bare(bare(list).slice(1, -1));
}

/** A list or a mapping, one item a line. */
function block(path: readonly string[], value: Value): string[] {
  const nested = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  return bare(stringify(nested, { lineWidth: 0 })).split('\n');
}

/** Takes an item out; in a block mapping with its lines, of which one stays where it was the only item. */
function removeItem(text: string, map: YAMLMap, pair: Pair): string {
  const start = rangeOf(pair.key)![0];
  const end = rangeOf(pair.value)?.[1] ?? rangeOf(pair.key)![1] + 1;
  if (!map.flow) {
    const rest = text.slice(nextLine(text, end));
    if (map.items.length === 1) return `${text.slice(0, start)}{}\n${rest}`;
    return text.slice(0, text.lastIndexOf('\n', start - 1) + 1) + rest;
  }
  const next = map.items[map.items.indexOf(pair) + 1];
  if (next) return text.slice(0, start) + text.slice(rangeOf(next.key)![0]);
  return text.slice(0, start).replace(/,?\s*$/u, '') + text.slice(end);
}

/** The start of the line after what ends at `at`; a block's end already lies there. */
function nextLine(text: string, at: number): number {
  if (text[at - 1] === '\n') return at;
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

function item([key, ...rest]: readonly string[], value: Value): string {
  return `${bare(stringify(key))}: ${flow(rest, value)}`;
}

/** `value`, or `{ a: { b: value } }` for the rest of a path. */
function flow(path: readonly string[], value: Value): string {
  const nested = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  return bare(stringify(nested, { collectionStyle: 'flow', lineWidth: 0 }));
}

/** Without the layout round it. Other white space than this is part of a name. */
function bare(text: string): string {
  return text.replace(/^[ \n]+|[ \n]+$/gu, '');
}

function nameOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function rangeOf(node: unknown): Range | undefined {
  return (node as { range?: Range | null } | null | undefined)?.range ?? undefined;
}
