/** Where a cursor stands in a run spec that is perhaps half written. */
export interface SpecPlace {
  /** The mapping that it stands in. */
  path: string[];
  /** The key whose value is being written; undefined where a key is. */
  key: string | undefined;
  /** What is written of the word so far. */
  begun: string;
}

/** Read off the text before the cursor by its indentation and brackets, since a half-written file doesn't parse. */
export function placeAt(text: string, offset: number): SpecPlace | undefined {
  const before = text.slice(0, offset);
  const lines = before.split('\n');
  const line = lines.pop()!;
  if (/(^|\s)#/u.test(line)) return undefined;
  const indent = line.length - line.trimStart().length;
  const path = parentsOf(lines, indent);
  return withinLine(line.trimStart(), path);
}

/** The keys that lines further left open, outermost first. */
function parentsOf(lines: readonly string[], indent: number): string[] {
  const path: string[] = [];
  let limit = indent;
  for (const line of lines.toReversed()) {
    const found = /^(\s*)([\w.-]+):\s*(?:#.*)?$/u.exec(line);
    if (line.trim() === '' || !found) {
      const own = line.length - line.trimStart().length;
      if (line.trim() !== '' && !line.trimStart().startsWith('#')) limit = Math.min(limit, own);
      continue;
    }
    const own = found[1]!.length;
    if (own < limit) path.unshift(found[2]!);
    limit = Math.min(limit, own);
  }
  return path;
}

function withinLine(line: string, outer: readonly string[]): SpecPlace {
  const path = [...outer];
  let rest = line;
  for (;;) {
    // A flow mapping that is closed is a value like any other.
    rest = rest.replace(/\{[^{}]*\}/gu, '-');
    const open = /^(?:.*,)?\s*([\w.-]+):\s*\{/u.exec(rest);
    if (!open) break;
    path.push(open[1]!);
    rest = rest.slice(open[0].length);
  }
  const last = rest.slice(rest.lastIndexOf(',') + 1).trimStart();
  const value = /^([\w.-]+):\s+(.*)$/u.exec(last) ?? /^([\w.-]+):()$/u.exec(last);
  return value
    ? { path, key: value[1]!, begun: value[2]!.trimEnd() }
    : { path, key: undefined, begun: last.trimEnd() };
}
