import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '../../bench/overlap/generate.ts';
import { type SlurmOptions, slurmFill } from '../../server/overlap/cluster/fill.ts';
import { groupsOf } from '../../server/overlap/cluster/groups.ts';
import { type JsonlOptions, type JsonlResult, scanJsonl } from '../../server/overlap/jsonl.ts';
import { partitionsOf } from '../../server/overlap/task-files.ts';
import { PROJECT } from '../support/bench.ts';
import { startSlurm, type TestSlurm } from '../support/slurm.ts';

const CLI = join(PROJECT, 'server/cli.ts');
const ARRAY_TASK = [process.execPath, CLI, 'overlap-task'];
const PART_BYTES = 400_000;

const untimed = ({ seconds: _, ...rest }: JsonlResult) => rest;

describe('overlap: array tasks', () => {
  it('take partitions in order, none left out, as many as they are to hold and the array may have', () => {
    const sizes = [5, 5, 1, 12, 3, 0, 7];
    const partitions = sizes.flatMap((bytes, at) =>
      partitionsOf({ task: `${at}`, path: `/${at}`, bytes, stamp: '' }, 100),
    );
    const shape = (groups: { size: number }[][]) => groups.map((group) => group.map(({ size }) => size));
    assert.deepEqual(shape(groupsOf(partitions, 10, 99)), [[5, 5], [1], [12], [3, 0, 7]]);
    assert.deepEqual(shape(groupsOf(partitions, 10, 2)), [
      [5, 5, 1],
      [12, 3, 0, 7],
    ]);
    assert.deepEqual(groupsOf([], 10, 2), []);
  });
});

describe('overlap on Slurm', function () {
  this.timeout(300_000);
  let slurm: TestSlurm;
  let folder: string;
  let local: ReturnType<typeof untimed>;
  let said: string[];

  before(async function () {
    slurm = startSlurm();
    if ('missing' in slurm) {
      console.log(`    skipped: ${slurm.missing}`);
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'heldout-slurm-'));
    generate({ folder, bytes: 1_600_000, grams: 20_000, seed: 5, tasks: 2 });
    local = untimed(await scanJsonl(sides({ workers: 1 })));
    assert.ok(local.pairs.length > 0);
  });
  beforeEach(() => {
    said = [];
  });
  after(() => {
    if ('stop' in slurm) slurm.stop();
    if (folder) rmSync(folder, { recursive: true });
  });

  const sides = (more: Partial<JsonlOptions>): JsonlOptions => ({
    trainDir: join(folder, 'train'),
    evalDir: join(folder, 'eval'),
    ...more,
  });
  const onSlurm = (cache: string, options: Partial<SlurmOptions> = {}, more: Partial<JsonlOptions> = {}) => {
    const say = (line: string) => said.push(line);
    const fill = slurmFill({ command: ARRAY_TASK, taskSize: PART_BYTES, say, ...options });
    return scanJsonl(sides({ cache: join(folder, cache), partBytes: PART_BYTES, fill, ...more }));
  };
  const parts = (cache: string) =>
    readdirSync(join(folder, cache), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /part-\w+\.bin$/.test(name),
    ).length;
  const queue = () => execFileSync('squeue', ['--noheader'], { encoding: 'utf8' }).trim();

  it('gives what the local scan gives, and starts no array when all is known', async () => {
    assert.deepEqual(untimed(await onSlurm('same', { taskSize: 2 * PART_BYTES, workers: 2 })), local);
    assert.match(said.join('\n'), /^Slurm job \d+: 6 partitions in 2 array tasks$/);
    said = [];
    assert.deepEqual(untimed(await onSlurm('same')), local);
    assert.deepEqual(said, []);
  });

  it('runs a killed array task again', async () => {
    const script = join(folder, 'kill-once.sh');
    const once = join(folder, 'killed-once');
    writeFileSync(
      script,
      `if [ "$SLURM_ARRAY_TASK_ID" = 1 ] && mkdir ${once} 2>/dev/null; then kill -9 $$; fi\nexec "$@"\n`,
    );
    const result = await onSlurm('killed', { command: ['sh', script, ...ARRAY_TASK], taskSize: 1_000_000 });
    assert.deepEqual(untimed(result), local);
    assert.match(
      said[1]!,
      /^array task \d+_1 ended \(FAILED, signal 9\) with 3 partitions left; attempt 2 of 3 follows$/,
    );
    assert.match(said[2]!, /: 3 partitions in 1 array task$/);
  });

  it('leaves a file that nodes cannot read to this machine, and scans the rest there', async () => {
    const script = join(folder, 'hide.sh');
    const file = join(folder, 'train/train_0001.jsonl');
    writeFileSync(
      script,
      `mv ${file} ${file}.hidden\n"$@"\nstatus=$?\nmv ${file}.hidden ${file}\nexit $status\n`,
    );
    const command = ['sh', script, ...ARRAY_TASK];
    assert.deepEqual(untimed(await onSlurm('hidden', { command, taskSize: 1e9 })), local);
    assert.equal(said.length, 2, said.join('\n'));
    assert.match(said[1]!, /^3 partitions can't be read on the nodes \(ENOENT: .*\): left to this machine$/);
  });

  it('cancels its array when interrupted, and goes on from the partitions that are there', async () => {
    const abort = new AbortController();
    const interrupted = onSlurm(
      'stopped',
      { arrayLimit: 1 },
      {
        signal: abort.signal,
        onStep: ({ message, done }) => {
          if (message.startsWith('Slurm') && done > 0) abort.abort(new Error('interrupted'));
        },
      },
    );
    await assert.rejects(interrupted, /interrupted/);
    const kept = parts('stopped');
    assert.ok(kept > 0 && kept < 6, `${kept}`);
    for (let waited = 0; queue() !== '' && waited < 100; waited++)
      await new Promise((go) => setTimeout(go, 100));
    assert.equal(queue(), '');
    assert.deepEqual(untimed(await onSlurm('stopped')), local);
    assert.match(said.at(-1)!, new RegExp(`: ${6 - kept} partitions? in `));
    assert.equal(parts('stopped'), 6);
  });

  it('waits for the array of a command that was killed, instead of starting another', async () => {
    const { trainDir, evalDir } = sides({});
    const args = [
      '--train-jsonl',
      trainDir,
      '--eval-jsonl',
      evalDir,
      '--executor',
      'slurm',
      '--part-mb',
      '1',
    ];
    const command = [CLI, 'overlap', ...args, '--array-limit', '1', '--json'];
    const killed = spawn(process.execPath, command, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    await new Promise<void>((resolve) => {
      killed.stderr.on('data', (text: Buffer) => {
        if (text.toString().includes('Slurm job')) resolve();
      });
    });
    const ended = new Promise((resolve) => killed.once('exit', resolve));
    killed.kill('SIGKILL');
    await ended;
    const { status, stdout, stderr } = spawnSync(process.execPath, command, {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^Slurm job \d+ of an earlier run is still on its way; waiting for it$/m);
    assert.doesNotMatch(stderr, /array tasks?$/m);
    assert.deepEqual(untimed(JSON.parse(stdout) as JsonlResult), local);
  });

  it('is cancelled by Ctrl-C, with status 2 and one line that says how to go on', async () => {
    const { trainDir, evalDir } = sides({});
    const args = [
      '--train-jsonl',
      trainDir,
      '--eval-jsonl',
      evalDir,
      '--executor',
      'slurm',
      '--part-mb',
      '1',
    ];
    const command = [CLI, 'overlap', ...args, '--cache', 'ctrl-c', '--sbatch=--begin=now+1hour'];
    const child = spawn(process.execPath, command, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => {
      if (!stderr.includes('Slurm job') && text.toString().includes('Slurm job')) child.kill('SIGINT');
      stderr += text.toString();
    });
    const status = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(status, 2);
    assert.match(stderr, /\ninterrupted: run the command again to go on from here\n$/);
    assert.equal(queue(), '');
  });

  it("says in one line why it can't go on", async () => {
    await assert.rejects(
      onSlurm('refused', { sbatch: ['--partition=nowhere'] }),
      /^sbatch refused the job: .*[Ii]nvalid partition/,
    );
    await assert.rejects(
      onSlurm('failing', { command: ['sh', '-c', 'echo this node is not well >&2; exit 3'], taskSize: 1e9 }),
      /_0 ended \(FAILED, status 3\) with 6 partitions left, after 3 attempts; its log ends: this node is not well$/,
    );
    assert.equal(said.length, 5);
    writeFileSync(join(folder, 'a-file'), '');
    await assert.rejects(onSlurm('a-file'), /can't write the folder/);
  });
});

describe('overlap without Slurm', () => {
  it('says so in one line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'heldout-no-slurm-'));
    generate({ folder, bytes: 10_000, grams: 100, seed: 1, tasks: 1 });
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [CLI, 'overlap', '--train-jsonl', 'train', '--eval-jsonl', 'eval', '--executor', 'slurm'],
      { cwd: folder, encoding: 'utf8', env: { PATH: folder } },
    );
    rmSync(folder, { recursive: true });
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^no sbatch on the PATH: [^\n]*\n$/);
  }).timeout(120_000);
});
