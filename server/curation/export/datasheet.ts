import type { Decision } from '../../protocol.ts';
import { subjectInWords } from './decisions.ts';
import type { BuiltTask, Manifest, PerSplit } from './manifest.ts';
import { table } from './markdown.ts';

export const DATASHEET = 'datasheet.md';

type Facts = Omit<Manifest, 'files'>;

/** What a build holds, from where, and why it is as it is, for people. */
export function datasheet(build: Facts, decisions: readonly Decision[]): string {
  const parts = [
    '# Datasheet',
    head(build),
    '## Counts',
    countsBy('level', build.tasks, (task) => task.level ?? 'removed'),
    countsBy('collection', build.tasks, (task) => task.collection),
    countsBy('category', build.tasks, (task) => task.category),
    '## Sources and licences',
    sources(build.tasks),
    '## Left out',
    ...leftOut(build, decisions),
    ...shown(build),
    '## Decisions',
    decisionTable(decisions),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function head({ seed, shots, format, instances, collections, openPairs, overlapKnown }: Facts): string {
  const lines = [
    `An instruction-tuning benchmark of ${collections.length} collections: ${collections.join(', ')}.`,
    `${number(instances.train)} instances for training, ${number(instances.dev)} for development, ${number(instances.test)} for test, as ${format === 'jsonl' ? 'JSON Lines' : 'Parquet'}. Seed ${seed}; ${shots === 0 ? 'no demonstrations (zero-shot)' : `${shots} demonstrations before each example, of its task's train split`}.`,
    "Training: of each task's N train examples, N instances, drawn by seed among all of its templates' instances. Development: at most 250 instances a task, drawn in the same way. Test: every example by every template. `manifest.json` has all of this for programs, with a hash of every file; `decisions.jsonl` has the decisions in force.",
  ];
  if (!overlapKnown)
    lines.push('**Built without a check for overlap between the tasks as they are: leaks may stand in it.**');
  if (openPairs > 0) {
    lines.push(
      `**${number(openPairs)} pair${openPairs === 1 ? '' : 's'} of a train and an eval task that overlap stood undecided.**`,
    );
  }
  return lines.join('\n\n');
}

function countsBy(name: string, tasks: readonly BuiltTask[], keyOf: (task: BuiltTask) => string): string {
  const groups = new Map<string, { tasks: number; removed: number; instances: PerSplit }>();
  for (const task of tasks) {
    const key = keyOf(task);
    const group = groups.get(key) ?? { tasks: 0, removed: 0, instances: { train: 0, dev: 0, test: 0 } };
    groups.set(key, group);
    group[task.split === 'none' ? 'removed' : 'tasks']++;
    for (const split of ['train', 'dev', 'test'] as const) group.instances[split] += task.instances[split];
  }
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return table(
    [name, 'tasks', 'removed', 'train', 'dev', 'test'],
    rows.map(([key, group]) => [
      key,
      group.tasks,
      group.removed,
      group.instances.train,
      group.instances.dev,
      group.instances.test,
    ]),
  );
}

function sources(tasks: readonly BuiltTask[]): string {
  return table(
    ['task', 'stands in', 'templates', 'train', 'dev', 'test', 'data source', 'licence', 'address'],
    tasks
      .filter(({ split }) => split !== 'none')
      .map((task) => [
        task.id,
        task.split,
        task.templates.length,
        task.instances.train,
        task.instances.dev,
        task.instances.test,
        task.sources.join(', ') || 'not named',
        task.licence ?? 'not named',
        task.url ?? '',
      ]),
  );
}

function leftOut({ tasks }: Facts, decisions: readonly Decision[]): string[] {
  const pairs = (verdict: string, task: string) =>
    decisions.filter(
      ({ subject, verdict: ruled }) =>
        subject.kind === 'pair' &&
        ruled === verdict &&
        (verdict === 'remove-eval' ? subject.eval : subject.train) === task,
    );
  const because = (some: readonly Decision[]) =>
    some.map((one) => `${one.reason} (${subjectInWords(one.subject)})`).join('; ');
  const by = (some: readonly Decision[]) => [...new Set(some.map(({ reviewer }) => reviewer))].join(', ');

  const removed = tasks
    .filter(({ split }) => split === 'none')
    .map(({ id }) => {
      const own = decisions.filter(
        ({ subject, verdict }) => subject.kind === 'task' && subject.task === id && verdict === 'none',
      );
      const rulings = [...pairs('remove-train', id), ...pairs('remove-eval', id), ...own];
      return [id, because(rulings), by(rulings)];
    });
  const examples = tasks
    .filter(({ removedExamples }) => removedExamples > 0)
    .map(({ id, removedExamples }) => {
      const rulings = pairs('remove-examples', id);
      return [id, removedExamples, because(rulings), by(rulings)];
    });
  const templates = tasks.flatMap(({ id, altering }) =>
    altering.map((name) => {
      const rulings = decisions.filter(
        ({ subject }) => subject.kind === 'template' && subject.task === id && subject.template === name,
      );
      return [id, name, rulings.map(({ reason }) => reason).join('; '), by(rulings)];
    }),
  );
  const instances = tasks
    .filter(({ empty, failed }) => empty > 0 || Object.keys(failed).length > 0)
    .map(({ id, empty, failed }) => [
      id,
      empty,
      Object.entries(failed)
        .map(([name, count]) => `${name}: ${number(count)}`)
        .join(', '),
    ]);
  const nothing = tasks
    .filter(({ split, instances: { train, dev, test } }) => split !== 'none' && train + dev + test === 0)
    .map(({ id, examples: count }) => [id, count]);
  const unlabelled = tasks
    .filter((task) => task.unlabelled > 0)
    .map((task) => [task.id, task.unlabelled, portionsInWords(task)]);
  return [
    section('Tasks', ['task', 'why', 'by whom'], removed),
    section('Train examples', ['task', 'examples', 'why', 'by whom'], examples),
    section('Templates that alter their task', ['task', 'template', 'why', 'by whom'], templates),
    section('Instances', ['task', 'without a target', 'failed, by template'], instances),
    section(
      'Examples without labels, where a task would be evaluated',
      ['task', 'examples', 'evaluated on'],
      unlabelled,
    ),
    section('Tasks that give no instance', ['task', 'examples in its files'], nothing),
  ];
}

/** Which examples an evaluated task is evaluated on. */
function portionsInWords({ portions }: BuiltTask): string {
  const words = portions
    .filter(({ split }) => split !== 'train')
    .map(({ split, from, to }) => `${split}: examples ${from} to ${to - 1}`);
  return words.join(', ') || 'nothing';
}

/** Where a task has fewer demonstrations than were asked for, a few-shot score says less. */
function shown({ shots, tasks }: Facts): string[] {
  if (shots === 0) return [];
  const short = tasks.filter(
    ({ portions, demonstrationsAmong }) => portions.length > 0 && demonstrationsAmong < shots,
  );
  return [
    '## Demonstrations',
    `Drawn by seed from a task's train split, never the example itself, never one that is evaluated on. ${short.length} tasks have fewer such examples than the ${shots} asked for: the worked examples of the task's definition take their place, as far as there are any.`,
    ...(short.length > 0
      ? [
          table(
            ['task', 'train examples'],
            short.map(({ id, demonstrationsAmong }) => [id, demonstrationsAmong]),
          ),
        ]
      : []),
  ];
}

function section(title: string, headings: string[], rows: (string | number)[][]): string {
  return `### ${title}\n\n${rows.length > 0 ? table(headings, rows) : 'None.'}`;
}

function decisionTable(decisions: readonly Decision[]): string {
  if (decisions.length === 0) return 'None.';
  return table(
    ['time', 'by whom', 'on', 'verdict', 'reason'],
    decisions.map(({ time, reviewer, subject, verdict, reason }) => [
      time,
      reviewer,
      subjectInWords(subject),
      verdict,
      reason,
    ]),
  );
}

function number(count: number): string {
  return count.toLocaleString('en');
}
