import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../server/base/problem.ts';
import { Catalog } from '../../server/catalog/catalog.ts';
import { sampleBench, scannedSession } from '../support/bench.ts';

describe("the catalogue's snapshot", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heldout-snapshot-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives the same tasks and examples, and nothing of the overlap; the same catalogue is one file', async () => {
    const { root, remove } = sampleBench();
    const session = await scannedSession(root);
    const { catalog } = session;
    const path = catalog.writeSnapshot(folder);
    assert.equal(catalog.writeSnapshot(folder), path);
    assert.equal(readdirSync(folder).length, 1);
    const snapshot = Catalog.openSnapshot(root, path);
    const tasks = (of: Catalog) => of.tasks().map(({ id, hash, examples }) => ({ id, hash, examples }));
    assert.deepEqual(tasks(snapshot), tasks(catalog));
    for (const { id } of catalog.tasks()) {
      const examples = async (of: Catalog) => {
        const read = [];
        for await (const example of of.iterate(id)) read.push(example);
        return read;
      };
      assert.deepEqual(await examples(snapshot), await examples(catalog));
    }
    assert.equal(snapshot.overlap(), undefined);
    assert.ok(catalog.overlap()!.pairs().length > 0);
    snapshot.close();
    session.close();
    remove();
  });

  it('is refused in one line when it is cut off, no database or not there', () => {
    const empty = Catalog.open(folder);
    const path = empty.writeSnapshot(join(folder, 'run'));
    empty.close();
    const refused = (path: string) =>
      assert.throws(
        () => Catalog.openSnapshot(folder, path),
        (error) => error instanceof InputError && error.file === path && !error.message.includes('\n'),
      );
    const bytes = readFileSync(path);
    for (const [at, content] of [bytes.subarray(0, bytes.length / 2), Buffer.from('nothing')].entries()) {
      const broken = join(folder, `broken-${at}`);
      writeFileSync(broken, content);
      refused(broken);
    }
    refused(join(folder, 'missing'));
  });
});
