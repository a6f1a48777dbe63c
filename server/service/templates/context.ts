import type { CatalogTask } from '../../catalog/tasks.ts';
import type { Session } from '../../engine/session.ts';
import { checksOf } from '../../engine/template-checks.ts';
import { NO_SAMPLE, type TaskSample } from '../../engine/template-sample.ts';
import type { PlacedTask } from '../../templates/files/template-file.ts';
import type { OpenTemplates } from './documents.ts';

/** What the bench knows of the tasks in an open file; empty without a bench. */
export class BenchContext {
  readonly session: Session | undefined;

  constructor(session: Session | undefined) {
    this.session = session;
  }

  /** The bench's tasks that take these templates; several collections may read one file. */
  tasksOf(open: OpenTemplates, placed: PlacedTask): CatalogTask[] {
    if (!this.session) return [];
    return checksOf(this.session)
      .byFile.of(open.path)
      .filter(({ name }) => name === placed.task);
  }

  /** The records of the first of these tasks; an empty sample where there are none. */
  async sampleOf(open: OpenTemplates, placed: PlacedTask): Promise<TaskSample> {
    const [task] = this.tasksOf(open, placed);
    if (!this.session || !task) return NO_SAMPLE;
    return checksOf(this.session).sampleOrNone(task);
  }
}
