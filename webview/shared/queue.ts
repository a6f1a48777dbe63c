/** The next row after `from` that waits for a verdict, round to the start again; skipped ones come last. */
export function nextOf<Key, Row extends Key & { state: string }>(
  rows: readonly Row[],
  from: Key | undefined,
  skipped: readonly Key[],
  same: (a: Key | undefined, b: Key | undefined) => boolean,
): Row | undefined {
  const at = rows.findIndex((row) => same(row, from));
  const round = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))];
  const waits = (row: Row) => row.state !== 'decided' && row.state !== 'clean' && !same(row, from);
  return (
    round.find((row) => waits(row) && !skipped.some((key) => same(key, row))) ??
    round.find((row) => waits(row))
  );
}
