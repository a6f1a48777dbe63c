import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';

/**
 * What VS Code calls in its extension host: runs every test file that was bundled beside this one, and rejects
 * when a test failed. The counts go to the file that HELDOUT_TEST_TALLY names, the report to HELDOUT_TEST_REPORT:
 * the console here is shared with all of VS Code.
 */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({
    ui: 'bdd',
    color: true,
    timeout: 30_000,
    grep: process.env.HELDOUT_TEST_GREP,
    reporter: path.join(process.env.HELDOUT_ROOT ?? '.', 'scripts/lib/tally-reporter.mjs'),
  });
  const report = process.env.HELDOUT_TEST_REPORT;
  if (report) Mocha.reporters.Base.consoleLog = (...args) => appendFileSync(report, `${format(...args)}\n`);
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.test.cjs'));
  for (const name of files) mocha.addFile(path.join(__dirname, name));
  await mocha.loadFilesAsync();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
