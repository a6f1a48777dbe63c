import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Session } from '../../server/engine/session.ts';
import { REAL_DATA, scannedSession } from '../support/bench.ts';

const TRAIN = [
  ['natural-instructions', 'natural-instructions', 'natural-instructions'],
  ['flan-cot', 'flan-cot', 'flan-cot'],
  ['promptsource-rendered', 'prompt-completion', 'promptsource-rendered'],
  ['exmix', 'seqio', 'exmix'],
];
const EVAL = ['bbh', 'gsm8k', 'mmlu', 'raft'];

describe('overlap on real collections', function () {
  this.timeout(120_000);
  let root: string;
  let session: Session;

  before(async function () {
    if (!existsSync(REAL_DATA)) {
      console.log('      skipped: no real collections beside the project (../shared/data)');
      this.skip();
    }
    root = mkdtempSync(join(tmpdir(), 'heldout-real-'));
    const collections = [
      ...TRAIN.map(([name, format, path]) => ({ name, format, path: join(REAL_DATA, path!), use: 'train' })),
      ...EVAL.map((name) => ({ name, format: name, path: join(REAL_DATA, 'eval', name), use: 'eval' })),
    ];
    writeFileSync(join(root, 'heldout.yaml'), stringify({ collections }));
    session = await scannedSession(root);
  });
  after(() => {
    session?.close();
    if (root) rmSync(root, { recursive: true, force: true });
  });

  const figures = (train: string, evalTask: string) =>
    session.catalog.overlap()!.pair(train, evalTask)!.figures;

  it('finds the BBH files in the tasks that were made of them', () => {
    const twins = session.catalog
      .tasks()
      .filter(({ id }) => /task17\d\d_bbh_/.test(id))
      .map(({ id }) => ({ train: id, eval: `bbh/${id.replace(/^.*_bbh_/, '')}` }))
      .filter((pair) => session.catalog.task(pair.eval));
    assert.ok(twins.length >= 18, `${twins.length} twins`);
    for (const pair of twins) assert.ok(figures(pair.train, pair.eval).fraction >= 0.99, pair.train);
  });

  it('finds the GSM8K test questions in task1759_gsm, all of them', () => {
    const found = figures('natural-instructions/task1759_gsm', 'gsm8k/test');
    assert.deepEqual([found.overlapping, found.evalExamples], [1319, 1319]);
    assert.ok(figures('flan-cot/gsm8k', 'gsm8k/train').fraction > 0.999);
  });

  it('tells the variants of one puzzle apart from copies', () => {
    const variants = ['three', 'five', 'seven'].map((count) => `logical_deduction_${count}_objects`);
    for (const train of variants) {
      const task = session.catalog.tasks().find(({ id }) => id.endsWith(`_bbh_${train}`))!;
      for (const other of variants) {
        const found = figures(task.id, `bbh/${other}`);
        assert.equal(found.fraction, 1);
        if (other === train) assert.ok(found.fractionContent > 0.99, `${train} is a copy`);
        else assert.ok(found.fractionContent < 0.6, `${train} × ${other}: ${found.fractionContent}`);
      }
    }
  });

  it('raises no pair above 1 % of tasks whose texts have nothing to do with each other', () => {
    const related = /_bbh_|_gsm$|_mmmlu_|flan-cot\/gsm8k/;
    const others = session.catalog
      .overlap()!
      .pairs()
      .filter(({ figures: { train, fraction } }) => fraction > 0.01 && !related.test(train))
      .map(({ figures: { train, eval: evalTask } }) => `${train} × ${evalTask}`);
    assert.deepEqual(others, []);
  });
});
