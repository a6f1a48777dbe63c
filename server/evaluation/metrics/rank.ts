import { messageOf } from '../../base/problem.ts';

/**
 * Rank classification: the candidate with the greatest summed log-likelihood is the prediction.
 *
 * Ties: scores closer than `TIE` (in nats; the variants per token and per byte likewise) to the greatest count
 * as equal to it, so that a backend's rounding decides nothing; of equal ones the first in the template's
 * order wins. Duplicates: candidates with the same text are one, at the place of the first.
 */
export const TIE = 1e-5;

/** Candidates without duplicates, in their order. */
export function distinctCandidates(candidates: readonly string[]): string[] {
  return [...new Set(candidates)];
}

/** The place of the winner, and whether another was as good. Throws on what is no number. */
export function winner(scores: readonly number[]): { chosen: number; tied: boolean } {
  if (scores.length === 0 || scores.some(Number.isNaN)) throw new Error('a log-likelihood is not a number');
  const greatest = Math.max(...scores);
  const equal = (score: number) => score === greatest || greatest - score < TIE;
  const chosen = scores.findIndex(equal);
  return { chosen, tied: scores.filter(equal).length > 1 };
}

/** The candidates that are right: those whose text, without white space at its ends, is a reference's. */
export function rightCandidates(candidates: readonly string[], references: readonly string[]): number[] {
  const right = new Set(references.map((reference) => reference.trim()));
  return candidates.flatMap((candidate, at) => (right.has(candidate.trim()) ? [at] : []));
}

export interface Ranked {
  chosen: number;
  tied: boolean;
  /** 1 or 0: right by the sum; by the sum over tokens, over UTF-8 bytes, less the unconditional sum. */
  accuracy: number;
  accuracyPerToken: number;
  accuracyPerByte: number;
  accuracyUnconditional?: number;
}

/** Throws where a score is not a number. */
export function rank(
  candidates: readonly string[],
  right: readonly number[],
  logLikelihoods: readonly number[],
  tokens: readonly number[],
  unconditional?: readonly number[],
): Ranked {
  const isRight = (scores: readonly number[]) => Number(right.includes(winner(scores).chosen));
  try {
    const { chosen, tied } = winner(logLikelihoods);
    return {
      chosen,
      tied,
      accuracy: Number(right.includes(chosen)),
      accuracyPerToken: isRight(logLikelihoods.map((sum, at) => sum / Math.max(1, tokens[at]!))),
      accuracyPerByte: isRight(
        logLikelihoods.map((sum, at) => sum / Math.max(1, Buffer.byteLength(candidates[at]!))),
      ),
      ...(unconditional && {
        accuracyUnconditional: isRight(logLikelihoods.map((sum, at) => sum - unconditional[at]!)),
      }),
    };
  } catch (error) {
    throw new Error(`the backend's scores can't be ranked: ${messageOf(error)}`);
  }
}
