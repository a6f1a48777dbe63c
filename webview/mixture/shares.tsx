import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CollectionShare, MixtureChange, MixtureView } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { numberWord, shortTask } from '../shared/words.ts';
import { shareWord } from './header.tsx';
import { longest, scaleOf, tasksOf, weightLike, weightOf, withWeight } from './model.ts';
import { Slider } from './slider.tsx';

interface SharesProps {
  view: MixtureView;
  change: MixtureChange;
  edit: (update: (now: MixtureChange) => MixtureChange) => void;
}

/** Tasks of a collection shown at once. */
const PAGE = 50;

/** A row for each collection, its tasks below it when it is opened. */
export function Shares({ view, change, edit }: SharesProps): JSX.Element {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = (name: string) => {
    const now = new Set(opened);
    if (!now.delete(name)) now.add(name);
    setOpened(now);
  };
  const most = longest(view.collections);
  return (
    <table class="shares numbers">
      <caption class="legend dim">
        <span class="mark before" aria-hidden="true" /> {t('by examples')}
        <span class="mark capped" aria-hidden="true" /> {t('up to the cap')}
        <span class="mark after" aria-hidden="true" /> {t('as drawn')}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('Collection')}</th>
          <th scope="col" class="bars">
            {t('Share')}
          </th>
          <th scope="col" class="number">
            {t('by examples')}
          </th>
          <th scope="col" class="number">
            {t('capped')}
          </th>
          <th scope="col" class="number">
            {t('drawn')}
          </th>
          <th scope="col">{t('Weight')}</th>
          <th scope="col" class="number">
            {t('Examples')}
          </th>
          <th scope="col" class="number">
            {t('Epochs')}
          </th>
        </tr>
      </thead>
      {view.collections.map((row) => (
        <tbody key={row.collection}>
          <tr class="collection">
            <th scope="row">
              <button
                type="button"
                class="expand"
                aria-expanded={opened.has(row.collection)}
                onClick={() => toggle(row.collection)}
              >
                <span aria-hidden="true">{opened.has(row.collection) ? '▾' : '▸'}</span> {row.collection}
              </button>
              <span class="dim tasks">{tasksWord(row)}</span>
            </th>
            <Cells row={row} most={most} />
            <td>
              <Weight {...{ view, change, edit, row }} />
            </td>
            <td class="number">{numberWord(row.examples)}</td>
            <td class="number">{epochsWord(row.epochs)}</td>
          </tr>
          {opened.has(row.collection) && <Tasks view={view} collection={row.collection} />}
        </tbody>
      ))}
    </table>
  );
}

/** How many tasks, and how many of them hit the cap. */
function tasksWord({ tasks, hitCap }: CollectionShare): string {
  const count = tasks === 1 ? t('1 task') : t('{0} tasks', numberWord(tasks));
  return hitCap > 0 ? t('{0}, {1} capped', count, numberWord(hitCap)) : count;
}

function Cells({
  row,
  most,
}: {
  row: Pick<CollectionShare, 'before' | 'capped' | 'after'>;
  most: number;
}): JSX.Element {
  return (
    <>
      <td class="bars">
        <Bar {...row} most={most} />
      </td>
      <td class="number">{shareWord(row.before)}</td>
      <td class="number">{shareWord(row.capped)}</td>
      <td class="number drawn">{shareWord(row.after)}</td>
    </>
  );
}

/** Thin above: by examples. A tick: up to the cap. Full below: as drawn. The figures stand beside it. */
function Bar(props: { before: number; capped: number; after: number; most: number }): JSX.Element {
  const length = (share: number) => (share / props.most) * 100;
  const capped = Math.min(99.5, length(props.capped));
  return (
    <svg class="bar" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
      <rect class="before" x="0" y="1" width={length(props.before)} height="4" />
      <rect class="after" x="0" y="7" width={length(props.after)} height="8" />
      <rect class="capped" x={capped} y="0" width="0.5" height="16" />
    </svg>
  );
}

/** The slider of a collection's weight; a way to name one that is not, and back. */
function Weight({ view, change, edit, row }: SharesProps & { row: CollectionShare }): JSX.Element {
  const { collection } = row;
  if (row.stream !== 'instruction') {
    const streams = { reasoning: t('reasoning'), pretraining: t('pretraining'), dialogue: t('dialogue') };
    return <span class="dim">{t('extra: {0}', streams[row.stream])}</span>;
  }
  const weight = weightOf(view, change, collection);
  const set = (to: number | null) => edit((now) => withWeight(view, now, collection, to));
  if (weight === null) {
    return (
      <span class="unnamed">
        <span class="dim">{t('by its examples')}</span>
        <button
          type="button"
          class="link"
          aria-label={t('Give {0} a weight', collection)}
          onClick={() => set(weightLike(view, row))}
        >
          {t('give a weight')}
        </button>
      </span>
    );
  }
  const greatest = scaleOf(view);
  return (
    <span class="named">
      <Slider
        label={t('Weight of {0}', collection)}
        hideLabel
        value={weight}
        greatest={greatest}
        step={greatest === 1 ? 0.01 : 1}
        onSlide={set}
      />
      <button
        type="button"
        class="link"
        title={t('Without a weight: by its examples')}
        aria-label={t('Take the weight of {0} away', collection)}
        onClick={() => set(null)}
      >
        ×
      </button>
    </span>
  );
}

function Tasks({ view, collection }: { view: MixtureView; collection: string }): JSX.Element {
  const [shown, setShown] = useState(PAGE);
  const tasks = tasksOf(view, collection);
  const most = longest(tasks);
  return (
    <>
      {tasks.slice(0, shown).map((task) => (
        <tr key={task.id} class="task">
          <th scope="row">{shortTask(task.id)}</th>
          <Cells row={task} most={most} />
          <td>{task.hitsCap && <span class="tag">{t('capped')}</span>}</td>
          <td class="number">{numberWord(task.examples)}</td>
          <td class="number">{epochsWord(task.epochs)}</td>
        </tr>
      ))}
      {tasks.length > shown && (
        <tr class="task">
          <td colSpan={8}>
            <button type="button" class="link" onClick={() => setShown(tasks.length)}>
              {t('Show all {0}', numberWord(tasks.length))}
            </button>
          </td>
        </tr>
      )}
    </>
  );
}

function epochsWord(epochs: number): string {
  return epochs >= 100 ? numberWord(Math.round(epochs)) : epochs.toFixed(2);
}
