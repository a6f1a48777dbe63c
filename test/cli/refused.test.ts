import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { refusalOf } from '../../server/cli/refused.ts';
import { PROJECT, sampleBench } from '../support/bench.ts';

describe('what the system refuses', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'heldout-refused-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function refusal(work: () => void): string | undefined {
    try {
      work();
    } catch (error) {
      return refusalOf(error);
    }
    throw new Error('nothing was refused');
  }

  it('is one line with the remedy', () => {
    assert.match(refusal(() => writeFileSync('/dev/full', 'x')) ?? '', /^the disk is full: free some space/);
    const database = new Database(join(folder, 'small.db'));
    database.pragma('max_page_count = 2');
    const fill = () => database.exec('CREATE TABLE a (x); CREATE TABLE b (x); CREATE TABLE c (x)');
    assert.match(refusal(fill) ?? '', /^the catalogue in \.heldout can't be written .*disk full/);
    database.close();
    const missing = () => new Database(join(folder, 'gone', 'small.db'), { fileMustExist: true });
    assert.equal(refusal(missing), undefined);
  });

  it('ends a raw scan with 2 where a whole train file could not be read', () => {
    for (const side of ['train', 'eval']) mkdirSync(join(folder, side));
    writeFileSync(join(folder, 'eval/e.jsonl'), '{"text": "one two three"}\n');
    writeFileSync(join(folder, 'train/t.jsonl'), '{"text": "four five six"}\n');
    const scan = () =>
      spawnSync(
        process.execPath,
        [
          join(PROJECT, 'server/cli.ts'),
          'overlap',
          '--train-jsonl',
          'train',
          '--eval-jsonl',
          'eval',
          '--json',
        ],
        { cwd: folder, encoding: 'utf8' },
      );
    assert.equal(scan().status, 0);
    symlinkSync(join(folder, 'nowhere'), join(folder, 'train/gone.jsonl'));
    const { status, stdout, stderr } = scan();
    assert.equal(status, 2, stderr);
    assert.ok(Array.isArray((JSON.parse(stdout) as { pairs: unknown }).pairs));
    assert.match(stderr, /gone\.jsonl: .*\n1 file left out: pairs with what was not read are not known\n$/su);
  });

  it('and a number out of bounds are told by the option’s name', () => {
    const bench = sampleBench();
    for (const [args, said] of [
      [['mixture', '--steps', '0'], /^--steps should be at least 1\n$/],
      [['stats', '--sample', '0'], /^--sample should be at least 1\n$/],
      [['overlap', '--workers', '0'], /a whole number, 1 or more, is expected/],
      [['overlap', '--fail-on', '2'], /a number from 0 to 1 is expected/],
      [['build', 'out', '--shots', '1000000'], /^--shots should be at most \d+\n$/],
    ] as const) {
      const { status, stderr } = spawnSync(process.execPath, [join(PROJECT, 'server/cli.ts'), ...args], {
        cwd: bench.root,
        encoding: 'utf8',
      });
      assert.equal(status, 2);
      const own = stderr.split('\n').filter((line) => !line.includes('heldout.yaml'));
      assert.match(own.join('\n'), said);
    }
    bench.remove();
  });
});
