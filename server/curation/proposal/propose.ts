import { OUTSPOKEN, ownEvidence } from './evidence.ts';
import type { Like, Similarity, Vote } from './similarity.ts';
import type { Evidence, Proposal, TaskToPropose } from './types.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Puts together what is known of a task: its category, how sure, and why. Undefined where nothing says anything. */
export function propose(
  task: TaskToPropose,
  vocabulary: Vocabulary,
  similarity?: Similarity,
  apart: (id: string) => boolean = (id) => id === task.id,
): Proposal | undefined {
  const own = ownEvidence(task, vocabulary);
  const similar = similarity
    ? similarEvidence(similarity.like(task, similarity.vote.neighbours, apart), similarity.vote)
    : [];
  // Where its collection says what a task is, others of the same data may still be something else.
  if (own.some(({ kind }) => kind === 'tag' || kind === 'own'))
    for (const one of similar) one.confidence *= OUTSPOKEN;
  return weigh([...own, ...similar]);
}

/** Each neighbour votes by a power of its likeness; a category stands as high as its nearest one and its share. */
function similarEvidence(likes: readonly Like[], { least, power, sure }: Vote): Evidence[] {
  const near = likes.filter(({ similarity }) => similarity >= least);
  const all = near.reduce((sum, { similarity }) => sum + similarity ** power, 0);
  const votes = new Map<string, { nearest: Like; votes: number }>();
  for (const like of near) {
    const before = votes.get(like.category);
    votes.set(like.category, {
      nearest: before?.nearest ?? like,
      votes: (before?.votes ?? 0) + like.similarity ** power,
    });
  }
  return [...votes].map(([category, { nearest, votes: own }]) => ({
    kind: 'similar',
    category,
    confidence: sure(own / all, nearest.similarity),
    quote: nearest.id,
    similarity: nearest.similarity,
  }));
}

/**
 * Kinds of evidence are taken as independent: a category fails only if all that speaks for it does. What speaks
 * for the second one makes the first less sure.
 */
export function weigh(evidence: readonly Evidence[]): Proposal | undefined {
  const byCategory = new Map<string, Evidence[]>();
  for (const one of evidence) byCategory.set(one.category, [...(byCategory.get(one.category) ?? []), one]);
  const sure = (of: readonly Evidence[]) => 1 - of.reduce((all, { confidence }) => all * (1 - confidence), 1);
  const ranked = [...byCategory]
    .map(([category, of]) => ({ category, of: of.sort(bySureness), sure: sure(of) }))
    .sort((a, b) => b.sure - a.sure || (a.category < b.category ? -1 : 1));
  const [first, ...others] = ranked;
  if (!first) return undefined;
  return {
    category: first.category,
    confidence: first.sure * (1 - (others[0]?.sure ?? 0) / 2),
    evidence: first.of,
    against: others.flatMap(({ of }) => of).sort(bySureness),
  };
}

function bySureness(a: Evidence, b: Evidence): number {
  return b.confidence - a.confidence;
}
