import { messageOf } from '../../base/problem.ts';
import type { Session } from '../../engine/session.ts';
import { checksOf } from '../../engine/template-checks.ts';
import type { Workspace } from '../workspace.ts';

/** Keeps what is known of the bench's templates up to date, between everything else that the server does. */
export class BackgroundCheck {
  readonly #workspace: () => Workspace | undefined;
  readonly #onProblem: (message: string) => void;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(workspace: () => Workspace | undefined, onProblem: (message: string) => void) {
    this.#workspace = workspace;
    this.#onProblem = onProblem;
  }

  /** Something changed that a check may rest on. Tasks whose check still holds are not checked again. */
  wake(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) {
        this.#again = false;
        this.wake();
      }
    });
  }

  async #run(): Promise<void> {
    const workspace = this.#workspace();
    const session = workspace?.session;
    if (!workspace || !session) return;
    try {
      if ((await this.#check(workspace, session)) > 0) workspace.changed('tasks', 'templates');
    } catch (error) {
      if (!session.closing.aborted)
        this.#onProblem(`the check of the templates stopped: ${messageOf(error)}`);
    }
  }

  #check(workspace: Workspace, session: Session): Promise<number> {
    return checksOf(session).checkAll({
      signal: session.closing,
      onStep: () => {},
      onChecked: () => workspace.changed('tasks', 'templates'),
      onProblem: this.#onProblem,
    });
  }
}
