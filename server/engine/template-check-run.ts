import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import type { CheckReport } from '../protocol.ts';
import { checkTask, readTemplateFile } from '../templates/check.ts';
import type { Declaration } from '../templates/types.ts';
import { leftBehind, leftBehindInWords } from './left-behind.ts';
import type { Session } from './session.ts';
import { type CheckedTask, checkedTask, checksOf } from './template-checks.ts';
import { declarationOf } from './template-declaration.ts';
import { findingView, rowsOf } from './template-rows.ts';

/** Under which declarations tasks are checked: what people declared, none, or those that were handed in. */
export type Declarations = 'decided' | 'none' | ReadonlyMap<string, Declaration>;

export interface CheckRun {
  declarations: Declarations;
  /** Leaves out what stands on templates that people have ruled on. */
  open?: boolean;
  signal: AbortSignal;
  onStep: OnStep;
}

/** Checks every template of a bench, with its records. Throws InputError where nothing was imported. */
export async function checkBench(session: Session, run: CheckRun): Promise<CheckReport> {
  const checks = checksOf(session);
  const tasks = checks.tasks();
  if (session.catalog.tasks().length === 0) throw new InputError('no task is known: import the bench first');
  const checked: CheckedTask[] = [];
  for (const [done, task] of tasks.entries()) {
    run.signal.throwIfAborted();
    run.onStep({ message: `checking ${task.id}`, done, total: tasks.length, unit: 'tasks' });
    checked.push(await checks.checkUnder(task, declaredFor(run, session, [task.id, task.name])));
  }
  run.onStep({ message: 'checked', done: tasks.length, total: tasks.length, unit: 'tasks' });
  const report = reportOf(checked, run.open ? session : undefined);
  return { ...report, findings: [...report.findings, ...(await renamedSince(session))] };
}

/** What decisions speak of and what has another name by now. */
async function renamedSince(session: Session): Promise<CheckReport['findings']> {
  return (await leftBehind(session)).map((one) => ({
    file: one.file,
    line: one.line,
    column: 1,
    endLine: one.line,
    endColumn: 1,
    task: one.task,
    code: 'decision-left-behind',
    severity: 'warning',
    score: 1,
    message: `${leftBehindInWords(one)} ("heldout carry")`,
  }));
}

/** Checks files of templates; those that belong to tasks of the bench, where there is one, with their records. */
export async function checkFiles(
  files: readonly string[],
  session: Session | undefined,
  run: CheckRun,
): Promise<CheckReport> {
  const checked: CheckedTask[] = [];
  for (const [done, file] of files.entries()) {
    run.signal.throwIfAborted();
    run.onStep({ message: `checking ${file}`, done, total: files.length, unit: 'files' });
    const { tasks, faults } = readTemplateFile(file);
    const ofBench = session ? checksOf(session).byFile.of(file) : [];
    if (tasks.length === 0)
      checked.push({ task: file, templates: [], findings: faults, proposal: NO_PROPOSAL });
    for (const placed of tasks) {
      const task = ofBench.find(({ name }) => name === placed.task);
      const declaration = declaredFor(run, session, [...(task ? [task.id] : []), placed.task]);
      const whole = { task: { ...placed, task: task?.id ?? placed.task }, faults };
      checked.push(
        session && task
          ? await checksOf(session).checkPlaced(whole, task, declaration)
          : checkedTask(whole, declaration, await checkTask(whole.task, { declaration })),
      );
    }
  }
  run.onStep({ message: 'checked', done: files.length, total: files.length, unit: 'files' });
  return reportOf(checked, run.open ? session : undefined);
}

const NO_PROPOSAL = { inputs: [], targets: [], confidence: 0 };

/** `names`: what a task is called, in the bench first. */
function declaredFor(
  { declarations }: CheckRun,
  session: Session | undefined,
  names: readonly string[],
): Declaration | undefined {
  if (declarations === 'none') return undefined;
  if (declarations === 'decided') return session && declarationOf(session, names[0]!);
  return names.map((name) => declarations.get(name)).find((one) => one !== undefined);
}

/**
 * All findings, file by file as they were checked, each once: tasks of one file share its faults. With
 * `ruledIn`, those on templates that were ruled on in that bench are left out.
 */
function reportOf(checked: readonly CheckedTask[], ruledIn: Session | undefined): Required<CheckReport> {
  const findings = new Map<string, CheckReport['findings'][number]>();
  for (const task of checked) {
    const { findings: rest } = task;
    const rows = ruledIn && rowsOf(ruledIn, task);
    const templates = task.templates.filter((_, index) => rows?.[index]?.state !== 'decided');
    const all = new Set([...rest, ...templates.flatMap((one) => one.findings)]);
    const views = [...all].map(findingView).sort((a, b) => a.line - b.line || a.column - b.column);
    for (const view of views) findings.set(JSON.stringify(view), view);
  }
  const scores = checked.flatMap(({ task, templates }) =>
    templates.map(({ template, score, location }) => ({
      file: location?.file ?? '',
      line: location?.line ?? 0,
      task,
      template: template.name,
      score,
    })),
  );
  return { findings: [...findings.values()], scores };
}
