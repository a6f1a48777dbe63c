import { messageOf, type Problem } from '../base/problem.ts';
import { findBench } from '../bench/bench.ts';
import { type BenchChange, type BenchWatch, watchBench } from '../catalog/watch.ts';
import { Session } from '../engine/session.ts';
import type { Changed } from '../protocol.ts';
import { WorkspaceJobs } from './workspace-jobs.ts';

type What = Changed['what'][number];

/** The folder that the editor has open: its bench, once there is one, and what happens on disk. */
export class Workspace {
  readonly folder: string;
  /** Whether anything may be started here. */
  readonly trusted: boolean;
  /** Takes one line on what went wrong without stopping the work. */
  readonly onProblem: (message: string) => void;
  readonly #reviewer: string | undefined;
  readonly #notify: (changed: Changed) => void;
  readonly #notifyJobs: (ids: string[]) => void;
  readonly #onFilesChanged: (paths: readonly string[] | undefined) => void;
  #session: Session | undefined;
  #jobs: WorkspaceJobs | undefined;
  #watch: BenchWatch | undefined;
  #fault: Problem | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    folder: string,
    reviewer: string | undefined,
    trusted: boolean,
    notify: (changed: Changed) => void,
    notifyJobs: (ids: string[]) => void,
    /** Files changed at these paths; at any, where none are given. */
    onFilesChanged: (paths: readonly string[] | undefined) => void,
    onProblem: (message: string) => void,
  ) {
    this.onProblem = onProblem;
    this.folder = folder;
    this.#reviewer = reviewer;
    this.trusted = trusted;
    this.#notify = notify;
    this.#notifyJobs = notifyJobs;
    this.#onFilesChanged = onFilesChanged;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  get jobs(): WorkspaceJobs | undefined {
    return this.#jobs;
  }

  /** What keeps the bench file from being used, if anything does. */
  get fault(): Problem | undefined {
    return this.#fault;
  }

  /** Opens the bench of the folder, or opens it again. */
  async open(): Promise<void> {
    this.close();
    const root = findBench(this.folder);
    this.#fault = undefined;
    if (root) {
      try {
        this.#session = new Session(root, this.#reviewer);
        this.#watch = watchBench(this.#session.bench, (change) => this.#onChange(change));
        this.#jobs = new WorkspaceJobs(root, this.trusted, this.#notifyJobs, this.onProblem);
      } catch (error) {
        const at = error as Partial<Problem>;
        this.#fault = { file: at.file ?? root, line: at.line, message: messageOf(error), severity: 'error' };
      }
    }
    this.changed('state', 'tasks', 'pairs', 'templates', 'decisions');
  }

  /** Runs one piece of work at a time that writes to the catalogue, in the order asked for. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  changed(...what: What[]): void {
    this.#notify({ what: [...new Set(what)] });
  }

  close(): void {
    this.#watch?.close();
    this.#session?.close();
    this.#jobs?.close();
    this.#watch = undefined;
    this.#session = undefined;
    this.#jobs = undefined;
  }

  #onChange({ bench, decisions, paths }: BenchChange): void {
    if (bench) {
      void this.open().then(() => this.#onFilesChanged(undefined));
      return;
    }
    if (decisions) this.changed('state', 'tasks', 'pairs', 'templates', 'decisions');
    if (paths.length > 0) this.#onFilesChanged(paths);
  }
}
