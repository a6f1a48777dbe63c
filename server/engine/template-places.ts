import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { CatalogTask } from '../catalog/tasks.ts';
import { placeTemplates, readTemplateFile } from '../templates/check.ts';
import type { PlacedTask, TemplateFile } from '../templates/files/template-file.ts';
import type { Finding } from '../templates/types.ts';
import type { Session } from './session.ts';
import { checksOf } from './template-checks.ts';

/** A task's templates with their places, and what is wrong with the files they stand in. */
export interface PlacedTemplates {
  task: PlacedTask;
  faults: Finding[];
}

/** The text of a file where an editor has it open. */
export type OpenText = (file: string) => string | undefined;

/** PromptSource's `templates.yaml` or a FLAN module of templates, by name or path; as their readers accept them. */
export function isTemplateFile(path: string): boolean {
  const name = path.split(/[/\\]/u).at(-1)!;
  return /^templates\.ya?ml$|templates[^/]*\.py$/u.test(name);
}

/** Reading blocks all else: a larger file is left to `heldout check FILE`. */
const MAX_BYTES = 4 * 1024 * 1024;

/** What tells one state of a file on disk from another, without reading it. */
export function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs}` : 'missing';
}

/** Template files that were read last: a FLAN module holds dozens of tasks. */
export class TemplateFiles {
  readonly #read = new Map<string, { stamp: string; file: TemplateFile }>();

  read(file: string): TemplateFile {
    const stamp = stampOf(file);
    const known = this.#read.get(file);
    if (known?.stamp === stamp) return known.file;
    const read = readTemplateFile(file, undefined, MAX_BYTES);
    this.#read.clear();
    this.#read.set(file, { stamp, file: read });
    return read;
  }
}

/** Absolute paths of the files that hold templates of a task; none for formats with a template of the reader's own. */
export function templateFilesOf(session: Session, task: CatalogTask): string[] {
  const places = task.facts.templates.map(
    (template) => session.catalog.templateLocation(task, template)?.file,
  );
  return [...new Set(places)].filter((file) => file !== undefined);
}

/**
 * A task's templates where they stand. A file that can't be read any more leaves the templates as they were
 * imported; a task whose files hold none still has the files' faults.
 */
export function placedTemplates(
  session: Session,
  task: CatalogTask,
  files: TemplateFiles,
  openText?: OpenText,
): PlacedTemplates {
  const read = templateFilesOf(session, task).map((file) => {
    const text = openText?.(file);
    return text === undefined ? files.read(file) : readTemplateFile(file, text);
  });
  const placed = read.flatMap(({ tasks }) => tasks.filter((one) => one.task === task.name));
  const faults = read.flatMap((one) => one.faults);
  const root = rootOf(session, task);
  if (placed.length === 0) return { task: placeTemplates(task.id, root, task.facts.templates), faults };
  const [first] = placed;
  return {
    task: { ...first!, task: task.id, templates: placed.flatMap(({ templates }) => templates) },
    faults,
  };
}

/** The file that a template of a placed task stands in; several files may tell one task. */
export function fileOfTemplate({ task }: PlacedTemplates, name: string | undefined): string {
  const file = task.templates.find(({ template }) => template.name === name)?.template.file;
  return file && isAbsolute(file) ? file : task.file;
}

function rootOf(session: Session, task: CatalogTask): string {
  const collection = session.bench.collections.find(({ name }) => name === task.collection);
  return collection?.root ?? join(session.root, task.collection);
}

/** The tasks of the bench by the files that they take their templates from; made again when the catalogue changes. */
export class TasksByFile {
  readonly #session: Session;
  #made: { version: string; tasks: Map<string, CatalogTask[]> } | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  of(file: string): CatalogTask[] {
    const version = this.#session.catalog.version();
    if (this.#made?.version !== version) this.#made = { version, tasks: this.#make() };
    return this.#made.tasks.get(file) ?? [];
  }

  #make(): Map<string, CatalogTask[]> {
    const tasks = new Map<string, CatalogTask[]>();
    for (const task of checksOf(this.#session).tasks()) {
      for (const file of templateFilesOf(this.#session, task))
        tasks.set(file, [...(tasks.get(file) ?? []), task]);
    }
    return tasks;
  }
}
