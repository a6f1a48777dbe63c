import type { Command } from 'commander';
import { passes, taskRows } from '../engine/task-rows.ts';
import type { Common } from './common.ts';
import { withSession } from './context.ts';
import { printJson } from './output.ts';
import { taskDocument, taskTable } from './task-text.ts';

interface TaskOptions extends Common {
  search?: string;
}

export function declareTasks(verb: Command): void {
  verb
    .option('--search <words>', 'only tasks whose id, category or source holds all of the words')
    .action((options: TaskOptions) =>
      withSession(options, (session) => {
        const tasks = taskRows(session).filter((row) => passes(row, { search: options.search }));
        if (options.json) printJson({ tasks: tasks.map(taskDocument) });
        else taskTable(tasks);
      }),
    );
}
