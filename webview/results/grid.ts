/** Arrow keys go from button to button of a table: along a row, and to the same column of the next. */
export function moveInTable(event: KeyboardEvent): void {
  const steps: Record<string, [number, number]> = {
    ArrowRight: [0, 1],
    ArrowLeft: [0, -1],
    ArrowDown: [1, 0],
    ArrowUp: [-1, 0],
  };
  const step = steps[event.key];
  const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>('td, th');
  const row = cell?.closest('tr');
  const table = row?.closest('table');
  if (!step || !cell || !row || !table) return;
  const [down, across] = step;
  let at = row.rowIndex + down;
  let column = cell.cellIndex + across;
  // What can't be pressed is passed over.
  for (; at >= 0 && at < table.rows.length; at += down, column += across) {
    const next = table.rows[at]?.cells[column];
    if (!next) break;
    const button = next.querySelector<HTMLButtonElement>('button');
    if (!button) continue;
    event.preventDefault();
    button.focus();
    return;
  }
}
