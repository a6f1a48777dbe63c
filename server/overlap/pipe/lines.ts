const LINE_FEED = 10;
const BOM = Buffer.from('\ufeff');

/** A stream of bytes cut into pieces that end in a line feed, with the byte each starts at; one is put after a last line that lacks it. A BOM at the start is left out. */
export async function* wholeLines(
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ lines: Buffer; offset: number }> {
  let waiting: Buffer[] = [];
  let offset = 0;
  let started = false;
  const take = (lines: Buffer) => {
    const from = offset;
    offset += lines.length;
    const skip = !started && lines.subarray(0, 3).equals(BOM) ? BOM.length : 0;
    started = true;
    return { lines: lines.subarray(skip), offset: from + skip };
  };
  for await (const bytes of input) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      yield take(Buffer.concat([...waiting, chunk.subarray(0, end)]));
      waiting = [];
    }
    if (end < chunk.length) waiting.push(Buffer.from(chunk.subarray(end)));
  }
  if (waiting.length > 0) yield take(Buffer.concat([...waiting, Buffer.from('\n')]));
}

/** Where each record of some lines stands: lines that are blank or of the offsets `faulty` are none. */
export function recordLines(
  lines: Buffer,
  faulty: ReadonlySet<number>,
): { count: number; records: { line: number; offset: number }[]; faults: Map<number, number> } {
  const records: { line: number; offset: number }[] = [];
  const faults = new Map<number, number>();
  let line = 0;
  for (let from = 0; from < lines.length; line++) {
    const end = lines.indexOf(LINE_FEED, from);
    if (faulty.has(from)) faults.set(from, line);
    else if (!isBlank(lines, from, end)) records.push({ line, offset: from });
    from = end + 1;
  }
  return { count: line, records, faults };
}

function isBlank(lines: Buffer, from: number, end: number): boolean {
  while (from < end && (lines[from] === 0x20 || lines[from] === 0x09 || lines[from] === 0x0d)) from++;
  return from === end;
}
