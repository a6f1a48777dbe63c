/** What is dragged over the board: ids of tasks. */
const TASKS = 'application/x-heldout-tasks';

export function dragTasks(event: DragEvent, ids: readonly string[]): void {
  if (!event.dataTransfer) return;
  event.dataTransfer.setData(TASKS, JSON.stringify(ids));
  event.dataTransfer.setData('text/plain', ids.join('\n'));
  event.dataTransfer.effectAllowed = 'move';
}

/** Whether tasks are dragged: which ones is told only when they are dropped. */
export function carriesTasks(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes(TASKS) ?? false;
}

export function droppedTasks(event: DragEvent): string[] {
  const ids: unknown = JSON.parse(event.dataTransfer?.getData(TASKS) || '[]');
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
}
