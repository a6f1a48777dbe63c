import type { CodeLens, Command } from 'vscode-languageserver';
import { declarationView } from '../../engine/template-declaration.ts';
import { rowsOf } from '../../engine/template-rows.ts';
import type { TaskDeclaration, TemplateCheck } from '../../protocol.ts';
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
  return placed.templates.map(({ template, entry }, index) => {
    const row = rows?.[index];
    const parts = [
      originalText(template.originalTask),
      ...(row && used.length > 0 ? rulingText(row) : []),
      counted(checked.templates[index]?.findings.length ?? 0, 'finding', 'no findings'),
      'preview',
      ...(bench.session ? [`used by ${counted(used.length, 'task', 'no task')}`] : []),
    ];
    return {
      range: lspRange({ ...entry, endLine: entry.line, endColumn: entry.column }),
      command: {
        title: parts.join(' · '),
        command: 'heldout.templates.preview',
        arguments: [{ file, template: template.name, task: used[0]?.id }],
      },
    };
  });
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
