/**
 * Data-set families. Splits go by family, so that a model is never tested on a data set it has seen under
 * another name: subsets are dropped from the name, and families that share the text of a
 * template are one.
 */
export function familiesOf(rows: readonly { task: string; text: string }[]): string[] {
  const parent = new Map<string, string>();
  const find = (name: string): string => {
    const up = parent.get(name) ?? name;
    return up === name ? name : find(up);
  };
  const firstWith = new Map<string, string>();
  for (const { task, text } of rows) {
    const name = find(nameOf(task));
    const key = text.replaceAll(/\W+/g, ' ').trim();
    const other = firstWith.get(key);
    if (other === undefined) firstWith.set(key, name);
    else if (find(other) !== name) parent.set(find(other), name);
  }
  return rows.map(({ task }) => find(nameOf(task)));
}

/** `glue/mnli` is of the family `glue`. An organisation before the name only keeps its sets together. */
function nameOf(task: string): string {
  return task.split('/')[0]!;
}
