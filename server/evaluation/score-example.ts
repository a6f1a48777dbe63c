import type { MetricName, ScoreAnswer, ScoredExample } from '../protocol.ts';
import { exactMatch, exactMatchNormalised } from './metrics/exact-match.ts';
import { finalAnswerMatch, lastNumberMatch } from './metrics/final-answer.ts';
import { rank, rightCandidates } from './metrics/rank.ts';
import { bestRougeL } from './metrics/rouge.ts';

/** What of an example is known before it is scored. */
export type Asked = Pick<
  ScoredExample,
  'task' | 'example' | 'template' | 'shots' | 'shown' | 'kind' | 'references' | 'candidates' | 'overlap'
>;

/** An example that has no score, with the reason. */
export function failedExample(asked: Asked, reason: string): ScoredExample {
  return { ...asked, prediction: null, tokens: [], truncated: 0, tied: false, metrics: {}, failed: reason };
}

/** An example with its scores. An answer that makes no sense fails it: it never counts as wrong. */
export function scoreExample(asked: Asked, answer: ScoreAnswer, unconditional?: ScoreAnswer): ScoredExample {
  if ('error' in answer) return failedExample(asked, answer.error);
  if (unconditional && 'error' in unconditional) return failedExample(asked, unconditional.error);
  if ('text' in answer) {
    if (asked.kind === 'rank') return failedExample(asked, 'the backend wrote a text instead of scores');
    const { references } = asked;
    const prediction = answer.text.trim();
    const metrics: Partial<Record<MetricName, number>> = {
      exactMatch: exactMatch(references, prediction),
      exactMatchNormalised: exactMatchNormalised(references, prediction),
      finalAnswer: finalAnswerMatch(references, prediction),
      rougeL: bestRougeL(references, prediction),
    };
    const number = lastNumberMatch(references, prediction);
    if (number !== undefined) metrics.lastNumber = number;
    const { tokens, truncated } = answer;
    return { ...asked, prediction, tokens: [tokens], truncated, tied: false, metrics };
  }
  const candidates = asked.candidates;
  if (!candidates) return failedExample(asked, 'the backend gave scores instead of a text');
  const { log_likelihoods: logLikelihoods, tokens, truncated } = answer;
  const alone =
    unconditional && 'log_likelihoods' in unconditional ? unconditional.log_likelihoods : undefined;
  for (const scores of [logLikelihoods, tokens, alone]) {
    if (scores && scores.length !== candidates.length)
      return failedExample(asked, `${scores.length} scores came for ${candidates.length} candidates`);
  }
  const empty = tokens.indexOf(0);
  if (empty >= 0) return failedExample(asked, `the candidate "${candidates[empty]}" has no tokens`);
  try {
    const right = rightCandidates(candidates, asked.references);
    const { chosen, tied, ...metrics } = rank(candidates, right, logLikelihoods, tokens, alone);
    return {
      ...asked,
      prediction: candidates[chosen]!,
      chosen,
      logLikelihoods,
      ...(alone && { unconditional: alone }),
      tokens,
      truncated,
      tied,
      metrics,
    };
  } catch (error) {
    return failedExample(asked, error instanceof Error ? error.message : String(error));
  }
}
