import type { TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { messageOf } from '../../base/problem.ts';
import type { CatalogTask } from '../../catalog/tasks.ts';
import { type CheckedTask, checkedTask, checksOf } from '../../engine/template-checks.ts';
import { declarationOf } from '../../engine/template-declaration.ts';
import { checkTask } from '../../templates/check.ts';
import type { PlacedTask } from '../../templates/files/template-file.ts';
import type { BenchContext } from './context.ts';
import { type OpenTemplates, templatesIn } from './documents.ts';

/** What was found on one task of an open file, as its text stands. */
export interface LiveTask {
  placed: PlacedTask;
  /** The tasks of the bench that take these templates. */
  used: CatalogTask[];
  checked: CheckedTask;
}

export interface LiveResult {
  open: OpenTemplates;
  tasks: LiveTask[];
}

/** After the last key, in milliseconds: long enough to be a pause, short enough to feel at once. */
const PAUSE = 50;

/** Checks the files of templates that are open, a moment after each change. */
export class LiveCheck {
  readonly #documents: TextDocuments<TextDocument>;
  readonly #bench: () => BenchContext;
  readonly #onResult: (result: LiveResult) => void;
  readonly #onProblem: (message: string) => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #results = new Map<string, { stamp: string; result: Promise<LiveResult | undefined> }>();
  /** Counts what the bench knows anew: records, declarations, rulings. */
  #epoch = 0;

  constructor(
    documents: TextDocuments<TextDocument>,
    bench: () => BenchContext,
    onResult: (result: LiveResult) => void,
    onProblem: (message: string) => void,
  ) {
    this.#documents = documents;
    this.#bench = bench;
    this.#onResult = onResult;
    this.#onProblem = onProblem;
  }

  /** The text changed. */
  changed(document: TextDocument): void {
    clearTimeout(this.#timers.get(document.uri));
    this.#timers.set(
      document.uri,
      setTimeout(() => void this.#tell(document), PAUSE),
    );
  }

  closed({ uri }: TextDocument): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
    this.#results.delete(uri);
  }

  /** The bench knows something else than before: all open files are checked again. */
  benchChanged(): void {
    this.#epoch++;
    for (const document of this.#documents.all()) this.changed(document);
  }

  /** What is found on the document as it stands now; undefined where it is no file of templates. */
  current(document: TextDocument): Promise<LiveResult | undefined> {
    const stamp = `${document.version} ${this.#epoch}`;
    const known = this.#results.get(document.uri);
    if (known?.stamp === stamp) return known.result;
    const result = this.#check(document).catch((error: unknown) => {
      this.#onProblem(`${document.uri} can't be checked: ${messageOf(error)}`);
      return undefined;
    });
    this.#results.set(document.uri, { stamp, result });
    return result;
  }

  async #tell(document: TextDocument): Promise<void> {
    this.#timers.delete(document.uri);
    const { version } = document;
    const result = await this.current(document);
    const still = this.#documents.get(document.uri);
    if (result && still?.version === version) this.#onResult(result);
  }

  async #check(document: TextDocument): Promise<LiveResult | undefined> {
    const open = templatesIn(document);
    if (!open) return undefined;
    const bench = this.#bench();
    const tasks: LiveTask[] = [];
    for (const placed of open.file.tasks) {
      const used = bench.tasksOf(open, placed);
      tasks.push({ placed, used, checked: await checkOne(bench, placed, used[0]) });
    }
    return { open, tasks };
  }
}

async function checkOne(
  { session }: BenchContext,
  placed: PlacedTask,
  task: CatalogTask | undefined,
): Promise<CheckedTask> {
  const whole = { task: { ...placed, task: task?.id ?? placed.task }, faults: [] };
  if (!session || !task) return checkedTask(whole, undefined, await checkTask(whole.task));
  return checksOf(session).checkPlaced(whole, task, declarationOf(session, task.id));
}
