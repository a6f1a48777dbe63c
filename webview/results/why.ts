import type { ScoredExample } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { shortened } from '../shared/words.ts';
import { choiceOf } from './outcome.ts';
import { scoreWord } from './words.ts';

/** Why an example counts as right or wrong, in a sentence. */
export function whyWord(scored: ScoredExample, score: number | null): string {
  if (scored.failed !== undefined) return t('It has no score and counts for nothing: {0}.', scored.failed);
  return scored.kind === 'generate' ? whyWritten(scored, score) : whyChosen(scored);
}

function whyChosen(scored: ScoredExample): string {
  const choice = choiceOf(scored);
  if (!choice) return t('What was chosen is not known.');
  const { right, lead } = choice;
  const [chosen, reference] = [shortened(choice.chosen, 60), shortened(choice.reference, 60)];
  const nats = lead?.toFixed(2) ?? '';
  const sentence =
    lead === null
      ? t('Right: there is no other candidate.')
      : right
        ? t('Right: “{0}” is the likeliest candidate, by {1} nats.', chosen, nats)
        : t('Wrong: “{0}” is likelier than the reference “{1}”, by {2} nats.', chosen, reference, nats);
  return scored.tied
    ? `${sentence} ${t('Another candidate was as likely; the first of them counts.')}`
    : sentence;
}

function whyWritten({ metrics, prediction }: ScoredExample, score: number | null): string {
  const rouge = scoreWord(metrics.rougeL);
  if (score === 1) return t('Right: what was written is a reference.');
  if (prediction === '') return t('Nothing was written before the end.');
  if (metrics.exactMatchNormalised === 1)
    return t('It is a reference but for case, punctuation and articles; Rouge-L {0}.', rouge);
  return t('What was written is no reference; Rouge-L with the nearest is {0}.', rouge);
}
