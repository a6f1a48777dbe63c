import type { CodeLens, Command } from 'vscode-languageserver';
import { lastTemplateScore } from '../../engine/evaluation/last-scores.ts';
import type { Session } from '../../engine/session.ts';
import { declarationView } from '../../engine/template-declaration.ts';
import { rowsOf } from '../../engine/template-rows.ts';
import type { LastScore, TaskDeclaration, TemplateCheck } from '../../protocol.ts';
import type { BenchContext } from './context.ts';
import { lspRange } from './documents.ts';
import type { LiveResult, LiveTask } from './live-check.ts';

/** Over each template what is known of it, over each task its declaration. */
export function codeLenses({ open, tasks }: LiveResult, bench: BenchContext): CodeLens[] {
  return tasks.flatMap((task) => [
    ...declarationLenses(task, bench),
    ...templateLenses(task, open.path, bench),
  ]);
}

function templateLenses(task: LiveTask, file: string, bench: BenchContext): CodeLens[] {
  const { placed, checked, used } = task;
  const rows = bench.session ? rowsOf(bench.session, checked) : undefined;
  return placed.templates.flatMap(({ template, entry }, index) => {
    const row = rows?.[index];
    const parts = [
      originalText(template.originalTask),
      ...(row && used.length > 0 ? rulingText(row) : []),
      counted(checked.templates[index]?.findings.length ?? 0, 'finding', 'no findings'),
      'preview',
      ...(bench.session ? [`used by ${counted(used.length, 'task', 'no task')}`] : []),
    ];
    const range = lspRange({ ...entry, endLine: entry.line, endColumn: entry.column });
    const preview = {
      title: parts.join(' · '),
      command: 'heldout.templates.preview',
      arguments: [{ file, template: template.name, task: used[0]?.id }],
    };
    const scores = bench.session
      ? scoreCommands(
          bench.session,
          used.map(({ id }) => id),
          template.name,
        )
      : [];
    return [preview, ...scores].map((command) => ({ range, command }));
  });
}

/** To score the template alone, and what it scored last. */
function scoreCommands({ root }: Session, tasks: string[], template: string): Command[] {
  if (tasks.length === 0) return [];
  const score = { command: 'heldout.templates.score', arguments: [{ tasks, template }] };
  const last = lastTemplateScore(root, tasks, template);
  if (!last) return [{ ...score, title: 'score this template' }];
  return [
    { command: 'heldout.showResults', arguments: [last.file], title: scoreText(last) },
    { ...score, title: 'score again' },
  ];
}

/** "41.2 ± 3.0 on tiny, 0-shot": in per cent, as results are shown everywhere. */
function scoreText({ checkpoint, scores }: LastScore): string {
  const percent = (value: number) => (value * 100).toFixed(1);
  const words = scores.map(({ estimate }) => {
    if (!estimate) return '–';
    const { score, error } = estimate;
    return error === null ? percent(score) : `${percent(score)} ± ${percent(error)}`;
  });
  const shots = scores.map((one) => (one.shots === 'fit' ? 'as many as fit' : `${one.shots}-shot`));
  return `${words.join(' / ')} on ${checkpoint}, ${shots.join(' / ')}`;
}

function originalText(original: boolean | undefined): string {
  if (original === undefined) return 'original task or not: not said';
  return original ? 'original task' : 'not the original task';
}

function rulingText({ state, rulings }: TemplateCheck): string[] {
  const words = (verdict: string) => (verdict === 'alters' ? 'left out' : 'kept');
  switch (state) {
    case 'decided':
      return [words(rulings[0]!.verdict)];
    case 'stale':
      return [`${words(rulings[0]!.verdict)}, changed since`];
    case 'conflict':
      return [
        `reviewers disagree: ${rulings.map(({ verdict, reviewer }) => `${words(verdict)} (${reviewer})`).join(', ')}`,
      ];
    default:
      return [];
  }
}

/** A file that two collections read has a declaration for each. */
function declarationLenses({ placed, checked, used }: LiveTask, { session }: BenchContext): CodeLens[] {
  if (!session) return [];
  const range = lspRange(placed.at);
  return used.flatMap((task) => {
    const declaration = declarationView(session, task.id, checked.proposal);
    const lens = (title: string, command: string): CodeLens => ({
      range,
      command: { title, command: `heldout.templates.${command}`, arguments: [task.id] } satisfies Command,
    });
    const name = used.length > 1 ? `${task.id}: ` : '';
    return [
      lens(name + declarationText(declaration), 'declare'),
      ...(declaration.state === 'declared' ? [] : [lens('confirm', 'confirmDeclaration')]),
      lens('change…', 'declare'),
    ];
  });
}

function declarationText({ state, inputs, targets, rulings }: TaskDeclaration): string {
  const fields = `inputs: ${inputs.join(', ') || 'none'} → target: ${targets.join(' or ') || 'none of the fields'}`;
  if (state === 'declared') return `${fields} (declared by ${rulings[0]!.reviewer})`;
  return `${fields} (${state === 'conflict' ? 'reviewers disagree; proposed' : 'proposed'})`;
}

function counted(count: number, word: string, none: string): string {
  if (count === 0) return none;
  return count === 1 ? `1 ${word}` : `${count} ${word}s`;
}
