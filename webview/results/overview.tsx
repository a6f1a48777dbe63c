import type { JSX } from 'preact';
import type { Comparison } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { levelWord, numberWord, timeWord } from '../shared/words.ts';
import { ScoreCell } from './cell.tsx';
import { moveInTable } from './grid.ts';
import {
  changedAt,
  columnsOf,
  differencesAt,
  type Run,
  type Spot,
  scoresAt,
  shotsOf,
  spotKey,
} from './model.ts';
import { scoreWord, shotsWord } from './words.ts';

interface OverviewProps {
  runs: readonly Run[];
  comparisons: ReadonlyMap<string, Comparison>;
  /** Only categories in which a run differs. */
  changed: boolean;
  spot: Spot;
  go: (spot: Spot) => void;
}

/** The paper's table: levels and their categories across, runs down. */
export function Overview({ runs, comparisons, changed, spot, go }: OverviewProps): JSX.Element {
  const shots = shotsOf(runs);
  const levels = columnsOf(runs).map(({ level, categories }) => ({
    level,
    spots: categories
      .map((category): Spot => ({ level, category }))
      .filter((one) => !changed || changedAt(comparisons, one)),
  }));
  const selected = (one: Spot) => spot.level === one.level && spot.category === one.category;
  const heading = (one: Spot, word: string) => (
    <button type="button" class="choose" aria-pressed={selected(one)} onClick={() => go(one)}>
      {word}
    </button>
  );
  return (
    <div class="wide">
      <table class="overview numbers" onKeyDown={moveInTable}>
        <caption class="said">{t('Scores of each run by level and category')}</caption>
        <thead>
          <tr>
            <th scope="col" rowSpan={2} class="first">
              {t('Run')}
              <span class="first-note dim">{t('{0} shots, in %', shots.map(shotsWord).join(' / '))}</span>
            </th>
            <th scope="col" rowSpan={2} class="mean number">
              {t('Mean of 0 and 5')}
            </th>
            {levels.map(({ level, spots }) => (
              <th key={level} scope="colgroup" colSpan={spots.length + 1} class="level">
                {levelWord(level)}
              </th>
            ))}
          </tr>
          <tr>
            {levels.map(({ level, spots }) => [
              <th key={level} scope="col" class="level">
                {heading({ level }, t('All'))}
              </th>,
              ...spots.map((one) => (
                <th key={spotKey(one)} scope="col" class={selected(one) ? 'selected' : undefined}>
                  {heading(one, one.category ?? '')}
                </th>
              )),
            ])}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => {
            const comparison = comparisons.get(run.file);
            const cell = (one: Spot, word: string) => (
              <ScoreCell
                key={spotKey(one)}
                scores={scoresAt(run, one)}
                shots={shots}
                differences={differencesAt(comparison, one)}
                looked={run.results.overlap.state === 'known'}
                label={`${run.results.name}, ${word}`}
                open={() => go(one)}
              />
            );
            return (
              <tr key={run.file}>
                <th scope="row" class="first">
                  <RunName run={run} />
                </th>
                <td class="mean number">{scoreWord(run.results.selection?.score)}</td>
                {levels.map(({ level, spots }) => [
                  cell({ level }, levelWord(level)),
                  ...spots.map((one) => cell(one, one.category ?? '')),
                ])}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function RunName({ run: { results } }: { run: Run }): JSX.Element {
  const { name, created, checkpoint, counts, settings } = results;
  return (
    <span class="run" title={checkpoint.place}>
      <span>{name}</span>
      <span class="dim">
        {checkpoint.step !== null && `${t('step {0}', numberWord(checkpoint.step))} · `}
        {timeWord(created)}
      </span>
      {settings.prompts === 'cot' && <span>{t('by chain-of-thought prompts')}</span>}
      {settings.template !== null && <span>{t('template “{0}” alone', settings.template)}</span>}
      <span class="dim">
        {t('{0} instances', numberWord(counts.examples))}
        {counts.failed > 0 && ` · ${t('{0} failed', numberWord(counts.failed))}`}
        {counts.fewer > 0 && ` · ${t('{0} with fewer shots', numberWord(counts.fewer))}`}
        {counts.truncated > 0 && ` · ${t('{0} cut from the left', numberWord(counts.truncated))}`}
      </span>
    </span>
  );
}
