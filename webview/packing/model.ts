import type { PackedDocument, PackedToken, PackingView } from '../../server/protocol.ts';

export type Sequence = PackingView['sequences'][number];

/** Collections in order of first appearance: each has a colour and a letter. */
export function collectionsOf(view: PackingView): string[] {
  const names = view.sequences.flatMap(({ documents }) =>
    documents.map(({ draw }) => collectionOf(draw.task)),
  );
  return [...new Set(names)];
}

export function collectionOf(task: string): string {
  return task.slice(0, task.indexOf('/'));
}

/** The letter of the n-th collection: A to Z, then A1 and so on. */
export function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
}

/** Neighbouring tokens of one document that all take loss, or none of them. */
export interface Stretch {
  document: number;
  loss: boolean;
  /** Tokens in order, with their places in the sequence. */
  tokens: { text: string; place: number }[];
}

export function stretchesOf(tokens: readonly PackedToken[]): Stretch[] {
  const stretches: Stretch[] = [];
  tokens.forEach(({ text, document, loss }, place) => {
    const last = stretches.at(-1);
    if (last?.document === document && last.loss === loss) last.tokens.push({ text, place });
    else stretches.push({ document, loss, tokens: [{ text, place }] });
  });
  return stretches;
}

/** Tokens that take loss. */
export function lossOf({ loss }: PackedDocument): number {
  return loss.reduce((sum, [from, to]) => sum + to - from, 0);
}
