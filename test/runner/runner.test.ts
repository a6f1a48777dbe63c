import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Test } from 'mocha';
import * as z from 'zod';
import { PROJECT } from '../support/bench.ts';
import { RUNNER_ENV, runnerPython } from './python.ts';

/** Milliseconds that one test of pytest may take. */
const LIMIT = 300_000;

const told = z.union([
  z.object({ tests: z.array(z.string()) }),
  z.object({ test: z.string(), outcome: z.enum(['passed', 'failed', 'skipped']), text: z.string() }),
]);

/** One run of pytest over this folder, followed while it runs. */
class PytestRun {
  readonly #folder = mkdtempSync(join(tmpdir(), 'heldout-pytest-'));
  readonly #file = join(this.#folder, 'outcomes.jsonl');
  readonly #child;
  output = '';
  ended = false;

  constructor(python: string) {
    writeFileSync(this.#file, '');
    this.#child = spawn(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'test/runner'], {
      cwd: PROJECT,
      env: { ...RUNNER_ENV, PYTHONDONTWRITEBYTECODE: '1', HELDOUT_PYTEST_OUTCOMES: this.#file },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (chunk) => (this.output = (this.output + chunk).slice(-20_000)));
    }
    this.#child.on('close', () => (this.ended = true));
    this.#child.on('error', (error) => {
      this.output += error.message;
      this.ended = true;
    });
  }

  /** The first record that `pick` takes. */
  async until<Found>(pick: (record: z.infer<typeof told>) => Found | undefined): Promise<Found> {
    while (true) {
      const last = this.ended;
      const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
      for (const line of lines) {
        const found = pick(told.parse(JSON.parse(line)));
        if (found !== undefined) return found;
      }
      if (last) assert.fail(`pytest ended without it:\n${this.output}`);
      await sleep(50);
    }
  }

  close(): void {
    this.#child.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

describe('the runner', function () {
  this.timeout(LIMIT);
  let run: PytestRun | undefined;
  const add = (test: Test) => this.addTest(test);

  // The tests of pytest, each as one of Mocha's: they are known once pytest has collected them.
  before(async function () {
    this.timeout(1_500_000);
    const found = await runnerPython();
    if ('missing' in found) {
      console.log(`      skipped: no Python with torch (${found.missing})`);
      this.skip();
    }
    const pytest = new PytestRun(found.python);
    run = pytest;
    const tests = await pytest.until((record) => ('tests' in record ? record.tests : undefined));
    for (const test of tests) {
      const body = async function (this: Mocha.Context) {
        const { outcome, text } = await pytest.until((record) =>
          'test' in record && record.test === test ? record : undefined,
        );
        if (outcome === 'failed') assert.fail(text);
        for (const line of text.trim().split('\n').filter(Boolean)) console.log(`        ${line}`);
        if (outcome === 'skipped') this.skip();
      };
      add(new Test(titleOf(test), body));
    }
  });
  after(() => run?.close());

  it('is tested by pytest, to its end', async () => {
    assert.ok(run);
    await run.until((record) => ('tests' in record && record.tests.length > 0 ? true : undefined));
  });
});

/** "test/runner/test_masks.py::test_other_attentions_are_refused" in words. */
function titleOf(node: string): string {
  const [file = '', ...names] = node.split('::');
  const subject = file.replace(/^.*test_|\.py$/gu, '');
  return `${subject}: ${names
    .join(' ')
    .replace(/^test_/u, '')
    .replaceAll('_', ' ')}`;
}
