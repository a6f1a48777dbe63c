import type { ComparisonRow, Estimate, MetricName, ShotsSetting } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';

/** Per cent with one decimal, as the paper prints scores; a dash where there is none. */
export function scoreWord(score: number | null | undefined): string {
  return score === null || score === undefined ? '–' : (score * 100).toFixed(1);
}

export function estimateWord(estimate: Estimate | null | undefined): string {
  if (!estimate) return '–';
  const { score, error } = estimate;
  return error === null ? scoreWord(score) : `${scoreWord(score)} ± ${scoreWord(error)}`;
}

export function shotsWord(shots: ShotsSetting): string {
  return shots === 'fit' ? t('as many as fit') : String(shots);
}

/** "+1.2", "−0.3": signs of the same width, so that figures align. */
export function signedWord(difference: number): string {
  const text = (Math.abs(difference) * 100).toFixed(1);
  if (text === '0.0') return '0.0';
  return `${difference > 0 ? '+' : '−'}${text}`;
}

/** What the test says, in words. */
export function differenceWord({ interval, p, examples }: ComparisonRow): string {
  if (!interval || p === null) return t('no example that both scored');
  const [low, high] = interval;
  return t(
    '95 %: {0} to {1}; p {2} by a paired test over {3} examples',
    signedWord(low),
    signedWord(high),
    p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`,
    examples,
  );
}

export function metricWord(metric: MetricName | null): string {
  if (metric === null) return t('each template’s');
  const words: Record<MetricName, string> = {
    accuracy: t('accuracy'),
    accuracyPerToken: t('accuracy per token'),
    accuracyPerByte: t('accuracy per byte'),
    accuracyUnconditional: t('accuracy, unconditional'),
    exactMatch: t('exact match'),
    exactMatchNormalised: t('exact match, normalised'),
    finalAnswer: t('final answer'),
    lastNumber: t('last number'),
    rougeL: t('Rouge-L'),
  };
  return words[metric];
}
