import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parquetReadObjects } from 'hyparquet';
import { importBench } from '../../server/catalog/import.ts';
import { readManifest } from '../../server/curation/export/manifest.ts';
import type { InstanceRecord } from '../../server/curation/export/record.ts';
import { buildBench } from '../../server/engine/build/run.ts';
import { decidePairs } from '../../server/engine/decide.ts';
import { promptOf } from '../../server/engine/instance-view.ts';
import { queueRows } from '../../server/engine/pair-rows.ts';
import { Session } from '../../server/engine/session.ts';
import { type BuildQuery, buildQuery, instanceQuery } from '../../server/protocol.ts';
import { PROJECT, quiet, sampleBench, scannedSession } from '../support/bench.ts';

const WHOLE = { train: 'natural-instructions/task004_garden_deduction', eval: 'bbh/garden_deduction' };
const COPIED = { train: 'natural-instructions/task003_workshop_arithmetic', eval: 'gsm8k/test' };

/** Every file of a folder with its content, by path. */
function contents(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'latin1')]),
  );
}

function records(folder: string, split: string): InstanceRecord[] {
  const files = readdirSync(join(folder, split)).sort();
  return files.flatMap((name) =>
    readFileSync(join(folder, split, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as InstanceRecord),
  );
}

describe('build', function () {
  this.timeout(120_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;
  let work: string;

  beforeEach(async () => {
    bench = sampleBench();
    session = await scannedSession(bench.root);
    work = mkdtempSync(join(tmpdir(), 'heldout-build-'));
  });
  afterEach(() => {
    session.close();
    bench.remove();
    rmSync(work, { recursive: true, force: true });
  });

  const build = (name: string, query: Partial<BuildQuery> = {}) =>
    buildBench(session, buildQuery.parse({ out: join(work, name), allowOpen: true, ...query }), {
      ...quiet(),
      workers: 1,
    });

  it('gives the same bytes twice, other bytes for another seed, and hashes that hold', async () => {
    await build('a');
    await build('b');
    await build('c', { seed: 1 });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => contents(join(work, name)));
    assert.deepEqual([...a!.keys()], [...b!.keys()]);
    for (const [path, content] of a!) assert.equal(content, b!.get(path), path);
    assert.notEqual(a!.get('train/part-00000.jsonl'), c!.get('train/part-00000.jsonl'));

    const { files } = readManifest(join(work, 'a'))!;
    assert.deepEqual(
      files.map(({ path }) => path).sort(),
      [...a!.keys()].filter((path) => path !== 'manifest.json'),
    );
    for (const { path, bytes, sha256 } of files) {
      const content = readFileSync(join(work, 'a', path));
      assert.equal(content.length, bytes);
      assert.equal(createHash('sha256').update(content).digest('hex'), sha256, path);
    }
  });

  it('writes what the inspector shows, zero-shot and with demonstrations', async () => {
    for (const shots of [0, 2]) {
      await build(`shots-${shots}`, { shots, seed: 7 });
      for (const split of ['train', 'dev', 'test']) {
        const all = records(join(work, `shots-${shots}`), split);
        assert.ok(all.length > 50);
        for (const record of all.filter((_, at) => at % 17 === 0)) {
          const { task, template, example } = record;
          const prompt = await promptOf(
            session,
            instanceQuery.parse({ task, template, example, shots, seed: 7 }),
          );
          assert.equal(record.source, prompt.source);
          assert.equal(record.target, prompt.target);
          assert.deepEqual(record.candidates, prompt.candidates);
          assert.deepEqual(record.references, prompt.references);
          assert.deepEqual(
            record.demonstrations,
            prompt.demonstrations.map((one) => one.example),
          );
        }
      }
    }
  });

  it('has every template and example in test, and at most as many instances as examples in train', async () => {
    const report = await build('all');
    const test = records(join(work, 'all'), 'test').filter(
      ({ task }) => task === 'promptsource/village_boolq',
    );
    assert.equal(new Set(test.map(({ example, template }) => `${example} ${template}`)).size, 32 * 4);
    const train = records(join(work, 'all'), 'train');
    assert.equal(train.length, report.instances.train);
    const { tasks } = readManifest(join(work, 'all'))!;
    for (const task of tasks) {
      const own = train.filter((record) => record.task === task.id);
      assert.equal(own.length, task.instances.train);
      assert.ok(own.length <= task.examples);
    }
    assert.ok(train.every(({ target }) => target.trim() !== ''));
  });

  it('leaves removed tasks and examples out, and says why and by whom', async () => {
    decidePairs(session, [WHOLE], 'remove-train', 'word for word | the <same>');
    decidePairs(session, [COPIED], 'remove-examples', 'twelve are copied');
    await build('removed');
    const train = records(join(work, 'removed'), 'train');
    assert.equal(train.filter(({ task }) => task === WHOLE.train).length, 0);
    assert.equal(train.filter(({ task }) => task === COPIED.train).length, 28);
    const sheet = readFileSync(join(work, 'removed', 'datasheet.md'), 'utf8');
    assert.match(
      sheet,
      /\| natural-instructions\/task004_garden_deduction \| word for word \\\| the &lt;same> \(.*\) \| Ada &lt;ada@example\.org> \|/,
    );
    assert.match(sheet, /\| natural-instructions\/task003_workshop_arithmetic \| 12 \| twelve are copied/);
    assert.match(sheet, /\| raft\/parish_council \| 10 \| test: examples 0 to 23 \|/);
    const lines = readFileSync(join(work, 'removed', 'decisions.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const log = readFileSync(join(bench.root, 'decisions.jsonl'), 'utf8').trimEnd().split('\n');
    assert.deepEqual(lines, log);
  });

  it('is refused while pairs are open, and made once they are decided', async () => {
    await assert.rejects(build('open', { allowOpen: false }), /^7 pairs wait for a verdict/);
    const rest = queueRows(session).map(({ train, eval: held }) => ({ train, eval: held }));
    decidePairs(session, rest, 'retain', 'looked at');
    const report = await build('open', { allowOpen: false });
    assert.equal(report.openPairs, 0);
    assert.doesNotMatch(readFileSync(report.datasheet, 'utf8'), /\*\*/);
  });

  it('is refused while splits names a category that is not there', async () => {
    const yaml = join(bench.root, 'heldout.yaml');
    const text = readFileSync(yaml, 'utf8');
    writeFileSync(yaml, text.replace('[Textual Entailment,', '[Textual Entailmnt,'));
    session.reloadBench();
    try {
      await assert.rejects(build('misspelt', { allowOpen: false }), {
        message:
          /^no category is called "Textual Entailmnt": did you mean "Textual Entailment"\?; --allow-open/,
        line: text.slice(0, text.indexOf('held_out:')).split('\n').length,
      });
    } finally {
      writeFileSync(yaml, text);
      session.reloadBench();
    }
  });

  it('writes Parquet with the same records', async () => {
    await build('lines');
    await build('rows', { format: 'parquet' });
    for (const split of ['train', 'dev', 'test']) {
      const bytes = readFileSync(join(work, 'rows', split, 'part-00000.parquet'));
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
      // The reader gives undefined for a null list.
      const rows = (await parquetReadObjects({ file })).map((row) => ({
        ...row,
        candidates: row.candidates ?? null,
      }));
      assert.deepEqual(rows, records(join(work, 'lines'), split));
    }
  });

  it('keeps what is whole, and takes the place of an older build', async () => {
    const first = await build('again');
    const before = contents(join(work, 'again'));
    const second = await build('again');
    assert.deepEqual([first.kept, second.kept], [0, 3]);
    assert.deepEqual(contents(join(work, 'again')), before);

    await build('again', { format: 'parquet', seed: 3 });
    const files = [...contents(join(work, 'again')).keys()];
    assert.equal(files.filter((path) => path.endsWith('.parquet')).length, 3);
    assert.equal(files.filter((path) => path.startsWith('train/') && path.endsWith('.jsonl')).length, 0);
  });

  it('writes into no folder that holds something else', async () => {
    mkdirSync(join(work, 'mine'));
    writeFileSync(join(work, 'mine', 'notes.txt'), 'mine');
    await assert.rejects(build('mine'), /the folder is not empty and holds no build: name another one/);
    writeFileSync(join(work, 'mine', 'manifest.json'), '{"name": "another program"}');
    await assert.rejects(build('mine'), /not the manifest of a build/);
    await assert.rejects(build('mine/notes.txt'), /is a file/);
    await assert.rejects(
      build('', { out: join(bench.root, 'data', 'quiz', 'out') }),
      /lies in the folder of the collection "quiz"/,
    );
    assert.equal(readFileSync(join(work, 'mine', 'notes.txt'), 'utf8'), 'mine');

    await build('other');
    const path = join(work, 'other', 'manifest.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as { collections: string[] };
    manifest.collections = ['somewhere else'];
    writeFileSync(path, JSON.stringify(manifest));
    await assert.rejects(build('other'), /a build of another bench/);
  });

  it('stops when it is cancelled, and the next one is as if it had not been', async () => {
    const controller = new AbortController();
    const cancelled = new Error('cancelled');
    const query = buildQuery.parse({ out: join(work, 'stopped'), allowOpen: true });
    const onStep = () => controller.abort(cancelled);
    await assert.rejects(
      buildBench(session, query, { signal: controller.signal, onStep, workers: 1 }),
      cancelled,
    );
    assert.equal(existsSync(join(work, 'stopped', 'manifest.json')), false);
    await build('stopped');
    await build('whole');
    assert.deepEqual(contents(join(work, 'stopped')), contents(join(work, 'whole')));
  });
});

describe('a build that is killed', function () {
  this.timeout(240_000);

  it('goes on from the files that are whole and gives the bytes of an unbroken one', async () => {
    const root = mkdtempSync(join(tmpdir(), 'heldout-killed-'));
    try {
      const lines = Array.from(
        { length: 60_000 },
        (_, at) => `{"inputs":"How much is ${at} + 1?","targets":"${at + 1}"}`,
      );
      mkdirSync(join(root, 'data'));
      writeFileSync(join(root, 'data', 'sums.jsonl'), lines.join('\n'));
      writeFileSync(
        join(root, 'heldout.yaml'),
        'collections:\n  - { name: sums, format: seqio, path: data, use: train }\n',
      );
      const session = new Session(root, 'Ada');
      await importBench(session.bench, session.catalog, quiet());
      const whole = join(root, 'whole');
      await buildBench(session, buildQuery.parse({ out: whole, allowOpen: true }), quiet());
      session.close();

      const out = join(root, 'killed');
      const args = [join(PROJECT, 'server/cli.ts'), 'build', out, '--allow-open', '--workers', '1', '--json'];
      const run = () => spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
      const first = run();
      const finished = once(first, 'exit');
      const kept = () =>
        existsSync(join(out, '.building'))
          ? readdirSync(join(out, '.building')).filter((name) => name.endsWith('.jsonl.json')).length
          : 0;
      while (kept() < 2 && first.exitCode === null) await setTimeout(5);
      first.kill('SIGKILL');
      await finished;
      assert.equal(first.signalCode, 'SIGKILL');
      assert.equal(existsSync(join(out, 'manifest.json')), false);

      const second = run();
      let printed = '';
      second.stdout!.on('data', (chunk) => (printed += chunk));
      const [status] = (await once(second, 'close')) as [number];
      assert.equal(status, 0);
      assert.ok((JSON.parse(printed) as { kept: number }).kept >= 2);
      assert.deepEqual(contents(out), contents(whole));
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
