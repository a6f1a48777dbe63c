/** A Markdown table; numbers stand to the right. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const numeric = headings.map(
    (_, at) => rows.length > 0 && rows.every((row) => typeof row[at] === 'number'),
  );
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(headings.map(cell)),
    line(numeric.map((is) => (is ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(cell))),
  ].join('\n');
}

/** What a person wrote must not break the table, nor be read as HTML. */
function cell(value: string | number): string {
  if (typeof value === 'number') return value.toLocaleString('en');
  return value
    .replace(/\s+/gu, ' ')
    .replace(/[\\|`*[\]]/gu, '\\$&')
    .replaceAll('<', '&lt;');
}
