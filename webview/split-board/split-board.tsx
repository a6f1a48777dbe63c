import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import * as z from 'zod';
import type { SplitBoard } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { ask, keep, kept, onChanged, runCommand } from '../shared/messages.ts';
import { typesInto } from '../shared/toolkit.ts';
import { numberWord } from '../shared/words.ts';
import { Board, type Place } from './board.tsx';
import { Findings } from './findings.tsx';
import { COLUMNS, type Column, cellsOf, moveOf, type Row, rowsOf } from './model.ts';
import { Tasks } from './tasks.tsx';

const keptState = z.object({
  chosen: z.object({ category: z.string().nullable(), column: z.enum(COLUMNS) }).optional(),
});

/** Where every category stands, what keeps the split from being clean, and the ways to mend it. */
export function SplitBoardPage(): JSX.Element {
  const [board, setBoard] = useState<SplitBoard>();
  const [error, setError] = useState<string>();
  const [version, setVersion] = useState(0);
  const [chosen, setChosen] = useState<Place | undefined>(() => kept(keptState)?.chosen);
  /** The last question alone counts. */
  const asked = useRef(0);

  useEffect(
    () =>
      onChanged((what) => {
        if (what.some((each) => each !== 'templates')) setVersion((count) => count + 1);
      }),
    [],
  );
  useEffect(() => keep({ chosen }), [chosen]);
  useEffect(() => {
    const turn = ++asked.current;
    ask('splitBoard', {}).then(
      (answer) => {
        if (turn !== asked.current) return;
        setBoard(answer);
        setError(undefined);
      },
      (failure: Error) => {
        if (turn === asked.current) setError(failure.message);
      },
    );
  }, [version]);
  useEffect(() => {
    const undo = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'u' || event.ctrlKey || event.metaKey || typesInto(event)) return;
      runCommand('heldout.undo');
    };
    window.addEventListener('keydown', undo);
    return () => window.removeEventListener('keydown', undo);
  }, []);

  const rows = useMemo(() => (board ? rowsOf(board) : []), [board]);
  const total = useMemo(() => cellsOf(board?.tasks ?? []), [board]);
  const heldOut = useMemo(() => new Set(board?.heldOut), [board]);
  const move = (tasks: readonly string[]) => runCommand('heldout.splits.move', { tasks });
  const drop = (tasks: readonly string[], column: Column) => {
    const wanted = board && moveOf(board, tasks, column);
    if (wanted) runCommand('heldout.splits.move', wanted);
  };
  return (
    <main class="split-board" aria-busy={board === undefined}>
      <header class="header">
        <div class="row">
          <h1>{t('Split Board')}</h1>
          {board && <Summary board={board} total={total} />}
        </div>
      </header>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {board?.tasks.length === 0 && (
        <p class="empty">{t('There are no tasks yet. Import the bench first.')}</p>
      )}
      {board && board.tasks.length > 0 && (
        <div class="body">
          <div class="places">
            <div class="scroll">
              <Board {...{ rows, total, heldOut, chosen, move, drop }} choose={(place) => setChosen(place)} />
              <Keys />
            </div>
            {chosen && (
              <Tasks
                place={chosen}
                tasks={tasksAt(rows, total, chosen)}
                move={move}
                close={() => setChosen(undefined)}
              />
            )}
          </div>
          <Findings findings={board.findings} />
        </div>
      )}
    </main>
  );
}

function Summary({ board, total }: { board: SplitBoard; total: Row['cells'] }): JSX.Element {
  const count = (split: 'dev' | 'test') => board.tasks.filter((task) => task.split === split).length;
  const findings = board.findings.length;
  return (
    <span class="numbers" role="status">
      {t('{0} train', numberWord(total.train.tasks.length))}
      {' · '}
      {t('{0} dev', numberWord(count('dev')))}
      {' · '}
      {t('{0} test', numberWord(count('test')))}
      {' · '}
      {findings === 0
        ? t('clean')
        : findings === 1
          ? t('1 finding')
          : t('{0} findings', numberWord(findings))}
    </span>
  );
}

function Keys(): JSX.Element {
  return (
    <p class="keys dim">
      <span class="key">↑↓←→</span> {t('walk')} <span class="key">Enter</span> {t('list the tasks')}{' '}
      <span class="key">M</span> {t('move')} <span class="key">U</span> {t('undo')} ·{' '}
      {t('or drag a cell or a task onto a column')}
    </p>
  );
}

function tasksAt(rows: readonly Row[], total: Row['cells'], { category, column }: Place) {
  const cells = category === null ? total : rows.find((row) => row.category === category)?.cells;
  return cells?.[column].tasks ?? [];
}
