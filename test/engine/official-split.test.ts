import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importBench } from '../../server/catalog/import.ts';
import { Session } from '../../server/engine/session.ts';
import { checkSplit } from '../../server/engine/split-checks.ts';
import { quiet, REAL_DATA } from '../support/bench.ts';

describe('Super-NaturalInstructions with its official split', function () {
  this.timeout(120_000);
  const data = join(REAL_DATA, 'natural-instructions');

  it('stands as its lists say, and no data source on both sides', async function () {
    if (!existsSync(data)) {
      console.log(`      skipped: ${data} is not there`);
      this.skip();
    }
    const root = mkdtempSync(join(tmpdir(), 'heldout-official-'));
    const paths = `path: ${JSON.stringify(join(data, 'tasks'))}, split_lists: ${JSON.stringify(join(data, 'splits/default'))}`;
    writeFileSync(
      join(root, 'heldout.yaml'),
      `collections:\n  - { name: sni, format: natural-instructions, ${paths} }\n`,
    );
    const session = new Session(root, 'Ada <ada@example.org>');
    try {
      await importBench(session.bench, session.catalog, quiet());
      const counts = { train: 0, dev: 0, test: 0, none: 0 };
      for (const { split } of session.placements().values()) counts[split]++;
      assert.deepEqual(counts, { train: 57, dev: 0, test: 4, none: 24 });
      const findings = checkSplit(session);
      assert.ok(!findings.some(({ code }) => code === 'source-on-both-sides'));
      const unlisted = findings.find(({ code }) => code === 'task-in-no-list');
      assert.equal(unlisted?.tasks.length, 24);
    } finally {
      session.close();
      rmSync(root, { recursive: true });
    }
  });
});
