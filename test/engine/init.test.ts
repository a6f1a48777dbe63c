import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { proposeBench, writeBench } from '../../server/engine/init.ts';
import { importedSession, REAL_DATA } from '../support/bench.ts';

describe('a bench from what lies in a folder', function () {
  this.timeout(120_000);
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'heldout-init-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Three tasks in the layout of Super-NaturalInstructions, and lists of their split in `lists`. */
  function tasks(folder: string, lists: string, train: string): void {
    for (const path of [folder, lists]) mkdirSync(join(root, path), { recursive: true });
    for (const name of ['task001_ferry', 'task002_ferry', 'task003_ferry'])
      writeFileSync(
        join(root, folder, `${name}.json`),
        JSON.stringify({
          Source: ['ferries'],
          Definition: ['Name the ferry.'],
          Categories: ['Question Answering'],
          'Positive Examples': [],
          'Negative Examples': [],
          Instances: [{ id: `${name}-1`, input: 'the white one', output: ['Tern'] }],
        }),
      );
    writeFileSync(join(root, lists, 'train_tasks.txt'), train);
    writeFileSync(join(root, lists, 'test_tasks.txt'), 'task003_ferry\n');
  }

  it('takes the split that is published beside the tasks', async () => {
    tasks('sni/tasks', 'sni/splits/default', 'task001_ferry\ntask002_ferry\n');
    const { collections } = await writeBench(root);
    assert.deepEqual(
      collections.map(({ path, splitLists }) => [path, splitLists]),
      [['.', 'sni/splits/default']],
    );
    const session = await importedSession(root);
    const placed = [...session.placements()].map(([id, { split }]) => [id.split('/').at(-1), split]);
    session.close();
    assert.deepEqual(placed, [
      ['task001_ferry', 'train'],
      ['task002_ferry', 'train'],
      ['task003_ferry', 'test'],
    ]);
  });

  it('finds lists that lie among the tasks, and passes over those of other tasks', async () => {
    tasks('ferries', 'ferries', 'task001_ferry\n');
    const among = await proposeBench(root);
    assert.deepEqual(
      among.collections.map(({ splitLists }) => splitLists),
      ['ferries'],
    );
    writeFileSync(join(root, 'ferries/train_tasks.txt'), 'task900_barge\n');
    writeFileSync(join(root, 'ferries/test_tasks.txt'), 'task901_barge\n');
    const others = await proposeBench(root);
    assert.deepEqual(
      others.collections.map(({ splitLists }) => splitLists),
      [undefined],
    );
  });

  it('recognises the official split', async function () {
    const data = join(REAL_DATA, 'natural-instructions');
    if (!existsSync(data)) {
      console.log(`      skipped: ${data} is not there`);
      this.skip();
    }
    const { collections } = await proposeBench(data);
    assert.deepEqual(
      collections.map(({ format, splitLists }) => [format, splitLists]),
      [['natural-instructions', 'splits/default']],
    );
  });
});
