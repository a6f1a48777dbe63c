import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchDiff, buildReport } from '../../server/protocol.ts';
import { PROJECT, sampleBench, scannedSession } from '../support/bench.ts';

const CLI = join(PROJECT, 'server/cli.ts');

describe('build and diff on the command line', function () {
  this.timeout(240_000);
  let bench: ReturnType<typeof sampleBench>;
  let work: string;

  before(async () => {
    bench = sampleBench();
    work = mkdtempSync(join(tmpdir(), 'heldout-cli-build-'));
    (await scannedSession(bench.root)).close();
  });
  after(() => {
    bench.remove();
    rmSync(work, { recursive: true, force: true });
  });

  const heldout = (...args: string[]) => {
    const all = [CLI, ...args, '--bench', bench.root];
    const { status, stdout, stderr } = spawnSync(process.execPath, all, { cwd: work, encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  it('refuses in one line while pairs wait for a verdict, and builds when told to', () => {
    const refused = heldout('build', 'out', '--json');
    assert.equal(refused.status, 2);
    assert.equal(refused.stdout, '');
    assert.match(refused.stderr, /^7 pairs wait for a verdict: .*--allow-open.*\n$/);

    const built = heldout('build', 'out', '--json', '--allow-open');
    assert.equal(built.status, 0, built.stderr);
    const report = buildReport.parse(JSON.parse(built.stdout));
    assert.equal(report.out, join(work, 'out'));
    assert.equal(report.openPairs, 7);
    assert.match(built.stderr, /warning: 7 pairs stood undecided/);
    assert.ok(existsSync(report.datasheet));

    const same = heldout('diff', 'out', 'out', '--json');
    assert.equal(same.status, 0, same.stderr);
    const diff = benchDiff.parse(JSON.parse(same.stdout));
    assert.deepEqual([diff.entered, diff.left, diff.changed, diff.same], [[], [], [], 47]);
  });

  it('says a wrong format and a folder of something else in one line', () => {
    assert.equal(heldout('build', 'x', '--format', 'xml').status, 2);
    const wrong = heldout('build', work, '--allow-open');
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /^.*: the folder is not empty and holds no build: name another one\n$/);
  });

  it('ends with 2 on Ctrl-C and says how to go on', async () => {
    const out = join(work, 'interrupted');
    const args = [CLI, 'build', out, '--allow-open', '--bench', bench.root];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    const ended = once(child, 'close');
    while (!existsSync(join(out, '.building')) && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    child.kill('SIGINT');
    assert.deepEqual(await ended, [2, null]);
    assert.match(said, /interrupted: run the command again to go on from here\n$/);
    assert.equal(existsSync(join(out, 'manifest.json')), false);
  });
});
