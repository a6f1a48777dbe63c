/** One change of a text: what stands from `start` to `end` gives way to `text`. Lines and characters count from 0. */
export interface TextEdit {
  start: Place;
  end: Place;
  text: string;
}

interface Place {
  line: number;
  character: number;
}

/** The one change that makes `after` of `before`: from the first character that differs to the last. */
export function editBetween(before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same++;
  return {
    start: placeOf(before, start),
    end: placeOf(before, before.length - same),
    text: after.slice(start, after.length - same),
  };
}

function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length - 1, character: offset - (before.lastIndexOf('\n') + 1) };
}
