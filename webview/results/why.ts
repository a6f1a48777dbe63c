import type { ScoredExample, ScoredPage } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { shortened } from '../shared/words.ts';
import { scoreWord } from './words.ts';

export type Row = ScoredPage['rows'][number];

/** Candidates that are references, as places among them. */
export function rightPlaces({ candidates, references }: ScoredExample): number[] {
  const right = new Set(references.map((text) => text.trim()));
  return (candidates ?? []).flatMap((text, place) => (right.has(text.trim()) ? [place] : []));
}

export type Outcome = 'right' | 'partly' | 'wrong' | 'failed';

export function outcomeOf(score: number | null): Outcome {
  if (score === null) return 'failed';
  if (score === 1) return 'right';
  return score > 0 ? 'partly' : 'wrong';
}

/** Why an example counts as right or wrong, in a sentence. */
export function whyWord(scored: ScoredExample, score: number | null): string {
  if (scored.failed !== undefined) return t('It has no score and counts for nothing: {0}.', scored.failed);
  if (scored.kind === 'generate') return whyWritten(scored, score);
  const likelihoods = scored.logLikelihoods ?? [];
  const places = rightPlaces(scored);
  const best = places.reduce<number | undefined>(
    (found, place) => (found === undefined || likelihoods[place]! > likelihoods[found]! ? place : found),
    undefined,
  );
  const name = (place: number | undefined) => shortened(scored.candidates?.[place ?? -1] ?? '', 60);
  const { chosen, tied } = scored;
  if (chosen === undefined || best === undefined) return '';
  const tie = tied ? ` ${t('Another candidate was as likely; the first of them counts.')}` : '';
  if (places.includes(chosen)) {
    const others = likelihoods.flatMap((value, place) => (places.includes(place) ? [] : [value]));
    if (others.length === 0) return t('Right: there is no other candidate.');
    const margin = likelihoods[chosen]! - Math.max(...others);
    return t('Right: “{0}” is the likeliest candidate, by {1} nats.', name(chosen), margin.toFixed(2)) + tie;
  }
  const margin = likelihoods[chosen]! - likelihoods[best]!;
  return (
    t(
      'Wrong: “{0}” is likelier than the reference “{1}”, by {2} nats.',
      name(chosen),
      name(best),
      margin.toFixed(2),
    ) + tie
  );
}

function whyWritten({ metrics, prediction }: ScoredExample, score: number | null): string {
  const rouge = scoreWord(metrics.rougeL);
  if (score === 1) return t('Right: what was written is a reference.');
  if (prediction === '') return t('Nothing was written before the end.');
  if ((metrics.exactMatchNormalised ?? 0) === 1)
    return t('It is a reference but for case, punctuation and articles; Rouge-L {0}.', rouge);
  return t('What was written is no reference; Rouge-L with the nearest is {0}.', rouge);
}
