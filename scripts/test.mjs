// Builds, then runs the suites: unit, extension host, UI, and beside them what runs long. Each names itself; names
// on the command line pick some. The last line counts the tests of all; ends with 1 when one failed or a
// suite broke.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const tallyFolder = path.join(root, 'test-output', 'tally');
const mocha = [
  path.join(root, 'node_modules/mocha/bin/mocha.js'),
  '--reporter',
  'scripts/lib/tally-reporter.mjs',
  // A busy machine is slow, not wrong: what must end sooner says so itself.
  '--timeout',
  '20000',
];

/** Real jobs, training and scoring, scans of large inputs. */
const long = ['test/{jobs,runner,evaluation,overlap}/**/*.test.ts', 'test/cli/train*.test.ts'];
const suites = {
  unit: [...mocha, 'test/**/*.test.ts', ...['test/vscode/**', ...long].flatMap((glob) => ['--ignore', glob])],
  long: [...mocha, ...long],
  host: ['test/vscode/run-host.ts'],
  ui: [...mocha, 'test/vscode/ui/**/*.test.ts'],
};

/** Runs a Node program with its output on ours, or, when it is `aside`, all at its end; gives its exit status. */
function runNode(args, { env = {}, aside = false } = {}) {
  return new Promise((resolve) => {
    const output = aside ? 'pipe' : 'inherit';
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', output, output],
      env: { ...process.env, ...env },
    });
    const said = [];
    child.stdout?.on('data', (chunk) => said.push(chunk));
    child.stderr?.on('data', (chunk) => said.push(chunk));
    child.on('close', () => process.stdout.write(Buffer.concat(said)));
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** The counts of a run of mocha or of the extension host; one that broke without counting is one failure. */
async function counted(name, args, aside) {
  const tallyFile = path.join(tallyFolder, `${name}.json`);
  const code = await runNode(args, { env: { HELDOUT_TEST_TALLY: tallyFile }, aside });
  const text = await readFile(tallyFile, 'utf8').catch(() => '');
  const tally = text ? JSON.parse(text) : { passed: 0, failed: 0, skipped: 0, files: {}, failures: [] };
  if (code !== 0 && tally.failed === 0) {
    tally.failed = 1;
    tally.failures.push({ title: `the suite ${name}`, said: `ended with ${code}` });
  }
  return tally;
}

/** The counts of one suite. */
async function runSuite(name, aside = false) {
  console.log(`\n== ${name}${aside ? ', told when it has ended' : ''}`);
  const started = Date.now();
  const tally = await counted(name, suites[name], aside);
  console.log(
    `== ${name}: ${tally.passed} passed, ${tally.failed} failed in ${Math.round((Date.now() - started) / 1000)} s`,
  );
  return { name, ...tally };
}

function tell(failures) {
  for (const { title, file, said } of failures)
    console.log(
      `\n${file ? `${path.relative(root, file)}: ` : ''}${title}\n  ${said.replaceAll('\n', '\n  ')}`,
    );
}

/**
 * Two suites run side by side, and a window, a job, a process is then at times too slow for a test. Files with a
 * failure are run once more when nothing else runs, whole, since their tests may build on each other; of the
 * extension host, all. What failed at first is told with the counts all the same.
 */
async function again(tally) {
  const { name } = tally;
  const failed = Object.keys(tally.files).filter((file) => tally.files[file].failed > 0);
  if (failed.length === 0) return tally;
  const names =
    name === 'host' ? 'the extension host' : failed.map((file) => path.relative(root, file)).join(', ');
  console.log(`\n== ${name}: failed at first`);
  tell(tally.failures);
  console.log(`\n== ${name}, once more: ${names}`);
  const second = await counted(`${name}-again`, name === 'host' ? suites.host : [...mocha, ...failed], false);
  secondRuns.push(`${name}: ${names}, ${second.failed > 0 ? 'failed again' : 'passed the second time'}`);
  if (name === 'host') return second;
  const sum = { ...second };
  for (const [file, counts] of Object.entries(tally.files)) {
    if (failed.includes(file)) continue;
    for (const key of Object.keys(counts)) sum[key] += counts[key];
  }
  return sum;
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`no such suite: ${unknown.join(', ')}; there are ${Object.keys(suites).join(', ')}`);
  process.exit(2);
}
await rm(tallyFolder, { recursive: true, force: true });
await mkdir(tallyFolder, { recursive: true });

const total = { passed: 0, failed: 0, skipped: 0 };
const secondRuns = [];
const failures = [];
if ((await runNode(['scripts/build.mjs'])) !== 0) total.failed++;
else {
  const names = chosen.length > 0 ? chosen : Object.keys(suites);
  const beside = names.length > 1 && names.includes('long') ? runSuite('long', true) : undefined;
  const tallies = [];
  for (const name of names) if (name !== 'long' || !beside) tallies.push(await runSuite(name));
  if (beside) tallies.push(await beside);
  for (const first of tallies) {
    const tally = await again(first);
    for (const key of Object.keys(total)) total[key] += tally[key];
    failures.push(...tally.failures);
  }
}
if (failures.length > 0) console.log('\n== failed');
tell(failures);
if (secondRuns.length > 0) console.log(`\nrun once more:\n  ${secondRuns.join('\n  ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
