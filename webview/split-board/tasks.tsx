import type { JSX } from 'preact';
import type { BoardTask } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { runCommand } from '../shared/messages.ts';
import { Button } from '../shared/toolkit.ts';
import { numberWord } from '../shared/words.ts';
import type { Place } from './board.tsx';
import { dragTasks } from './drag.ts';
import { examplesIn } from './model.ts';
import { columnWord, tasksWord } from './words.ts';

interface TasksProps {
  place: Place;
  tasks: readonly BoardTask[];
  move: (tasks: readonly string[]) => void;
  close: () => void;
}

/** The tasks of the chosen cell: each can be inspected, dragged to a column, or moved by key. */
export function Tasks({ place, tasks, move, close }: TasksProps): JSX.Element {
  const title = `${place.category ?? t('All together')} · ${columnWord(place.column)}`;
  return (
    <section class="tasks" aria-label={title}>
      <div class="row">
        <h2>
          {title} · {tasksWord(tasks.length)}
        </h2>
        <span class="actions">
          {tasks.length > 1 && (
            <Button onClick={() => move(tasks.map(({ id }) => id))}>{t('Move all…')}</Button>
          )}
          <Button onClick={close}>{t('Close')}</Button>
        </span>
      </div>
      {tasks.length === 0 ? (
        <p class="dim">{t('No task stands here.')}</p>
      ) : (
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">{t('Task')}</th>
              <th scope="col">{t('Split')}</th>
              <th scope="col" class="number">
                {t('Examples')}
              </th>
              <th scope="col">{t('Data source')}</th>
              <th scope="col">{t('Decision')}</th>
              <th scope="col">
                <span class="said">{t('Move')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tasks.map((task) => (
              <Task key={task.id} task={task} place={place} move={move} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface TaskProps extends Pick<TasksProps, 'place' | 'move'> {
  task: BoardTask;
}

function Task({ task, place, move }: TaskProps): JSX.Element {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'm' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move([task.id]);
  };
  return (
    <tr draggable onDragStart={(event) => dragTasks(event, [task.id])} onKeyDown={onKeyDown}>
      <th scope="row">
        <button type="button" class="link" onClick={() => runCommand('heldout.inspect', { task: task.id })}>
          {task.id}
        </button>
      </th>
      <td>{task.split === 'none' ? '–' : task.split}</td>
      <td class="number">{numberWord(examplesIn(task, place.column))}</td>
      <td class="dim text">{task.source ?? '–'}</td>
      <td class="dim text">{task.decision ?? '–'}</td>
      <td>
        <button
          type="button"
          class="link"
          aria-label={t('Move {0}', task.id)}
          onClick={() => move([task.id])}
        >
          {t('Move…')}
        </button>
      </td>
    </tr>
  );
}
