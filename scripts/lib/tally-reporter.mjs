import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/**
 * Mocha's own spec report; the counts, and which files had a failure, go to the file that HELDOUT_TEST_TALLY
 * names, if any, as JSON.
 */
export default class TallyReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const byFile = new Map();
    const count = (what) => (test) => {
      const counts = byFile.get(test.file) ?? { passed: 0, failed: 0, skipped: 0 };
      counts[what]++;
      byFile.set(test.file, counts);
    };
    runner.on('pass', count('passed'));
    runner.on('fail', count('failed'));
    runner.on('pending', count('skipped'));
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const file = process.env.HELDOUT_TEST_TALLY;
      const tally = { passed: passes, failed: failures, skipped: pending, files: Object.fromEntries(byFile) };
      if (file) writeFileSync(file, JSON.stringify(tally));
    });
  }
}
