import type { BoardTask, SplitBoard } from '../../server/protocol.ts';

/**
 * Across the board. A train task with held-out examples stands in two columns: its train examples in the
 * first, the others as what "fully supervised" is evaluated on.
 */
export const COLUMNS = [
  'train',
  'fully-held-out',
  'partially-held-out',
  'fully-supervised',
  'left-out',
] as const;
export type Column = (typeof COLUMNS)[number];

export interface Cell {
  tasks: readonly BoardTask[];
  /** Those that this column stands for. */
  examples: number;
  /** Of them those evaluated for development. */
  dev: number;
}

export interface Row {
  category: string;
  cells: Record<Column, Cell>;
}

export function isIn(task: BoardTask, column: Column): boolean {
  switch (column) {
    case 'train':
      return task.split === 'train';
    case 'fully-supervised':
      return task.split === 'train' && task.examples.dev + task.examples.test > 0;
    case 'left-out':
      return task.split === 'none';
    default:
      return task.split !== 'train' && task.level === column;
  }
}

/** Examples of a task that a column stands for. */
export function examplesIn({ examples }: BoardTask, column: Column): number {
  return column === 'train' ? examples.train : examples.dev + examples.test;
}

export function cellOf(tasks: readonly BoardTask[], column: Column): Cell {
  const own = tasks.filter((task) => isIn(task, column));
  return {
    tasks: own,
    examples: own.reduce((sum, task) => sum + examplesIn(task, column), 0),
    dev: column === 'train' ? 0 : own.filter(({ examples }) => examples.dev > 0).length,
  };
}

/** A row for each category, by name. */
export function rowsOf({ tasks }: SplitBoard): Row[] {
  const byCategory = new Map<string, BoardTask[]>();
  for (const task of tasks) {
    const own = byCategory.get(task.category);
    if (own) own.push(task);
    else byCategory.set(task.category, [task]);
  }
  return [...byCategory]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([category, own]) => ({ category, cells: cellsOf(own) }));
}

export function cellsOf(tasks: readonly BoardTask[]): Row['cells'] {
  return Object.fromEntries(COLUMNS.map((column) => [column, cellOf(tasks, column)])) as Row['cells'];
}

/** The most tasks in one cell: what bars are drawn to. */
export function mostTasks(rows: readonly Row[]): number {
  return Math.max(1, ...rows.flatMap(({ cells }) => COLUMNS.map((column) => cells[column].tasks.length)));
}

export interface Move {
  tasks: string[];
  to: BoardTask['split'];
}

/**
 * What dropping tasks on a column comes to; undefined where nothing would change. A category is fully held out
 * only when none of it is trained on: its other train tasks go with those dropped.
 */
export function moveOf(board: SplitBoard, dropped: readonly string[], column: Column): Move | undefined {
  const wanted = new Set(dropped);
  const own = board.tasks.filter(({ id }) => wanted.has(id));
  const categories = new Set(own.map(({ category }) => category));
  const move = (tasks: readonly BoardTask[], to: Move['to']) =>
    tasks.length > 0 ? { tasks: tasks.map(({ id }) => id), to } : undefined;
  switch (column) {
    case 'train':
    case 'fully-supervised':
      return move(
        own.filter((task) => task.split !== 'train'),
        'train',
      );
    case 'left-out':
      return move(
        own.filter((task) => task.split !== 'none'),
        'none',
      );
    case 'partially-held-out':
      return move(own.filter(isUntested), 'test');
    case 'fully-held-out':
      return move(
        board.tasks.filter(
          (task) =>
            (wanted.has(task.id) && isUntested(task)) ||
            (categories.has(task.category) && task.split === 'train'),
        ),
        'test',
      );
  }
}

function isUntested({ split }: BoardTask): boolean {
  return split === 'train' || split === 'none';
}
