import { type Proposal, proposeDeclaration } from '../declaration.ts';
import type { Score, SemanticsModel } from '../model/semantics-model.ts';
import type { Declaration, Finding } from '../types.ts';
import { type Checked, EXCLUDE, findingOn, setValue } from './context.ts';
import { fieldsOf } from './fields.ts';
import { reasonFor } from './reasons.ts';

export interface Judgement {
  findings: Finding[];
  /** What is proposed from the templates, whether or not a person has declared. */
  proposal: Proposal;
  /** One for each template, in order; 0 where it could not be read. */
  scores: number[];
}

/** Which of a task's templates alter it, and whether all of them do. */
export async function judge(
  all: readonly Checked[],
  model: SemanticsModel,
  declaration?: Declaration,
): Promise<Judgement> {
  const readable = all.filter((checked) => !checked.profile.analysis.error);
  const profiles = readable.map((checked) => checked.profile);
  const undeclared = await model.score(profiles);
  const records = all[0]?.options.records;
  const proposal = proposeDeclaration(
    profiles,
    undeclared.map(({ score }) => score),
    records && fieldsOf(records),
  );
  const graded = declaration ? await model.score(profiles, declaration) : undeclared;
  const findings = readable.flatMap((checked, index) => {
    const other = describe(checked, graded[index]!, declaration ?? proposal, declaration !== undefined);
    return [...other, ...contradictions(checked, graded[index]!)];
  });
  const inverted = wholeTask(readable, graded, proposal, declaration);
  if (inverted) findings.unshift(inverted);
  const scores = all.map((checked) => graded[readable.indexOf(checked)]?.score ?? 0);
  return { findings, proposal, scores };
}

function describe(
  checked: Checked,
  { score, severity }: Score,
  declaration: Declaration,
  declared: boolean,
): Finding[] {
  if (!severity) return [];
  const { profile, others } = checked;
  const { kind, message } = reasonFor(profile, [profile, ...others], declaration, declared);
  const fixes = [
    EXCLUDE,
    ...(checked.placed.template.originalTask === false
      ? []
      : setValue(checked.placed, 'original_task', 'false', 'Mark as not the original task')),
  ];
  return [{ ...findingOn(checked, 'alters-semantics', { severity, score, message, fixes }), kind }];
}

/** The file says that it is the original task, and the text says otherwise beyond doubt. */
function contradictions(checked: Checked, { score, severity }: Score): Finding[] {
  if (checked.placed.template.originalTask !== true || severity !== 'warning') return [];
  return [
    findingOn(checked, 'metadata-contradiction', {
      severity: 'information',
      score,
      message: 'original_task is true, and the template asks for something else than the task',
      at: checked.placed.valueAt('original_task'),
      fixes: setValue(checked.placed, 'original_task', 'false', 'Mark as not the original task'),
    }),
  ];
}

/** Every template asks for another thing than the task. */
function wholeTask(
  all: readonly Checked[],
  graded: readonly Score[],
  proposal: Proposal,
  declaration?: Declaration,
): Finding | undefined {
  const first = all[0];
  if (!first || all.length < 2 || !graded.every(({ severity }) => severity !== undefined)) return undefined;
  const { task, file, at } = first.task;
  const named = declaration ? declaration.targets : proposal.targets;
  const fields = named.map((name) => `\`${name}\``).join(', ') || 'none';
  const message = declaration
    ? `all ${all.length} templates ask for something else than the declared targets (${fields})`
    : `all ${all.length} templates look as if they asked for something else than the task: declare its targets (proposed: ${fields})`;
  const score = Math.min(...graded.map((one) => one.score));
  const severity = graded.every((one) => one.severity === 'warning') ? 'warning' : 'information';
  return { file, task, ...at, code: 'task-inverted', severity, score, message };
}
