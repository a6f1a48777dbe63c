import type { JSX } from 'preact';
import { t } from '../shared/l10n.ts';
import { numberWord, timeWord } from '../shared/words.ts';
import type { Run } from './model.ts';
import { scoreWord } from './words.ts';

/** What was evaluated, how and when, and the mean by which the paper chooses among checkpoints. */
export function Runs({ runs }: { runs: readonly Run[] }): JSX.Element {
  return (
    <div class="wide">
      <table class="runs numbers">
        <caption class="said">{t('The runs shown')}</caption>
        <thead>
          <tr>
            <th scope="col" class="first">
              {t('Run')}
            </th>
            <th scope="col" class="number">
              {t('Mean of 0 and 5')}
            </th>
            <th scope="col" class="number">
              {t('Step')}
            </th>
            <th scope="col">{t('Evaluated')}</th>
            <th scope="col">{t('Instances')}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ file, results }) => (
            <tr key={file}>
              <th scope="row" class="first run" title={results.checkpoint.place}>
                {[results.name, ...asked(results)].join(' · ')}
              </th>
              <td class="number">{scoreWord(results.selection?.score)}</td>
              <td class="number">
                {results.checkpoint.step === null ? '–' : numberWord(results.checkpoint.step)}
              </td>
              <td>{timeWord(results.created)}</td>
              <td>{counted(results).join(' · ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function asked({ settings }: Run['results']): string[] {
  return [
    ...(settings.prompts === 'cot' ? [t('by chain-of-thought prompts')] : []),
    ...(settings.template === null ? [] : [t('template “{0}” alone', settings.template)]),
  ];
}

function counted({ counts }: Run['results']): string[] {
  return [
    numberWord(counts.examples),
    ...(counts.failed > 0 ? [t('{0} failed', numberWord(counts.failed))] : []),
    ...(counts.fewer > 0 ? [t('{0} with fewer shots', numberWord(counts.fewer))] : []),
    ...(counts.truncated > 0 ? [t('{0} cut from the left', numberWord(counts.truncated))] : []),
  ];
}
