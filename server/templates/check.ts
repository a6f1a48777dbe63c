import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { messageOf } from '../base/problem.ts';
import type { Template } from '../collections/types.ts';
import type { Proposal } from './declaration.ts';
import { profilesOf } from './features/vectors.ts';
import { readFlan } from './files/flan.ts';
import { readPromptSource } from './files/promptsource.ts';
import { FILE_START, type PlacedTask, type TemplateFile } from './files/template-file.ts';
import { choiceFindings } from './findings/choices.ts';
import type { Checked, FindingOptions } from './findings/context.ts';
import { duplicateFindings } from './findings/duplicates.ts';
import { fieldFindings } from './findings/fields.ts';
import { recordFindings } from './findings/records.ts';
import { judge } from './findings/semantics.ts';
import { textFindings } from './findings/text.ts';
import { type SemanticsModel, semanticsModel } from './model/semantics-model.ts';
import type { Declaration, Finding } from './types.ts';

export interface TaskCheck {
  task: string;
  findings: Finding[];
  proposal: Proposal;
  /** The score of each template for altering the task, in the order of the templates. */
  scores: number[];
}

/** Larger files are not read: nothing that people write by hand is of this size. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Each template is held against all others of its task; beyond this many that takes seconds. Real tasks have dozens. */
const MAX_TEMPLATES = 200;

/** All findings on the templates of one task, with what is proposed as its declaration. */
export async function checkTask(
  whole: PlacedTask,
  options: FindingOptions = {},
  model?: SemanticsModel,
): Promise<TaskCheck> {
  const task = { ...whole, templates: whole.templates.slice(0, MAX_TEMPLATES) };
  const profiles = profilesOf(task.templates.map(({ template }) => template));
  const all = task.templates.map((placed, index): Checked => {
    const profile = profiles[index]!;
    const others = profiles.filter((other) => other !== profile && !other.analysis.error);
    return { placed, profile, others, task, options };
  });
  const { findings, proposal, scores } = await judge(
    all,
    model ?? (await semanticsModel()),
    options.declaration,
  );
  const perTemplate = all.flatMap((checked) => {
    const text = textFindings(checked);
    if (text.some(({ code }) => code === 'jinja-error')) return text;
    // Without a separator no record gives a target, which is said once.
    const whole = text.every(({ code }) => code !== 'no-separator');
    return merged([
      ...text,
      ...fieldFindings(checked),
      ...choiceFindings(checked),
      ...(whole ? recordFindings(checked) : []),
    ]);
  });
  return {
    task: task.task,
    findings: [...tooMany(whole), ...findings, ...perTemplate, ...duplicateFindings(all)].sort(byPlace),
    proposal,
    scores: whole.templates.map((_, index) => scores[index] ?? 0),
  };
}

/** The findings of `checkTask` alone. */
export async function findingsOf(task: PlacedTask, options: FindingOptions = {}): Promise<Finding[]> {
  return (await checkTask(task, options)).findings;
}

/** A task's templates as a bench holds them, without their file: findings stand at the templates' lines. */
export function placeTemplates(task: string, root: string, templates: readonly Template[]): PlacedTask {
  const placed = templates.map((template) => {
    const line = template.line ?? 1;
    const at = { line, column: 1, endLine: line, endColumn: 1 };
    return { template, at, entry: at, texts: [], textAt: () => at, valueAt: () => undefined };
  });
  const file = templates[0]?.file;
  return { task, file: file ? `${root}/${file}` : root, at: placed[0]?.at ?? FILE_START, templates: placed };
}

/** Reads a file of templates: PromptSource's `templates.yaml`, or a FLAN module. Never throws. */
export function readTemplateFile(file: string, text?: string, maxBytes = MAX_BYTES): TemplateFile {
  try {
    if (text === undefined && statSync(file).size > maxBytes)
      throw new Error(`larger than ${maxBytes / 1048576} MB: split it`);
    const source = text ?? readFileSync(file, 'utf8');
    return extname(file) === '.py' ? readFlan(file, source) : readPromptSource(file, source);
  } catch (error) {
    const message = `cannot be read (${messageOf(error)})`;
    return {
      file,
      tasks: [],
      faults: [{ file, ...FILE_START, code: 'file-unreadable', severity: 'error', score: 1, message }],
    };
  }
}

/** What a bench knows of the tasks in a file; all of it may be missing. */
export interface FileOptions {
  /** The file's text where it is not the one on disk (an editor's). */
  text?: string;
  declarationOf?: (task: string) => Declaration | undefined;
  optionsOf?: (task: string) => Omit<FindingOptions, 'declaration'>;
}

/** All findings on one file of templates, with or without a bench. */
export async function checkFile(file: string, options: FileOptions = {}): Promise<Finding[]> {
  const { tasks, faults } = readTemplateFile(file, options.text);
  const findings = [...faults];
  for (const task of tasks) {
    const declaration = options.declarationOf?.(task.task);
    findings.push(...(await findingsOf(task, { ...options.optionsOf?.(task.task), declaration })));
  }
  return findings.sort(byPlace);
}

function tooMany({ task, file, at, templates }: PlacedTask): Finding[] {
  const count = templates.length;
  if (count <= MAX_TEMPLATES) return [];
  const message = `holds ${count} templates: only the first ${MAX_TEMPLATES} are checked`;
  return [{ file, task, ...at, code: 'too-many-templates', severity: 'warning', score: 1, message }];
}

function byPlace(a: Finding, b: Finding): number {
  return a.line - b.line || a.column - b.column || a.code.localeCompare(b.code);
}

/** A target that is empty by its text needs no second word from the records. */
function merged(findings: Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, severity, message }) => {
    const key = code === 'empty-target' ? `${code} ${severity}` : `${code} ${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
