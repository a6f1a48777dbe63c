import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { generate } from '../../bench/overlap/generate.ts';
import { type JsonlOptions, type JsonlResult, scanJsonl } from '../../server/overlap/jsonl.ts';
import { decodePart, encodePart } from '../../server/overlap/partitions/encode.ts';
import { PROJECT } from '../support/bench.ts';

const CLI = join(PROJECT, 'server/cli.ts');
const PART_BYTES = 300_000;
const untimed = ({ seconds: _, ...rest }: JsonlResult) => rest;

describe('overlap: partitions', function () {
  this.timeout(180_000);
  let folder: string;
  let cache: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heldout-parts-'));
    cache = join(folder, 'cache');
    generate({ folder, bytes: 2_400_000, grams: 20_000, seed: 3, tasks: 2 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const scan = (more: Partial<JsonlOptions> = {}) =>
    scanJsonl({
      trainDir: join(folder, 'train'),
      evalDir: join(folder, 'eval'),
      partBytes: PART_BYTES,
      workers: 1,
      ...more,
    });
  const fresh = async () => untimed(await scan());
  /** The kept files, with their times: what was made again has another. */
  const kept = (kind: string) =>
    new Map(
      readdirSync(cache, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.includes(`${kind}-`))
        .map((name) => [name, statSync(join(cache, name)).mtimeMs]),
    );

  it('go on from those that are finished after an interruption, and change nothing in the result', async () => {
    const expected = await fresh();
    const abort = new AbortController();
    const onStep: JsonlOptions['onStep'] = ({ unit, done, total }) => {
      if (unit === 'bytes' && done > total / 2) abort.abort(new Error('enough'));
    };
    await assert.rejects(scan({ cache, signal: abort.signal, onStep }), /enough/);
    const before = kept('part');
    assert.ok(before.size >= 4 && before.size < 10, `${before.size}`);
    assert.deepEqual(untimed(await scan({ cache })), expected);
    const after = kept('part');
    assert.equal(after.size, 10);
    for (const [name, time] of before) assert.equal(after.get(name), time);
    assert.deepEqual(untimed(await scan({ cache, workers: 2 })), expected);
    assert.deepEqual(kept('part'), after);
  });

  it('survive a kill -9 of the command', async () => {
    const expected = await fresh();
    const args = ['overlap', '--train-jsonl', 'train', '--eval-jsonl', 'eval', '--part-mb', '1', '--json'];
    const command = [CLI, ...args, '--cache', cache, '--workers', '1'];
    const child = spawn(process.execPath, command, { cwd: folder, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const isThere = () => {
      try {
        return kept('part').size > 0;
      } catch {
        return false;
      }
    };
    while (child.exitCode === null && !isThere()) await new Promise((go) => setTimeout(go, 2));
    child.kill('SIGKILL');
    await ended;
    const before = kept('part');
    assert.ok(before.size > 0);
    const { status, stdout, stderr } = spawnSync(process.execPath, command, {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.deepEqual(untimed(JSON.parse(stdout) as JsonlResult), expected);
    const after = kept('part');
    for (const [name, time] of before) if (name.endsWith('.bin')) assert.equal(after.get(name), time);
    assert.ok([...after.keys()].every((name) => name.endsWith('.bin')));
  });

  it('are made again where the file changed, is cut off or of another eval side', async () => {
    await scan({ cache });
    const first = kept('part');
    appendFileSync(join(folder, 'train/train_0001.jsonl'), '{"text":"one more"}\n');
    assert.deepEqual(untimed(await scan({ cache })), await fresh());
    const second = kept('part');
    assert.equal([...first.keys()].filter((name) => second.has(name)).length, 5);

    for (const [at, name] of [...second.keys()].entries()) {
      const bytes = readFileSync(join(cache, name));
      if (at === 0) writeFileSync(join(cache, name), bytes.subarray(0, bytes.length - 7));
      if (at === 1) writeFileSync(join(cache, name), 'nothing of the kind');
      if (at === 2) writeFileSync(join(cache, name), bytes.fill(1, 40, 44));
    }
    assert.deepEqual(untimed(await scan({ cache })), await fresh());

    const index = [...kept('index').keys()];
    writeFileSync(join(folder, 'eval/more.jsonl'), readFileSync(join(folder, 'train/train_0000.jsonl')));
    assert.deepEqual(untimed(await scan({ cache })), await fresh());
    assert.notDeepEqual([...kept('index').keys()], index);
    assert.equal(kept('index').size, index.length);
    assert.ok([...kept('part').keys()].every((name) => !second.has(name)));
  });

  it('need an index of this version: another one is made again', async () => {
    const expected = untimed(await scan({ cache }));
    const name = [...kept('index').keys()].find((name) => name.endsWith('.bin'));
    const path = join(cache, name!);
    const saved = readFileSync(path);
    const old = Buffer.from(saved.toString('latin1').replace(/"layout":\d/, '"layout":0'), 'latin1');
    assert.notDeepEqual(old, saved);
    writeFileSync(path, old);
    assert.deepEqual(untimed(await scan({ cache })), expected);
    assert.deepEqual(readFileSync(path), saved);
  });

  it('of a file that changes while it is scanned are scanned again; one that keeps changing is named', async () => {
    const path = join(folder, 'train/train_0000.jsonl');
    const copied = readFileSync(join(folder, 'eval/eval_0.jsonl'));
    let changes = 0;
    const result = await scan({
      cache,
      onStep: ({ unit }) => {
        if (unit === 'bytes' && changes++ === 0) appendFileSync(path, copied);
      },
    });
    const expected = await fresh();
    assert.deepEqual(untimed(result).pairs, expected.pairs);
    assert.ok(expected.pairs.some((pair) => pair.train === 'train_0000' && pair.fraction === 1));
    assert.deepEqual(untimed(await scan({ cache })), expected);

    const skips: string[] = [];
    let time = 1e9;
    const moving = await scan({
      onStep: ({ unit }) => {
        if (unit === 'bytes') utimesSync(path, time, time++);
      },
      onSkip: ({ file, reason }) => skips.push(`${file}: ${reason}`),
    });
    assert.deepEqual(skips, [`${path}: the file kept changing while it was scanned; run again`]);
    assert.deepEqual(
      moving.pairs,
      expected.pairs.filter((pair) => pair.train !== 'train_0000'),
    );
  });

  it('name the lines that are no records, of both sides, whether they are scanned or known', async () => {
    const [train, held] = [join(folder, 'train/train_0001.jsonl'), join(folder, 'eval/eval_0.jsonl')];
    const lines = (path: string) => readFileSync(path, 'utf8').split('\n').length;
    const [trainLines, evalLines] = [lines(train), lines(held)];
    appendFileSync(train, '{"id":1}\n\n{"text":7,"inputs":null}\n{"text":"cut o');
    appendFileSync(held, '[1]\n{"text":"cut o');
    const expected = [
      `${held}:${evalLines}: not a JSON object; this record is left out`,
      `${held}:${evalLines + 1}: not valid JSON (is the line cut off?); this record is left out`,
      `${train}:${trainLines}: no text: a record needs a string "text", or "inputs" and "targets"; it is left out`,
      `${train}:${trainLines + 2}: "inputs" is not a string; this record is left out`,
      `${train}:${trainLines + 3}: not valid JSON (is the line cut off?); this record is left out`,
    ];
    for (let run = 0; run < 2; run++) {
      const skips: string[] = [];
      await scan({ cache, onSkip: ({ file, line, reason }) => skips.push(`${file}:${line}: ${reason}`) });
      assert.deepEqual(skips, expected);
    }
  });

  it('are done without on a disk that has no room left', async function () {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    if (mounted.status !== 0) this.skip();
    try {
      const problems: string[] = [];
      const result = await scan({ cache: disk, onProblem: (message) => problems.push(message) });
      assert.deepEqual(untimed(result), await fresh());
      assert.equal(problems.length, 1);
      assert.match(problems[0]!, /^partitions' results are not kept for the next run: ENOSPC/);
    } finally {
      spawnSync('umount', [disk]);
    }
  });

  it('are done without where no file can be written, and that is said once', async function () {
    if (process.platform === 'win32') this.skip();
    const expected = await fresh();
    const say = (size: string) =>
      spawnSync(
        'sh',
        ['-c', `ulimit -f ${size}; exec "$@"`, 'sh', process.execPath, CLI, 'overlap', '--json'].concat([
          '--train-jsonl',
          'train',
          '--eval-jsonl',
          'eval',
          '--cache',
          cache,
          '--part-mb',
          '1',
        ]),
        { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 },
      );
    // Files of at most 0 blocks: every write of a partition's result fails as on a full disk.
    const { status, stdout, stderr } = say('0');
    assert.equal(status, 0, stderr);
    assert.equal(
      stderr.match(/^partitions' results are not kept for the next run: E[A-Z]+: .*$/gm)?.length,
      1,
    );
    assert.deepEqual(untimed(JSON.parse(stdout) as JsonlResult), expected);
    assert.deepEqual([...kept('part').keys(), ...kept('index').keys()], []);
  });

  it('are refused by nothing but wholeness: any result comes back as it was', () => {
    const number = fc.nat({ max: 0xffffffff });
    const rows = fc.uniqueArray(fc.tuple(number, number, number), { selector: ([entry]) => entry });
    const fault = fc.record({ offset: fc.nat(), reason: fc.string() }, { noNullPrototype: true });
    fc.assert(
      fc.property(
        rows,
        fc.nat(),
        fc.array(fault),
        fc.nat(),
        fc.nat(),
        (rows, examples, faults, more, cut) => {
          const column = (at: number) => Uint32Array.from(rows, (row) => row[at]!);
          const matches = { examples, entries: column(0), counts: column(1), firsts: column(2) };
          const part = { matches, faults, moreFaults: more };
          const bytes = encodePart(part);
          assert.deepEqual(decodePart(bytes), part);
          assert.equal(decodePart(bytes.subarray(0, cut % bytes.length)), undefined);
          bytes[cut % bytes.length]! ^= 1 + (cut % 255);
          assert.equal(decodePart(bytes), undefined);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('overlap: an eval side that changes while it is indexed', () => {
  it('is read again, and refused when it keeps changing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heldout-eval-'));
    for (const side of ['train', 'eval']) mkdirSync(join(folder, side));
    const text = (words: string) => `${JSON.stringify({ text: words })}\n`;
    writeFileSync(join(folder, 'train/t.jsonl'), text('one two three four'));
    const path = join(folder, 'eval/e.jsonl');
    writeFileSync(path, text('nothing of that'));
    let turn = 0;
    const scan = (times: number) =>
      scanJsonl({
        trainDir: join(folder, 'train'),
        evalDir: join(folder, 'eval'),
        n: 3,
        onStep: ({ message }) => {
          if (message.startsWith('indexing') && turn++ < times) appendFileSync(path, text('One, two! three'));
        },
      });
    const { pairs } = await scan(1);
    assert.deepEqual(
      pairs.map(({ evalExamples, overlapping }) => [evalExamples, overlapping]),
      [[2, 1]],
    );
    turn = 0;
    await assert.rejects(scan(99), /the eval files kept changing/);
    rmSync(folder, { recursive: true });
  });
});
