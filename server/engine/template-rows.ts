import type {
  TaskTemplates,
  TemplateCheck,
  TemplateFilter,
  TemplateFinding,
  TemplateList,
  TemplateOrder,
  TemplateState,
} from '../protocol.ts';
import type { Finding } from '../templates/types.ts';
import { pace } from './pace.ts';
import type { Session } from './session.ts';
import { findTask } from './task-rows.ts';
import type { CheckedTask, CheckedTemplate } from './template-checks.ts';
import { checksOf } from './template-checks.ts';
import { declarationView, rulingOf } from './template-declaration.ts';
import { phraseOf } from './template-phrase.ts';

/** The templates of a task, checked, with its declaration. */
export async function taskTemplates(session: Session, id: string): Promise<TaskTemplates> {
  const task = findTask(session, id);
  const checked = await checksOf(session).check(task);
  const sample = await checksOf(session).sampleOrNone(task);
  return {
    task: id,
    fields: sample.fields.map(({ name, type, samples }) => ({ name, type, samples })),
    declaration: declarationView(session, id, checked.proposal),
    templates: rowsOf(session, checked),
    findings: checked.findings.map(findingView),
  };
}

/**
 * The queue: templates that findings or rulings bear on, of the tasks that are checked by now. A
 * filter that asks for clean ones gets them, though they are no part of the queue.
 */
export function templateList(session: Session, order: TemplateOrder, filter: TemplateFilter): TemplateList {
  const all = checkedRows(session);
  const queue = all.filter(inQueue);
  const shown = filter.state?.includes('clean') ? all : queue;
  const decided = queue.filter((row) => row.state === 'decided').length;
  const { done, total } = checksOf(session).progress();
  return {
    templates: shown.filter((row) => passes(row, filter)).sort(BY[order]),
    decided,
    total: queue.length,
    secondsLeft: pace(session.log.inForce(), queue.length - decided, 'template'),
    ...(done < total ? { checking: { done, total } } : {}),
  };
}

/** The templates of all tasks that are checked by now. */
function checkedRows(session: Session): TemplateCheck[] {
  return checksOf(session)
    .tasks()
    .flatMap((task) => {
      const checked = checksOf(session).known(task.id);
      return checked ? rowsOf(session, checked) : [];
    });
}

function inQueue({ state }: TemplateCheck): boolean {
  return state !== 'clean';
}

export function rowsOf(session: Session, { task, templates }: CheckedTask): TemplateCheck[] {
  return templates.map((checked) => {
    const { template, score, findings, location } = checked;
    const { heads } = session.log.state({ kind: 'template', task, template: template.name });
    return {
      task,
      template: template.name,
      state: stateOf(heads, checked),
      rulings: heads.map(rulingOf),
      ...(template.originalTask === undefined ? {} : { originalTask: template.originalTask }),
      score,
      phrase: phraseOf(template),
      findings: findings.map(findingView),
      ...(location ? { location } : {}),
    };
  });
}

/** A finding as other processes see it: its quick fixes are the language server's. */
export function findingView({ fixes: _fixes, ...finding }: Finding): TemplateFinding {
  return finding;
}

/** Whether a finding waits for a person's word: a doubt about the task, or a template that can't be used. */
export function needsRuling({ code, severity }: Pick<Finding, 'code' | 'severity'>): boolean {
  return code === 'alters-semantics' || severity === 'error';
}

export function stateOf(
  heads: readonly { verdict: string; evidence: string }[],
  { findings, evidence }: Pick<CheckedTemplate, 'findings' | 'evidence'>,
): TemplateState {
  if (heads.length === 0) return findings.some(needsRuling) ? 'open' : 'clean';
  if (new Set(heads.map((head) => head.verdict)).size > 1) return 'conflict';
  return heads.some((head) => head.evidence === evidence) ? 'decided' : 'stale';
}

function passes(row: TemplateCheck, filter: TemplateFilter): boolean {
  if (filter.state && filter.state.length > 0 && !filter.state.includes(row.state)) return false;
  if (filter.task && row.task !== filter.task) return false;
  if (filter.code && !row.findings.some(({ code }) => code === filter.code)) return false;
  const words = filter.search?.toLowerCase().split(/\s+/u).filter(Boolean) ?? [];
  const said = row.findings.map(({ code, message }) => `${code} ${message}`).join(' ');
  const text = `${row.task} ${row.template} ${row.phrase} ${said}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

type Compare = (a: TemplateCheck, b: TemplateCheck) => number;

/** Within a task in the order of its file, which the sort keeps. */
const byTask: Compare = (a, b) => a.task.localeCompare(b.task, 'en', { numeric: true });
const byScore: Compare = (a, b) => b.score - a.score || byTask(a, b);

const BY: Record<TemplateOrder, Compare> = {
  score: byScore,
  task: byTask,
  findings: (a, b) => b.findings.length - a.findings.length || byScore(a, b),
};
