import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { moveTasks } from '../../server/engine/decide.ts';
import { Session } from '../../server/engine/session.ts';
import { importedSession } from '../support/bench.ts';
import { CommittedBench, lines, told, YAML } from '../support/revisions.ts';

describe('a comparison of revisions whose files differ', function () {
  this.timeout(60_000);
  let bench: CommittedBench;
  beforeEach(async () => {
    bench = new CommittedBench();
    await bench.make();
  });
  afterEach(() => bench.remove());

  it("reads each side's own tasks: those of files that came or went, and how many examples there are", async () => {
    rmSync(join(bench.root, 'data/notes/trees.jsonl'));
    bench.put('data/quiz/lakes.jsonl', lines(4, 'lake'));
    bench.put('data/notes/birds.jsonl', lines(28, 'bird'));
    bench.commit();
    const diff = await bench.compare('rev:HEAD~1', 'HEAD');
    assert.deepEqual(told(diff), {
      entered: [['quiz/lakes']],
      left: [['notes/trees']],
      changed: [['notes/birds', 'examples: 30 → 28']],
      same: 2,
    });
    // The catalogue is that of the first state: nothing was imported since.
    assert.deepEqual([diff.entered[0]!.here, diff.left[0]!.here], [false, true]);
    assert.deepEqual(diff.files, [
      { file: 'data/notes/birds.jsonl', change: 'modified', tasks: ['notes/birds'], here: true },
      { file: 'data/notes/trees.jsonl', change: 'deleted', tasks: ['notes/trees'], here: false },
      { file: 'data/quiz/lakes.jsonl', change: 'added', tasks: ['quiz/lakes'], here: true },
    ]);
    assert.deepEqual(diff.unread, []);

    const back = await bench.compare('HEAD', 'HEAD~1');
    assert.deepEqual(told(back).changed, [['notes/birds', 'examples: 28 → 30']]);
    assert.deepEqual(told(back).entered, [['notes/trees']]);
    assert.deepEqual(
      bench.session.catalog.tasks().map(({ id, examples }) => [id, examples]),
      [
        ['notes/birds', 30],
        ['notes/trees', 12],
        ['quiz/rivers', 8],
        ['far/stars', 5],
      ],
    );
  });

  it('compares with what is not committed, new files and moved folders included', async () => {
    renameSync(join(bench.root, 'data/notes'), join(bench.root, 'data/remarks'));
    bench.put('heldout.yaml', YAML.replace('data/notes', 'data/remarks'));
    bench.put('data/remarks/stones.jsonl', lines(3, 'stone'));
    bench.session.reloadBench();
    const diff = await bench.compare('rev:HEAD', '.');
    assert.deepEqual(told(diff), { entered: [['notes/stones']], left: [], changed: [], same: 4 });
    assert.deepEqual(
      diff.files.map(({ file, change }) => `${change} ${file}`),
      [
        'deleted data/notes/birds.jsonl',
        'deleted data/notes/trees.jsonl',
        'added data/remarks/birds.jsonl',
        'added data/remarks/stones.jsonl',
        'added data/remarks/trees.jsonl',
      ],
    );
    const back = await bench.compare('.', 'HEAD');
    assert.deepEqual(told(back), { entered: [], left: [['notes/stones']], changed: [], same: 4 });
  });

  it('reads what a bench file names, excludes or maps in another way by its own words', async () => {
    bench.put('heldout.yaml', YAML.replace('use: eval, fields', 'use: eval, exclude: [rivers], fields'));
    bench.commit();
    bench.session.reloadBench();
    const diff = await bench.compare('HEAD~1', 'HEAD');
    assert.deepEqual(told(diff), { entered: [], left: [['quiz/rivers']], changed: [], same: 3 });
  });

  it('tells which decision bears on a task that only one side has', async () => {
    bench.put('data/quiz/lakes.jsonl', lines(4, 'lake'));
    moveTasks(bench.session, ['notes/birds'], 'category', 'Animals', 'they are');
    bench.commit();
    const diff = await bench.compare('HEAD~1', 'HEAD');
    assert.deepEqual(told(diff).entered, [['quiz/lakes']]);
    assert.deepEqual(diff.entered[0]!.by, []);
    assert.equal(diff.changed[0]!.task, 'notes/birds');
    assert.equal(diff.changed[0]!.by[0]!.verdict, 'Animals');
  });

  it('takes what git does not keep as it is, for both sides', async () => {
    bench.put('.gitignore', '.heldout/\ndata/quiz/private.jsonl\n');
    bench.put('data/quiz/private.jsonl', lines(6, 'secret'));
    bench.put('../far/moons.jsonl', lines(2, 'moon'));
    bench.commit();
    bench.put('data/quiz/lakes.jsonl', lines(4, 'lake'));
    bench.commit();
    const imported = await importedSession(bench.root);
    try {
      const diff = await bench.compare('HEAD~2', 'HEAD', imported);
      assert.deepEqual(told(diff), { entered: [['quiz/lakes']], left: [], changed: [], same: 6 });
    } finally {
      imported.close();
    }
  });

  it('needs no import, and reads only files that are not the same', async () => {
    bench.put('data/quiz/lakes.jsonl', lines(4, 'lake'));
    bench.commit();
    bench.session.close();
    rmSync(join(bench.root, '.heldout'), { recursive: true });
    bench.session = new Session(bench.root, 'Ada');
    const diff = await bench.compare('HEAD~1', '.');
    assert.deepEqual(told(diff), { entered: [['quiz/lakes']], left: [], changed: [], same: 4 });
    assert.deepEqual(bench.session.catalog.tasks(), []);
  });

  it('compares a bench that is a folder of a repository, with data of the repository outside of it', async () => {
    const inner = join(bench.root, 'inner');
    mkdirSync(inner);
    writeFileSync(
      join(inner, 'heldout.yaml'),
      YAML.replaceAll('path: data', 'path: ../data').replace('../far', '../../far'),
    );
    bench.commit();
    bench.put('data/quiz/rivers.jsonl', lines(9, 'river'));
    bench.commit();
    const nested = await importedSession(inner);
    try {
      const diff = await bench.compare('HEAD~1', 'HEAD', nested);
      assert.deepEqual(told(diff), {
        entered: [],
        left: [],
        changed: [['quiz/rivers', 'examples: 8 → 9']],
        same: 3,
      });
      assert.equal(diff.files[0]!.file, '../data/quiz/rivers.jsonl');
      assert.deepEqual(bench.leftAside(inner), []);
    } finally {
      nested.close();
    }
  });
});
