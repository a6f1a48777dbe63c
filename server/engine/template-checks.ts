import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { InputError, messageOf } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import type { CatalogTask } from '../catalog/tasks.ts';
import type { FormatName, Template } from '../collections/types.ts';
import { analyse } from '../templates/analysis/analyse.ts';
import { checkTask, type TaskCheck } from '../templates/check.ts';
import type { RenderTemplate } from '../templates/findings/context.ts';
import type { Declaration, Finding } from '../templates/types.ts';
import { instancesOf } from './instances.ts';
import type { Session } from './session.ts';
import { declarationOf } from './template-declaration.ts';
import {
  fileOfTemplate,
  type PlacedTemplates,
  placedTemplates,
  stampOf,
  TasksByFile,
  TemplateFiles,
  templateFilesOf,
} from './template-places.ts';
import { rememberingRender } from './template-render.ts';
import { NO_SAMPLE, readSample, renderedRecords, type TaskSample } from './template-sample.ts';

/** A template as it was checked. */
export interface CheckedTemplate {
  template: Template;
  score: number;
  findings: Finding[];
  /** What a ruling on it rests on: its text, and what the task asks for. */
  evidence: string;
  location: { file: string; line: number } | undefined;
}

export interface CheckedTask {
  task: string;
  templates: CheckedTemplate[];
  /** About the whole task or its files. */
  findings: Finding[];
  proposal: TaskCheck['proposal'];
}

/** Formats whose files hold templates of the collection's own. */
const WRITTEN: ReadonlySet<FormatName> = new Set(['promptsource', 'flan-templates']);

/**
 * What was found on the templates of a bench, by task. A check is kept until the task's files or its
 * declaration change. Tasks that only have their reader's own template have nothing to find.
 */
export class TemplateChecks {
  readonly render: RenderTemplate;
  readonly files = new TemplateFiles();
  readonly byFile: TasksByFile;
  readonly #session: Session;
  readonly #checks = new Map<string, KeptCheck>();
  readonly #samples = new Map<string, { hash: string; sample: TaskSample }>();

  constructor(session: Session) {
    this.#session = session;
    this.render = rememberingRender(instancesOf(session));
    this.byFile = new TasksByFile(session);
  }

  /** Tasks with templates of their collection's own. */
  tasks(): CatalogTask[] {
    return this.#session.catalog.tasks().filter((task) => task.templates > 0 && this.#isWritten(task));
  }

  /** All that is known now, however old. */
  all(): CheckedTask[] {
    return [...this.#checks.values()].map(({ checked }) => checked);
  }

  /** What is known now, however old; for counts that must not wait. */
  known(task: string): CheckedTask | undefined {
    return this.#checks.get(task)?.checked;
  }

  /** The task's templates, checked again only where something changed. */
  async check(task: CatalogTask): Promise<CheckedTask> {
    if (!this.#isWritten(task)) return readersOwn(task);
    const key = this.#keyOf(task);
    if (!this.#isOld(task.id, key)) return this.#checks.get(task.id)!.checked;
    const { whole } = await this.#trySample(task);
    const checked = await this.checkUnder(task, declarationOf(this.#session, task.id));
    this.#checks.set(task.id, {
      key,
      checked,
      retryFrom: whole ? undefined : performance.now() + RETRY_AFTER,
    });
    this.#session.findings.set(task.id, findingsOf(checked));
    return checked;
  }

  /** A check under a declaration that need not be the one in force; it is not kept. */
  async checkUnder(task: CatalogTask, declaration: Declaration | undefined): Promise<CheckedTask> {
    return this.checkPlaced(placedTemplates(this.#session, task, this.files), task, declaration);
  }

  /** The same over templates as an editor or a command holds them, with the records of a task. */
  async checkPlaced(
    placed: PlacedTemplates,
    task: CatalogTask,
    declaration: Declaration | undefined,
  ): Promise<CheckedTask> {
    const records = renderedRecords(await this.sampleOrNone(task));
    const options = { declaration, records, render: this.render };
    return checkedTask(placed, declaration, await checkTask(placed.task, options));
  }

  /** The sample of a task's records, read once while its files stay as they are. */
  async sample(task: CatalogTask): Promise<TaskSample> {
    const hash = this.#session.catalog.taskHash(task.id);
    const known = this.#samples.get(task.id);
    if (known?.hash === hash) return known.sample;
    const sample = await readSample(this.#session, task, this.#session.closing);
    this.#samples.set(task.id, { hash, sample });
    return sample;
  }

  /** The names of the fields that records or templates of a task know. */
  async fieldNames(task: CatalogTask): Promise<string[]> {
    const sample = await this.sampleOrNone(task);
    const fields = sample.fields.map(({ name }) => name);
    if (fields.length > 0) return fields;
    const variables = task.facts.templates.flatMap((template) => analyse(template).variables);
    return [...new Set(variables)];
  }

  /**
   * Checks all tasks whose check is old or missing, letting other work in between. `onChecked` is told now
   * and then that more is known. Gives how many were checked.
   */
  async checkAll(options: {
    signal: AbortSignal;
    onStep: OnStep;
    onChecked?: () => void;
    /** Told of a task that can't be checked; the others are. */
    onProblem?: (message: string) => void;
  }): Promise<number> {
    const tasks = this.tasks();
    this.#forget(tasks);
    const old = tasks.filter((task) => this.#isOld(task.id, this.#keyOf(task)));
    let told = performance.now();
    let checked = 0;
    for (const [done, task] of old.entries()) {
      options.signal.throwIfAborted();
      this.#session.closing.throwIfAborted();
      options.onStep({ message: 'checking templates', done, total: old.length, unit: 'tasks' });
      try {
        // It may be gone since, or be checked by a view meanwhile.
        if (this.#session.catalog.task(task.id)) await this.check(task);
        checked++;
      } catch (error) {
        this.#session.closing.throwIfAborted();
        options.onProblem?.(`the templates of ${task.id} can't be checked: ${messageOf(error)}`);
      }
      await setImmediate();
      if (performance.now() - told < TELL_EVERY) continue;
      told = performance.now();
      options.onChecked?.();
    }
    options.onStep({ message: 'checked templates', done: old.length, total: old.length, unit: 'tasks' });
    return checked;
  }

  /** How many of the tasks with templates are checked, at whatever time. */
  progress(): { done: number; total: number } {
    const tasks = this.tasks();
    return { done: tasks.filter((task) => this.#checks.has(task.id)).length, total: tasks.length };
  }

  /** The sample, or an empty one where the records can't be read now. */
  async sampleOrNone(task: CatalogTask): Promise<TaskSample> {
    return (await this.#trySample(task)).sample;
  }

  async #trySample(task: CatalogTask): Promise<{ sample: TaskSample; whole: boolean }> {
    try {
      return { sample: await this.sample(task), whole: true };
    } catch (error) {
      this.#session.closing.throwIfAborted();
      // A file that changed or went is told by the import; the templates can be checked without it.
      if (!(error instanceof InputError)) throw error;
      return { sample: NO_SAMPLE, whole: false };
    }
  }

  #keyOf(task: CatalogTask): string {
    const declaration = declarationOf(this.#session, task.id);
    // The check reads the templates as they are on disk, which may be ahead of what was imported.
    const stamps = templateFilesOf(this.#session, task).map(stampOf).join(' ');
    return `${this.#session.catalog.taskHash(task.id)} ${stamps} ${JSON.stringify(declaration ?? null)}`;
  }

  #isOld(task: string, key: string): boolean {
    const kept = this.#checks.get(task);
    if (kept?.key !== key) return true;
    return kept.retryFrom !== undefined && performance.now() > kept.retryFrom;
  }

  #isWritten({ collection }: CatalogTask): boolean {
    const { collections } = this.#session.bench;
    const format = collections.find(({ name }) => name === collection)?.format;
    return format !== undefined && WRITTEN.has(format);
  }

  #forget(tasks: readonly CatalogTask[]): void {
    const ids = new Set(tasks.map(({ id }) => id));
    for (const kept of [this.#checks, this.#session.findings])
      for (const id of kept.keys()) if (!ids.has(id)) kept.delete(id);
    for (const id of this.#samples.keys()) if (!ids.has(id)) this.#samples.delete(id);
  }
}

const checksBySession = new WeakMap<Session, TemplateChecks>();

/** The checks of a session's templates. */
export function checksOf(session: Session): TemplateChecks {
  const known = checksBySession.get(session);
  if (known) return known;
  const checks = new TemplateChecks(session);
  checksBySession.set(session, checks);
  return checks;
}

function findingsOf({ templates, findings }: CheckedTask): number {
  return templates.reduce((sum, one) => sum + one.findings.length, findings.length);
}

/** A reader's template prints the record as the format defines it: there is nothing to find. */
function readersOwn({ id, facts: { templates, inputs, targets } }: CatalogTask): CheckedTask {
  return {
    task: id,
    templates: templates.map((template) => ({
      template,
      score: 0,
      findings: [],
      evidence: templateEvidence(template, targets),
      location: undefined,
    })),
    findings: [],
    proposal: { inputs, targets, confidence: 1 },
  };
}

interface KeptCheck {
  /** What the check rests on. */
  key: string;
  checked: CheckedTask;
  /** The records could not be read: from then on it may be tried again. */
  retryFrom: number | undefined;
}

/** Milliseconds. The import, which mends most of it, brings another key. */
const RETRY_AFTER = 10_000;

/** Between two words on how far the check is, in milliseconds. */
const TELL_EVERY = 1000;

/** What `checkTask` found, template by template. */
export function checkedTask(
  placed: PlacedTemplates,
  declaration: Declaration | undefined,
  check: TaskCheck,
): CheckedTask {
  const findings = [...placed.faults, ...check.findings].map((finding) => ({
    ...finding,
    file: finding.template === undefined ? finding.file : fileOfTemplate(placed, finding.template),
  }));
  const { targets } = declaration ?? check.proposal;
  const names = new Set(placed.task.templates.map(({ template }) => template.name));
  const isOfTemplate = ({ template }: Finding) => template !== undefined && names.has(template);
  return {
    task: placed.task.task,
    templates: placed.task.templates.map(({ template, at }, index) => ({
      template,
      score: check.scores[index] ?? 0,
      findings: findings.filter((finding) => finding.template === template.name),
      evidence: templateEvidence(template, targets),
      location:
        template.file === undefined
          ? undefined
          : { file: fileOfTemplate(placed, template.name), line: at.line },
    })),
    findings: findings.filter((finding) => !isOfTemplate(finding)),
    proposal: check.proposal,
  };
}

/**
 * What a decision on a template rests on: what it says, and which fields the task asks for. To confirm a
 * proposal changes nothing of it; to declare other targets does.
 */
export function templateEvidence(template: Template, targets: readonly string[]): string {
  const { language, text, answerChoices, strip } = template;
  return createHash('sha256')
    .update(JSON.stringify([language, text, answerChoices ?? null, strip, [...targets].sort()]))
    .digest('hex')
    .slice(0, 32);
}
