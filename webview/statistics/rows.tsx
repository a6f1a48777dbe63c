import type { JSX } from 'preact';
import type { StatisticsRow, StatisticsView } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { numberWord } from '../shared/words.ts';
import { Histogram } from './histogram.tsx';

interface RowsProps {
  view: StatisticsView;
  selected: string;
  select: (collection: string) => void;
}

/** Table 1: a row for each collection, all together at the foot; the lengths of the row selected are drawn large. */
export function Rows({ view, selected, select }: RowsProps): JSX.Element {
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const buttons = [
      ...(event.currentTarget as HTMLElement).querySelectorAll<HTMLButtonElement>('th button'),
    ];
    const next = buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step];
    next?.focus();
    next?.click();
  };
  const unit = view.unit === 'tokens' ? t('tokens') : t('words');
  const row = (each: StatisticsRow) => (
    <Row
      key={each.collection}
      row={each}
      selected={selected === each.collection}
      select={() => select(each.collection)}
    />
  );
  return (
    <table class="figures numbers" onKeyDown={move}>
      <thead>
        <tr>
          <th scope="col">{t('Collection')}</th>
          <th scope="col" class="number">
            {t('Categories')}
          </th>
          <th scope="col" class="number">
            {t('Tasks')}
          </th>
          <th scope="col" class="number">
            {t('Examples')}
          </th>
          <th scope="col" class="number">
            {t('Prompts/task')}
          </th>
          <th scope="col" class="number">
            {t('Length, {0}', unit)}
          </th>
          <th scope="col" class="number">
            ±
          </th>
          <th scope="col">{t('Distribution')}</th>
        </tr>
      </thead>
      <tbody>{view.rows.map(row)}</tbody>
      <tfoot>{row(view.total)}</tfoot>
    </table>
  );
}

interface RowProps {
  row: StatisticsRow;
  selected: boolean;
  select: () => void;
}

function Row({ row, selected, select }: RowProps): JSX.Element {
  return (
    <tr class={selected ? 'selected' : undefined}>
      <th scope="row">
        <button type="button" class="choose" aria-pressed={selected} onClick={select}>
          {row.collection || t('All together')}
        </button>
      </th>
      <td class="number">{numberWord(row.categories)}</td>
      <td class="number">{numberWord(row.tasks)}</td>
      <td class="number">{numberWord(row.examples)}</td>
      <td class="number">{row.promptsPerTask.toFixed(1)}</td>
      <td class="number">{row.promptLength?.mean.toFixed(1) ?? '–'}</td>
      <td class="number dim">{row.promptLength?.std.toFixed(1) ?? '–'}</td>
      <td class="small">
        {row.promptLength ? <Histogram shares={row.histogram} /> : <span class="dim">–</span>}
      </td>
    </tr>
  );
}
