import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../shared/l10n.ts';
import { numberWord } from '../shared/words.ts';
import { carriesTasks, dragTasks, droppedTasks } from './drag.ts';
import { type Cell, COLUMNS, type Column, mostTasks, type Row } from './model.ts';
import { columnMeaning, columnWord, examplesWord, tasksWord } from './words.ts';

/** A cell by its place; the row of all together has no category. */
export interface Place {
  category: string | null;
  column: Column;
}

interface BoardProps {
  rows: readonly Row[];
  total: Row['cells'];
  heldOut: ReadonlySet<string>;
  chosen: Place | undefined;
  choose: (place: Place) => void;
  /** Asks where the tasks of a cell are to go. */
  move: (tasks: readonly string[]) => void;
  drop: (tasks: readonly string[], column: Column) => void;
}

/** Categories down, train and the levels across. One cell takes the focus; the arrow keys walk from it. */
export function Board(props: BoardProps): JSX.Element {
  const { rows, total, heldOut, chosen, choose, move, drop } = props;
  const [over, setOver] = useState<Column>();
  const most = mostTasks(rows);
  const first: Place = chosen ?? { category: rows[0]?.category ?? null, column: 'train' };
  const cell = (category: string | null, column: Column, content: Cell) => (
    <BoardCell
      key={column}
      place={{ category, column }}
      cell={content}
      most={category === null ? undefined : most}
      chosen={same(chosen, { category, column })}
      focusable={same(first, { category, column })}
      over={over === column}
      choose={choose}
      move={move}
    />
  );
  const onDragOver = (event: DragEvent) => {
    const column = columnAt(event.target);
    if (!column || !carriesTasks(event)) return;
    event.preventDefault();
    if (column !== over) setOver(column);
  };
  const onDrop = (event: DragEvent) => {
    const column = columnAt(event.target);
    setOver(undefined);
    if (!column) return;
    event.preventDefault();
    drop(droppedTasks(event), column);
  };
  return (
    <table
      class="board numbers"
      aria-label={t('Categories and splits')}
      onKeyDown={walk}
      onDragOver={onDragOver}
      onDragLeave={() => setOver(undefined)}
      onDrop={onDrop}
    >
      <thead>
        <tr>
          <th scope="col">{t('Category')}</th>
          {COLUMNS.map((column) => (
            <th
              key={column}
              scope="col"
              title={columnMeaning(column)}
              data-column={column}
              class={over === column ? 'over' : undefined}
            >
              {columnWord(column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ category, cells }) => (
          <tr key={category}>
            <th scope="row">
              {category}
              {heldOut.has(category) && (
                <span class="tag" title={t('heldout.yaml holds this category out')}>
                  {t('held out')}
                </span>
              )}
            </th>
            {COLUMNS.map((column) => cell(category, column, cells[column]))}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t('All together')}</th>
          {COLUMNS.map((column) => cell(null, column, total[column]))}
        </tr>
      </tfoot>
    </table>
  );
}

interface CellProps {
  place: Place;
  cell: Cell;
  /** Where a bar is drawn: what it is drawn to. */
  most: number | undefined;
  chosen: boolean;
  focusable: boolean;
  over: boolean;
  choose: (place: Place) => void;
  move: (tasks: readonly string[]) => void;
}

function BoardCell({ place, cell, most, chosen, focusable, over, choose, move }: CellProps): JSX.Element {
  const { tasks, examples, dev } = cell;
  const ids = tasks.map(({ id }) => id);
  const words = [tasksWord(tasks.length), examplesWord(examples)];
  if (dev > 0) words.push(t('{0} of them for development', numberWord(dev)));
  const name = `${place.category ?? t('All together')}, ${columnWord(place.column)}: ${words.join(', ')}`;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'm' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (ids.length > 0) move(ids);
  };
  return (
    <td data-column={place.column} class={over ? 'over' : undefined}>
      <button
        type="button"
        class={`cell ${place.column}${chosen ? ' chosen' : ''}${tasks.length === 0 ? ' none' : ''}`}
        tabIndex={focusable ? 0 : -1}
        aria-label={name}
        aria-pressed={chosen}
        title={words.join(' · ')}
        draggable={tasks.length > 0}
        onDragStart={(event) => dragTasks(event, ids)}
        onClick={() => choose(place)}
        onKeyDown={onKeyDown}
      >
        <span class="count">{tasks.length === 0 ? '·' : numberWord(tasks.length)}</span>
        {dev > 0 && <span class="dim">{t('{0} dev', numberWord(dev))}</span>}
        {most !== undefined && tasks.length > 0 && <Bar share={tasks.length / most} />}
      </button>
    </td>
  );
}

/** Drawn as a picture: the page's policy allows no styles in the text. */
function Bar({ share }: { share: number }): JSX.Element {
  return (
    <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect width={Math.max(2, share * 100)} height="4" />
    </svg>
  );
}

function same(a: Place | undefined, b: Place): boolean {
  return a?.category === b.category && a.column === b.column;
}

function columnAt(target: EventTarget | null): Column | undefined {
  const found = target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null;
  return COLUMNS.find((column) => column === found?.dataset.column);
}

/** The arrow keys, Home and End move the focus from cell to cell. */
function walk(event: KeyboardEvent): void {
  const cells = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLButtonElement>('.cell')];
  const at = cells.indexOf(document.activeElement as HTMLButtonElement);
  if (at < 0) return;
  const width = COLUMNS.length;
  const column = at % width;
  const steps: Record<string, number> = {
    ArrowLeft: column > 0 ? -1 : 0,
    ArrowRight: column < width - 1 ? 1 : 0,
    ArrowUp: -width,
    ArrowDown: width,
    Home: -column,
    End: width - 1 - column,
  };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  cells[at + step]?.focus();
}
