import type { Session } from '../../engine/session.ts';
import { carryRulings, type Renamed, renameArrived } from '../../engine/template-rename.ts';

/** Renames that an editor made and that the catalogue has not seen yet: the file may not be saved. */
export class PendingRenames {
  #open: Renamed[] = [];

  add(renamed: Renamed): void {
    const earlier = this.#open.find(({ task, to }) => task === renamed.task && to === renamed.from);
    const from = earlier?.from ?? renamed.from;
    this.#open = this.#open.filter((one) => one !== earlier);
    if (from !== renamed.to) this.#open.push({ ...renamed, from });
  }

  /** Carries the rulings of those that have arrived; true when decisions were made. */
  settle(session: Session): boolean {
    let made = false;
    this.#open = this.#open.filter((renamed) => {
      const arrived = renameArrived(session, renamed);
      if (arrived) made = carryRulings(session, renamed).length > 0 || made;
      return arrived === false;
    });
    return made;
  }
}
