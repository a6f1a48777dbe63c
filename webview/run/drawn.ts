/** A run that is drawn; its mark stays its own while it is. */
export interface Drawn {
  id: string;
  mark: number;
}

/** Runs drawn over each other at most: more can't be told apart. */
export const MOST_DRAWN = 8;

/** One run more, with the first mark that is free; as it was where that is one too many. */
export function withRun(drawn: readonly Drawn[], id: string): Drawn[] {
  if (drawn.length >= MOST_DRAWN || drawn.some((one) => one.id === id)) return [...drawn];
  const marks = new Set(drawn.map(({ mark }) => mark));
  let mark = 0;
  while (marks.has(mark)) mark++;
  return [...drawn, { id, mark }];
}

export function withoutRun(drawn: readonly Drawn[], id: string): Drawn[] {
  return drawn.filter((one) => one.id !== id);
}

/** Another run is shown: it takes the place and the mark of the one before, unless it is drawn already. */
export function shownInstead(drawn: readonly Drawn[], before: string, id: string): Drawn[] {
  if (drawn.some((one) => one.id === id)) return [...drawn];
  return drawn.map((one) => (one.id === before ? { ...one, id } : one));
}
