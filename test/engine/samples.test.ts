import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importBench } from '../../server/catalog/import.ts';
import { decidePairs, moveTasks, undo } from '../../server/engine/decide.ts';
import { evidenceView, pairDetail } from '../../server/engine/evidence-view.ts';
import { findOverlap } from '../../server/engine/overlap-run.ts';
import { pairList, pairRow } from '../../server/engine/pair-rows.ts';
import { Session } from '../../server/engine/session.ts';
import { taskGroups, taskRows } from '../../server/engine/task-rows.ts';
import type { PairRow } from '../../server/protocol.ts';
import { quiet, sampleBench, scannedSession } from '../support/bench.ts';

interface Expected {
  tasks: { id: string; category: string; split: string; level: string; examples: number }[];
  pairs: (Pick<
    PairRow,
    'train' | 'eval' | 'overlapping' | 'overlappingContent' | 'shortMatches' | 'sameSource'
  > & {
    kind: string;
  })[];
  skips: { file: string; line: number }[];
}

const COPIED = { train: 'natural-instructions/task003_workshop_arithmetic', eval: 'gsm8k/test' };
const PASSAGE = {
  train: 'natural-instructions/task001_village_reading_answering',
  eval: 'promptsource/village_boolq',
};
const BOILERPLATE = {
  train: 'natural-instructions/task008_two_statements_paraphrase',
  eval: 'natural-instructions/task009_two_statements_entailment',
};
const SHORT = { train: 'crossfit/word_opposites', eval: 'quiz/opposites_round' };

describe('engine on the samples', function () {
  this.timeout(30_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;
  let expected: Expected;

  beforeEach(async () => {
    bench = sampleBench();
    expected = JSON.parse(readFileSync(join(bench.root, 'expected.json'), 'utf8')) as Expected;
    session = await scannedSession(bench.root);
  });
  afterEach(() => {
    session.close();
    bench.remove();
  });

  it('places every task in its category, split and level', () => {
    const rows = taskRows(session).map(({ id, category, split, level, examples }) => ({
      id,
      category,
      split,
      level,
      examples,
    }));
    const wanted = expected.tasks.map(({ id, category, split, level, examples }) => ({
      id,
      category,
      split,
      level,
      examples,
    }));
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    assert.deepEqual(rows.sort(byId), wanted.sort(byId));
  });

  it('lists the damaged records with file and line, and nothing else', () => {
    const found = session.catalog
      .skipped()
      .map(({ file, line }) => `${file.slice(bench.root.length + 1)}:${line}`);
    assert.deepEqual(found.sort(), expected.skips.map(({ file, line }) => `${file}:${line}`).sort());
  });

  it('finds the planted pairs with their figures, and no other', () => {
    const figures = (pair: Expected['pairs'][number] | PairRow) => ({
      pair: `${pair.train} × ${pair.eval}`,
      overlapping: pair.overlapping,
      content: pair.overlappingContent,
      short: pair.shortMatches,
      same: pair.sameSource,
    });
    const byName = (a: { pair: string }, b: { pair: string }) => (a.pair < b.pair ? -1 : 1);
    const planted = expected.pairs.filter(
      (pair) => pair.kind !== 'look-alike' && pair.kind !== 'clean-look-alike',
    );
    const queued = pairList(session, 'content', {}).pairs;
    assert.deepEqual(queued.map(figures).sort(byName), planted.map(figures).sort(byName));
  });

  it('orders the queue by content, by source and by size', () => {
    const first = (order: 'content' | 'source' | 'size' | 'fraction') =>
      pairList(session, order, {}).pairs[0]!;
    assert.equal(first('content').eval, 'bbh/garden_deduction');
    assert.equal(first('source').sameSource, true);
    assert.equal(first('size').overlapping, 30);
    assert.equal(first('fraction').fraction, 1);
  });

  it('shows the shared text on both sides, where it stands, and whether the targets agree', async () => {
    const detail = await pairDetail(session, COPIED.train, COPIED.eval);
    assert.ok(detail.groups.length >= 10, `${detail.groups.length} groups for twelve copied questions`);
    const { evalExample, trainExample } = detail.groups[0]!.shared[0]!;
    const view = await evidenceView(session, COPIED.train, COPIED.eval, evalExample, trainExample);
    const text = (side: typeof view.train) => side.segments.map((segment) => segment.text).join('');
    const words = (part: string) =>
      part
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s]/gu, '')
        .split(/\s+/u)
        .filter(Boolean);
    assert.ok(view.spans.length > 0);
    for (const span of view.spans) {
      const trainWords = words(text(view.train).slice(...span.train));
      assert.deepEqual(trainWords, words(text(view.eval).slice(...span.eval)));
      assert.equal(trainWords.length, span.words);
      assert.ok(span.words >= 13);
    }
    // The copied question runs on into the answer, which is the same on both sides.
    assert.deepEqual([view.spans[0]!.trainPlace, view.spans[0]!.evalPlace], ['mixed', 'mixed']);
    assert.equal(view.targetsAgree, true);

    const passage = await pairDetail(session, PASSAGE.train, PASSAGE.eval);
    const one = passage.groups[0]!.shared[0]!;
    const other = await evidenceView(session, PASSAGE.train, PASSAGE.eval, one.evalExample, one.trainExample);
    assert.equal(other.targetsAgree, false, 'another question about the passage');
  });

  it('marks shared boilerplate as such and a short copy as short', async () => {
    const detail = await pairDetail(session, BOILERPLATE.train, BOILERPLATE.eval);
    assert.deepEqual(new Set(detail.groups.map((group) => group.boilerplate)), new Set([true]));
    const short = await pairDetail(session, SHORT.train, SHORT.eval);
    const { evalExample, trainExample } = short.groups[0]!.shared[0]!;
    const view = await evidenceView(session, SHORT.train, SHORT.eval, evalExample, trainExample);
    assert.equal(view.short, true);
    assert.deepEqual(view.spans, []);
  });

  it('keeps a verdict, shows it on the task, and takes it back', () => {
    const [made] = decidePairs(session, [COPIED], 'remove-train', 'the questions are copied');
    assert.equal(pairRow(session, COPIED.train, COPIED.eval).state, 'decided');
    const removed = taskRows(session).find((row) => row.id === COPIED.train)!;
    assert.equal(removed.split, 'none');
    assert.match(removed.decision!, /removed: overlaps gsm8k\/test/);

    const again = new Session(bench.root, 'Ada <ada@example.org>');
    assert.equal(pairRow(again, COPIED.train, COPIED.eval).rulings[0]!.id, made!.id);
    again.close();

    undo(session, undefined);
    assert.equal(pairRow(session, COPIED.train, COPIED.eval).state, 'open');
    assert.equal(taskRows(session).find((row) => row.id === COPIED.train)!.split, 'train');
  });

  it('undoes a bulk verdict as one', () => {
    decidePairs(session, [COPIED], 'retain', 'first');
    decidePairs(session, [PASSAGE, BOILERPLATE, SHORT], 'retain', 'in bulk');
    assert.equal(pairList(session, 'content', {}).decided, 4);
    assert.equal(undo(session, undefined).length > 0, true);
    assert.equal(pairList(session, 'content', {}).decided, 1);
  });

  it('shows a decided pair again when its evidence changed', async () => {
    decidePairs(session, [SHORT], 'retain', 'word lists');
    const file = join(bench.root, 'data/quiz/opposites_round.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(1).join('\n'));
    await importBench(session.bench, session.catalog, quiet());
    await findOverlap(session, { ...quiet(), workers: 1 });
    const row = pairRow(session, SHORT.train, SHORT.eval);
    assert.equal(row.state, 'stale');
    assert.equal(row.rulings[0]!.verdict, 'retain');
    decidePairs(session, [SHORT], 'remove-examples', 'looked again');
    assert.equal(pairRow(session, SHORT.train, SHORT.eval).state, 'decided');
  });

  it('shows two reviewers who disagree as a conflict, until one settles it', async () => {
    const log = join(bench.root, 'decisions.jsonl');
    decidePairs(session, [PASSAGE], 'retain', 'unrelated questions');
    const mine = readFileSync(log, 'utf8');
    writeFileSync(log, '');
    const colleague = new Session(bench.root, 'Grace <grace@example.org>');
    decidePairs(colleague, [PASSAGE], 'remove-train', 'same passages');
    appendFileSync(log, mine);
    assert.equal(pairRow(colleague, PASSAGE.train, PASSAGE.eval).state, 'conflict');
    assert.equal(colleague.log.conflicts().length, 1);
    decidePairs(colleague, [PASSAGE], 'retain', 'agreed after talking');
    assert.equal(pairRow(colleague, PASSAGE.train, PASSAGE.eval).state, 'decided');
    colleague.close();
  });

  it('moves tasks to another category and split, and back', () => {
    const task = 'exmix/command_forms';
    moveTasks(session, [task], 'category', 'Robotics', 'it commands a robot');
    moveTasks(session, [task], 'split', 'test', '');
    const row = taskRows(session).find((each) => each.id === task)!;
    assert.deepEqual([row.category, row.split, row.level], ['Robotics', 'test', 'fully-held-out']);
    assert.ok(taskGroups(session, 'category', {}).some((group) => group.key === 'Robotics'));
    undo(session, undefined);
    undo(session, undefined);
    assert.equal(taskRows(session).find((each) => each.id === task)!.category, 'Structured Data');
    assert.throws(() => moveTasks(session, [task], 'split', 'elsewhere', ''), /train, dev or test/);
  });

  it('filters and groups tasks', () => {
    const found = taskGroups(session, 'level', { search: 'village boolq' }).flatMap((group) => group.tasks);
    assert.deepEqual(
      found.map((row) => row.id),
      ['promptsource/village_boolq'],
    );
    const open = taskGroups(session, 'collection', { only: 'open-pairs' }).flatMap((group) => group.tasks);
    assert.ok(open.every((row) => row.openPairs > 0) && open.length > 0);
    assert.throws(() => pairRow(session, 'no/such', 'pair/at-all'), /no overlap is known/);
  });
});
