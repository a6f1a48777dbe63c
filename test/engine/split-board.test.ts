import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decidePairs, moveTasks, undo } from '../../server/engine/decide.ts';
import type { Session } from '../../server/engine/session.ts';
import { splitBoard } from '../../server/engine/split-board.ts';
import { allowSource, checkSplit } from '../../server/engine/split-checks.ts';
import { sampleBench, scannedSession } from '../support/bench.ts';

describe('the split of a bench', function () {
  this.timeout(60_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;
  before(async () => {
    bench = sampleBench();
    session = await scannedSession(bench.root);
  });
  after(() => {
    session.close();
    bench.remove();
  });

  const counts = () => {
    const byCode = new Map<string, number>();
    for (const { code } of checkSplit(session)) byCode.set(code, (byCode.get(code) ?? 0) + 1);
    return Object.fromEntries(byCode);
  };

  it('is kept from being clean by what the samples plant, no more', () => {
    assert.deepEqual(counts(), {
      'source-on-both-sides': 2,
      'undecided-pair': 5,
      'no-demonstrations': 1,
    });
  });

  it('becomes clean by decisions, which undo takes back', () => {
    const findings = checkSplit(session);
    for (const { remedies } of findings) {
      const remedy = remedies.find(({ kind }) => kind === 'rule-on-pair' || kind === 'allow-source');
      if (remedy?.kind === 'rule-on-pair') decidePairs(session, [remedy], remedy.verdict, 'copied');
      if (remedy?.kind === 'allow-source') allowSource(session, remedy.source, 'other texts');
    }
    assert.deepEqual(counts(), { 'no-demonstrations': 1 });
    assert.equal(undo(session, undefined).length, 1);
    assert.equal(checkSplit(session).length, 2);
  });

  it('shows an allowed source again where it was allowed for other tasks', () => {
    const source = 'allotmentletters';
    const letter = 'natural-instructions/task007_letter_correction';
    const shown = () => checkSplit(session).some(({ code }) => code === 'source-on-both-sides');
    allowSource(session, source, 'other texts');
    assert.equal(shown(), false);
    const subject = { kind: 'source' as const, source };
    session.log.append([{ subject, verdict: 'allow', reason: '', evidence: 'of others' }], session.reviewer);
    assert.equal(shown(), true);
    moveTasks(session, [letter], 'split', 'dev', '');
    assert.equal(shown(), false, 'both tasks are evaluated on now');
    assert.throws(() => allowSource(session, source, ''), /does not stand on both sides/u);
    undo(session, undefined);
    undo(session, undefined);
    assert.equal(shown(), false);
  });

  it('follows a task that is left out and comes back', () => {
    const id = 'crossfit/mood_of_notes';
    const board = () => splitBoard(session).tasks.find((task) => task.id === id)!;
    const before = board();
    assert.deepEqual(
      [before.split, before.level, before.examples.train > 0],
      ['train', 'fully-supervised', true],
    );
    moveTasks(session, [id], 'split', 'none', 'too easy');
    const { split, level, examples, decision } = board();
    assert.deepEqual(
      [split, level, examples, decision],
      ['none', null, { train: 0, dev: 0, test: 0 }, 'left out'],
    );
    undo(session, undefined);
    assert.deepEqual(board(), before);
  });

  it('has the faults of heldout.yaml as problems at their lines', () => {
    const file = join(bench.root, 'heldout.yaml');
    const text = readFileSync(file, 'utf8');
    const line = text.split('\n').findIndex((each) => each.startsWith('  dev:')) + 1;
    writeFileSync(file, text.replace(/^ {2}dev: .*$/mu, '$&\n  test: [bbh/odd_object_out]'));
    session.reloadBench();
    assert.deepEqual(
      session.problems().map(({ line, code, severity }) => [line, code, severity]),
      [[line + 1, 'task-in-two-splits', 'warning']],
    );
    writeFileSync(file, text);
    session.reloadBench();
    assert.deepEqual(session.problems(), []);
  });
});
