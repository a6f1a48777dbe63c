import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/**
 * Mocha's own spec report. The counts, by file too, and what failed go to the file that HELDOUT_TEST_TALLY names,
 * if any, as JSON; each failure as its full title and the start of its error.
 */
export default class TallyReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const byFile = new Map();
    const failures = [];
    const count = (what) => (test) => {
      const counts = byFile.get(test.file) ?? { passed: 0, failed: 0, skipped: 0 };
      counts[what]++;
      byFile.set(test.file, counts);
    };
    runner.on('pass', count('passed'));
    runner.on('fail', count('failed'));
    runner.on('pending', count('skipped'));
    runner.on('fail', (test, error) => {
      const said = String(error?.stack ?? error).slice(0, 1500);
      failures.push({ title: test.fullTitle(), file: test.file, said });
    });
    runner.once('end', () => {
      const { passes, failures: failed, pending } = this.stats;
      const file = process.env.HELDOUT_TEST_TALLY;
      const tally = { passed: passes, failed, skipped: pending, files: Object.fromEntries(byFile), failures };
      if (file) writeFileSync(file, JSON.stringify(tally));
    });
  }
}
