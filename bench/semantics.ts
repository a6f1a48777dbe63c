/** `node bench/semantics.ts`: what the committed model says of the labelled templates, and how fast. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { measureFit } from '../scripts/train-semantics/measure.ts';
import { tasksOf } from '../scripts/train-semantics/rows.ts';
import { checkTask, placeTemplates } from '../server/templates/check.ts';
import { SemanticsModel } from '../server/templates/model/semantics-model.ts';

const folder = join(import.meta.dirname, '..', '..', 'shared', 'data', 'promptsource', 'templates');
if (!existsSync(folder)) {
  console.log(`skipped: no templates at ${folder}`);
  process.exit(0);
}
const model = await SemanticsModel.load();
console.log(
  'The committed model on its own training data (docs/semantics-model.md has the cross-validation):',
);
console.table(await measureFit(folder, model));

const tasks = tasksOf(folder);
await checkTask(placeTemplates('warm-up', folder, tasks[0]!.templates), {}, model);
const times: number[] = [];
for (const task of tasks) {
  const start = performance.now();
  await checkTask(placeTemplates(task.name, folder, task.templates), {}, model);
  times.push(performance.now() - start);
}
times.sort((a, b) => a - b);
const templates = tasks.reduce((sum, task) => sum + task.templates.length, 0);
const total = times.reduce((sum, time) => sum + time, 0);
console.log(`${templates} templates of ${tasks.length} tasks checked in ${total.toFixed(0)} ms`);
console.log(
  `a task: median ${times[times.length >> 1]!.toFixed(1)} ms, slowest ${times.at(-1)!.toFixed(1)} ms`,
);
