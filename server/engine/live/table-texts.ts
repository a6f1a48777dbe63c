import { escapedPiece, type Lines, type Piece, type PieceText, plainPiece, type Unescape } from './pieces.ts';

/** Input and output are read as one text; of more columns it isn't known which belong together. */
function joined(cells: readonly Piece[]): PieceText[] {
  if (cells.length === 0) return [];
  return cells.length === 2 ? [cells] : cells.map((cell) => [cell]);
}

/** Tab-separated lines without quoting rules. */
export function tsvTexts(source: string, lines: Lines): PieceText[] {
  const texts: PieceText[] = [];
  for (let start = 0; start < source.length; ) {
    const feed = source.indexOf('\n', start);
    const end = feed < 0 ? source.length : feed;
    const cells: Piece[] = [];
    for (let from = start; from <= end; ) {
      const tab = source.indexOf('\t', from);
      const to = tab < 0 || tab > end ? end : tab;
      if (to > from) cells.push(plainPiece(source, from, to, lines));
      from = to + 1;
    }
    texts.push(...joined(cells));
    start = end + 1;
  }
  return texts;
}

const doubled: Unescape = (source, at) =>
  source.charCodeAt(at) === 0x22 && source.charCodeAt(at + 1) === 0x22 ? { text: '"', length: 2 } : undefined;

/** Comma-separated records; a quoted field may hold line feeds, and quotes written twice. */
export function csvTexts(source: string, lines: Lines): PieceText[] {
  const texts: PieceText[] = [];
  let cells: Piece[] = [];
  const endRecord = () => {
    texts.push(...joined(cells));
    cells = [];
  };
  for (let at = 0; at < source.length; ) {
    if (source[at] === '"') {
      const end = quotedEnd(source, at + 1);
      cells.push(escapedPiece(source, at + 1, end, lines, doubled));
      at = end + 1;
    } else {
      let end = at;
      while (end < source.length && source[end] !== ',' && source[end] !== '\n') end++;
      if (end > at) cells.push(plainPiece(source, at, end, lines));
      at = end;
    }
    if (source[at] === '\r') at++;
    if (source[at] !== ',') endRecord();
    at++;
  }
  endRecord();
  return texts;
}

function quotedEnd(source: string, from: number): number {
  let at = source.indexOf('"', from);
  while (at >= 0 && source[at + 1] === '"') at = source.indexOf('"', at + 2);
  return at < 0 ? source.length : at;
}
