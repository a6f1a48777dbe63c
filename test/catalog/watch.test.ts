import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { loadBench } from '../../server/bench/bench.ts';
import { type BenchChange, type BenchWatch, watchBench } from '../../server/catalog/watch.ts';
import { records, removeScratch, scratch, write } from './support.ts';

describe('watching a bench', function () {
  this.timeout(20_000);
  let watch: BenchWatch | undefined;
  let root = '';
  let seen: BenchChange[] = [];

  beforeEach(() => {
    root = scratch();
    write(
      root,
      'heldout.yaml',
      'collections:\n  - { name: one, format: jsonl, path: one }\n  - { name: two, format: jsonl, path: deep/two }\n',
    );
    write(root, 'one/a.jsonl', records('a', 1));
    write(root, 'deep/two/b.jsonl', records('b', 1));
    seen = [];
    watch = watchBench(loadBench(root), (change) => seen.push(change));
  });
  afterEach(() => watch?.close());
  after(removeScratch);

  /** All that was told until nothing more came. */
  async function told(): Promise<Omit<BenchChange, 'paths'>> {
    for (let rounds = 0; seen.length === 0 && rounds < 60; rounds++) await wait(50);
    await wait(400);
    const all = seen;
    seen = [];
    return {
      collections: [...new Set(all.flatMap(({ collections }) => collections))].sort(),
      bench: all.some(({ bench }) => bench),
      decisions: all.some(({ decisions }) => decisions),
    };
  }

  it('tells which collection a file came to, changed or went in', async () => {
    writeFileSync(join(root, 'one/a.jsonl'), records('changed', 2));
    assert.deepEqual(await told(), { collections: ['one'], bench: false, decisions: false });
    write(root, 'deep/two/c.jsonl', records('c', 1));
    assert.deepEqual((await told()).collections, ['two']);
    rmSync(join(root, 'deep/two/c.jsonl'));
    rmSync(join(root, 'one/a.jsonl'));
    assert.deepEqual((await told()).collections, ['one', 'two']);
  });

  it('follows folders that come, go and come back', async () => {
    write(root, 'one/sub/deeper/c.jsonl', records('c', 1));
    assert.deepEqual((await told()).collections, ['one']);
    for (let round = 0; round < 2; round++) {
      writeFileSync(join(root, 'one/sub/deeper/c.jsonl'), records('again', 2 + round));
      assert.deepEqual((await told()).collections, ['one'], 'in a new folder');
      rmSync(join(root, 'one/sub'), { recursive: true });
      assert.deepEqual((await told()).collections, ['one'], 'the folder went');
      mkdirSync(join(root, 'one/sub/deeper'), { recursive: true });
      await told();
    }
    renameSync(join(root, 'one/sub'), join(root, 'one/renamed'));
    await told();
    write(root, 'one/renamed/deeper/d.jsonl', records('d', 1));
    assert.deepEqual((await told()).collections, ['one']);
    assert.deepEqual(watch!.problems, []);
  });

  it('names the files', async () => {
    writeFileSync(join(root, 'one/a.jsonl'), records('changed', 2));
    for (let rounds = 0; seen.length === 0 && rounds < 60; rounds++) await wait(50);
    assert.deepEqual(seen[0]!.paths, [join(root, 'one/a.jsonl')]);
  });

  it('tells of the bench file and of decisions, and nothing of .heldout', async () => {
    write(root, 'decisions.jsonl', '{}\n');
    assert.deepEqual(await told(), { collections: [], bench: false, decisions: true });
    write(root, 'heldout.yaml', 'collections: []\n');
    assert.deepEqual(await told(), { collections: [], bench: true, decisions: false });
    write(root, '.heldout/catalog.db', 'x');
    write(root, 'one/.heldout/x', 'x');
    await wait(600);
    assert.deepEqual(seen, []);
  });
});
