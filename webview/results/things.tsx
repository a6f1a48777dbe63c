import type { JSX } from 'preact';
import type { Comparison, SubtaskScore } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { levelWord, numberWord } from '../shared/words.ts';
import { ScoreCell } from './cell.tsx';
import { moveInTable } from './grid.ts';
import { differencesAt, type Run, type Spot, scoresAt, shotsOf, spotKey } from './model.ts';
import { metricWord, scoreWord, shotsWord } from './words.ts';

interface ThingsProps {
  runs: readonly Run[];
  comparisons: ReadonlyMap<string, Comparison>;
  heading: string;
  spots: readonly Spot[];
  selected: Spot;
  go: (spot: Spot) => void;
}

/** Categories, tasks or templates down, runs across. */
export function Things({ runs, comparisons, heading, spots, selected, go }: ThingsProps): JSX.Element {
  const shots = shotsOf(runs);
  return (
    <div class="wide">
      <table class="things numbers" onKeyDown={moveInTable}>
        <thead>
          <tr>
            <th scope="col" class="first">
              {heading}
            </th>
            {runs.map((run) => (
              <th key={run.file} scope="col">
                {run.results.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {spots.map((one) => {
            const chosen = spotKey(one) === spotKey(selected);
            return (
              <tr key={spotKey(one)} class={chosen ? 'selected' : undefined}>
                <th scope="row" class="first">
                  <button type="button" class="choose" aria-pressed={chosen} onClick={() => go(one)}>
                    {nameOf(one)}
                  </button>
                </th>
                {runs.map((run) => (
                  <ScoreCell
                    key={run.file}
                    scores={scoresAt(run, one)}
                    shots={shots}
                    differences={differencesAt(comparisons.get(run.file), one)}
                    // Clean scores of templates are not kept.
                    looked={run.results.overlap.state === 'known' && one.template === undefined}
                    label={`${nameOf(one)}, ${run.results.name}`}
                    open={() => go(one)}
                  />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export function nameOf({ level, category, task, subtask, template }: Spot): string {
  return template ?? subtask ?? task ?? category ?? (level ? levelWord(level) : t('All levels'));
}

/** What else is known of a task: its metric, its templates' spread, what failed, was cut or tied. */
export function TaskFacts({ runs, subtask }: { runs: readonly Run[]; subtask: string }): JSX.Element {
  const rows = runs.flatMap(({ results }) =>
    results.subtasks.filter(({ id }) => id === subtask).map((row) => ({ name: results.name, row })),
  );
  const columns: { word: string; of: (row: SubtaskScore) => string }[] = [
    { word: t('Metric'), of: ({ metric }) => metricWord(metric) },
    { word: t('Macro-F1'), of: ({ macroF1 }) => scoreWord(macroF1) },
    { word: t('Templates from'), of: ({ spread }) => scoreWord(spread?.lowest) },
    { word: t('to'), of: ({ spread }) => scoreWord(spread?.highest) },
    { word: t('Instances'), of: ({ examples }) => numberWord(examples) },
    { word: t('Without overlap'), of: ({ clean }) => (clean ? numberWord(clean.count) : '–') },
    { word: t('Failed'), of: ({ failed }) => numberWord(failed) },
    { word: t('Cut'), of: ({ truncated }) => numberWord(truncated) },
    { word: t('Tied'), of: ({ tied }) => numberWord(tied) },
  ];
  return (
    <div class="wide">
      <table class="facts numbers">
        <thead>
          <tr>
            <th scope="col">{t('Run')}</th>
            <th scope="col" class="number">
              {t('Shots')}
            </th>
            {columns.map(({ word }, index) => (
              <th key={word} scope="col" class={index > 0 ? 'number' : undefined}>
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, row }) => (
            <tr key={`${name} ${row.shots}`}>
              <th scope="row">{name}</th>
              <td class="number">{shotsWord(row.shots)}</td>
              {columns.map(({ word, of }, index) => (
                <td key={word} class={index > 0 ? 'number' : undefined}>
                  {of(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
