import type { JSX } from 'preact';
import type { Comparison, Level } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { levelWord } from '../shared/words.ts';
import { ScoreCell } from './cell.tsx';
import { moveInTable } from './grid.ts';
import {
  categoriesOf,
  changedAt,
  columnsOf,
  differencesAt,
  type Run,
  type Spot,
  scoresAt,
  shotsOf,
} from './model.ts';
import { shotsWord } from './words.ts';

interface OverviewProps {
  runs: readonly Run[];
  comparisons: ReadonlyMap<string, Comparison>;
  /** Only categories in which a run differs. */
  changed: boolean;
  spot: Spot;
  go: (spot: Spot) => void;
}

/** Levels across, of each the runs side by side; the mean of a level's categories, then its categories down. */
export function Overview({ runs, comparisons, changed, spot, go }: OverviewProps): JSX.Element {
  const shots = shotsOf(runs);
  const levels = columnsOf(runs).map(({ level }) => level);
  const categories = categoriesOf(runs).filter(
    ({ category, levels }) => !changed || levels.some((level) => changedAt(comparisons, { level, category })),
  );
  const several = runs.length > 1;
  const cells = (category: string | undefined) =>
    levels.map((level) =>
      runs.map((run, index) => {
        const one = { level, category };
        return (
          <ScoreCell
            key={`${level} ${run.file}`}
            begins={index === 0}
            selected={spot.level === level && spot.category === category}
            scores={scoresAt(run, one)}
            shots={shots}
            differences={differencesAt(comparisons.get(run.file), one)}
            looked={run.results.overlap.state === 'known'}
            label={[category, levelWord(level), run.results.name].filter(Boolean).join(', ')}
            open={() => go(one)}
          />
        );
      }),
    );
  return (
    <div class="wide">
      <table class="overview numbers" onKeyDown={moveInTable}>
        <caption class="said">{t('Scores by level and category')}</caption>
        <thead>
          <tr>
            <th scope="col" rowSpan={several ? 2 : 1} class="first">
              {t('Category')}
              <span class="first-note dim">{t('{0} shots, in %', shots.map(shotsWord).join(' / '))}</span>
            </th>
            {levels.map((level) => (
              <th key={level} scope="colgroup" colSpan={runs.length} class="level begins">
                {levelWord(level)}
              </th>
            ))}
          </tr>
          {several && (
            <tr>
              {levels.map((level) =>
                runs.map(({ file, results }, index) => (
                  <th key={`${level} ${file}`} scope="col" class={index === 0 ? 'run begins' : 'run'}>
                    {results.name}
                  </th>
                )),
              )}
            </tr>
          )}
        </thead>
        <tbody>
          <tr class="mean">
            <th scope="row" class="first">
              {t('All')}
            </th>
            {cells(undefined)}
          </tr>
          {categories.map(({ category, levels }) => (
            <tr key={category}>
              <th scope="row" class="first">
                <Category category={category} levels={levels} spot={spot} go={go} />
              </th>
              {cells(category)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Leads to the category at the level where it stands, the most held-out one of several. */
function Category(props: {
  category: string;
  levels: readonly Level[];
  spot: Spot;
  go: (spot: Spot) => void;
}): JSX.Element {
  const { category, levels, spot, go } = props;
  return (
    <button
      type="button"
      class="choose"
      aria-pressed={spot.category === category}
      onClick={() => go({ level: levels[0], category })}
    >
      {category}
    </button>
  );
}
