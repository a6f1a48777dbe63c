// Builds, then runs the suites one after another: unit, extension host, UI. Each names itself; names on the command
// line pick some. The last line counts the tests of all; ends with 1 when one failed or a suite broke.
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

const suites = {
  unit: [...mocha, 'test/**/*.test.ts', '--ignore', 'test/vscode/**'],
  host: ['test/vscode/run-host.ts'],
  ui: [...mocha, 'test/vscode/ui/**/*.test.ts'],
};

/** Runs a Node program with its output on ours; gives its exit status. */
function runNode(args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** The counts of one suite; a suite that broke without counting is one failure. */
async function runSuite(name) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const tallyFile = path.join(tallyFolder, `${name}.json`);
  const code = await runNode(suites[name], { HELDOUT_TEST_TALLY: tallyFile });
  const text = await readFile(tallyFile, 'utf8').catch(() => '');
  const tally = text ? JSON.parse(text) : { passed: 0, failed: 0, skipped: 0 };
  if (code !== 0 && tally.failed === 0) {
    console.error(`the suite ${name} ended with ${code}`);
    tally.failed = 1;
  }
  console.log(
    `== ${name}: ${tally.passed} passed, ${tally.failed} failed in ${Math.round((Date.now() - started) / 1000)} s`,
  );
  return tally;
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
if ((await runNode(['scripts/build.mjs'])) !== 0) total.failed++;
else {
  for (const name of chosen.length > 0 ? chosen : Object.keys(suites)) {
    const tally = await runSuite(name);
    for (const key of Object.keys(total)) total[key] += tally[key];
  }
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
