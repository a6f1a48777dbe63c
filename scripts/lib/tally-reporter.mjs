import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** Mocha's own spec report; the counts go to the file that HELDOUT_TEST_TALLY names, if any, as JSON. */
export default class TallyReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const file = process.env.HELDOUT_TEST_TALLY;
      if (file) writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
}
