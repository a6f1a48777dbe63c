import { type Command, InvalidArgumentError, Option } from 'commander';
import { instanceDocument, instanceView, promptOf } from '../engine/instance-view.ts';
import { passes, taskRows } from '../engine/task-rows.ts';
import { instanceQuery, type PromptStyle, promptStyle, type TaskRow } from '../protocol.ts';
import { askedFor } from './asked.ts';
import { type Common, withSession } from './context.ts';
import { printJson, printLine, printTable } from './output.ts';

interface TaskOptions extends Common {
  search?: string;
}

interface PromptOptions extends Common {
  example: number;
  template?: string;
  prompts: PromptStyle;
  shots: number;
  seed: number;
  tokenizer?: string;
  metaicl?: string;
}

export function addTaskVerbs(program: Command): void {
  program
    .command('tasks')
    .description('every task with category, split and level')
    .option('--search <words>', 'only tasks whose id, category or source holds all of the words')
    .action((options: TaskOptions) =>
      withSession(options, (session) => {
        const tasks = taskRows(session).filter((row) => passes(row, { search: options.search }));
        if (options.json) printJson({ tasks: tasks.map(taskDocument) });
        else taskTable(tasks);
      }),
    );

  program
    .command('prompt <task>')
    .description('the exact prompt of one example')
    .option('--example <number>', 'the example, from 0', wholeNumber, 0)
    .option('--template <name>', 'the template (default: the first)')
    .addOption(promptsOption())
    .option('--shots <number>', 'demonstrations before the example', wholeNumber, 0)
    .option('--seed <number>', 'what draws the delimiter and the demonstrations', wholeNumber, 0)
    .option('--tokenizer <file>', 'a tokenizer.json (default: words are counted)')
    .addOption(
      new Option('--metaicl <loss>', 'put together as in MetaICL training').choices(['plain', 'suffix']),
    )
    .action((task: string, options: PromptOptions) =>
      withSession(options, async (session) => {
        const { json: _, bench: __, ...asked } = options;
        const query = askedFor(instanceQuery, { task, ...asked });
        if (options.json) return printJson(await promptOf(session, query));
        printLine(instanceDocument(await instanceView(session, query)));
      }),
    );
}

/** `cot`: each task's published chain-of-thought prompt, in place of its templates. */
export function promptsOption(): Option {
  return new Option('--prompts <style>', 'cot: the published chain-of-thought prompts of BBH and GSM8K')
    .choices(promptStyle.options)
    .default('plain');
}

/** A task as `tasks --json` shows it. */
export function taskDocument({
  id,
  collection,
  category,
  source,
  split,
  level,
  examples,
  templates,
  decision,
}: TaskRow) {
  return { id, collection, category, source, split, level, examples, templates, decision };
}

export function taskTable(tasks: readonly TaskRow[]): void {
  printTable(
    ['task', 'category', 'source', 'split', 'level', 'examples', 'templates', 'decision'],
    tasks.map((task) => [
      task.id,
      task.category,
      task.source ?? '',
      task.split,
      task.level ?? '',
      task.examples,
      task.templates,
      task.decision ?? '',
    ]),
  );
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/u.test(text)) throw new InvalidArgumentError('a whole number, 0 or more, is expected.');
  return Number(text);
}
