import type { ScoredExample, ScoredPage } from '../../server/protocol.ts';

export type Row = ScoredPage['rows'][number];
export type Outcome = 'right' | 'partly' | 'wrong' | 'failed';

export function outcomeOf(score: number | null): Outcome {
  if (score === null) return 'failed';
  if (score === 1) return 'right';
  return score > 0 ? 'partly' : 'wrong';
}

/** Candidates that are references, as places among them. */
export function rightPlaces({ candidates, references }: ScoredExample): number[] {
  const right = new Set(references.map((text) => text.trim()));
  return (candidates ?? []).flatMap((text, place) => (right.has(text.trim()) ? [place] : []));
}

/** How a choice among candidates came about. */
export interface Choice {
  right: boolean;
  chosen: string;
  /** The likeliest of the candidates that are references. */
  reference: string;
  /** Nats by which the chosen one leads: over the likeliest wrong one, or over the reference. Null without another. */
  lead: number | null;
}

/** Null where nothing was chosen. */
export function choiceOf(scored: ScoredExample): Choice | null {
  const { chosen, candidates, logLikelihoods } = scored;
  const places = rightPlaces(scored);
  if (chosen === undefined || !candidates || !logLikelihoods || places.length === 0) return null;
  const likeliest = (among: readonly number[]) =>
    among.reduce((best, place) => (logLikelihoods[place]! > logLikelihoods[best]! ? place : best));
  const best = likeliest(places);
  const right = places.includes(chosen);
  const others = candidates.flatMap((_, place) => (places.includes(place) ? [] : [place]));
  const rival = right ? (others.length > 0 ? likeliest(others) : undefined) : best;
  return {
    right,
    chosen: candidates[chosen]!,
    reference: candidates[best]!,
    lead: rival === undefined ? null : logLikelihoods[chosen]! - logLikelihoods[rival]!,
  };
}
