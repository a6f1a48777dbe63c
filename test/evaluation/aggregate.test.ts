import assert from 'node:assert/strict';
import { Aggregation, type Placed } from '../../server/evaluation/aggregate.ts';
import { compareRuns } from '../../server/evaluation/compare.ts';
import { bootstrapped } from '../../server/evaluation/statistics.ts';
import type { Level, ResultsFile, ScoredExample, ShotsSetting } from '../../server/protocol.ts';

const placed = (id: string, task: string, category: string, level: Level): Placed => ({
  id,
  task,
  collection: id.split('/')[0]!,
  category,
  level,
  generated: 'rougeL',
});

/** Ranked examples of one template: right where the mark is 1, failed where it is x, else wrong. */
function scored(
  id: string,
  shots: ShotsSetting,
  template: string,
  marks: string,
  overlaps = '',
): ScoredExample[] {
  return [...marks].map((mark, example) => ({
    task: id,
    example,
    template,
    shots,
    shown: 0,
    kind: 'rank',
    prediction: mark === '1' ? 'yes' : 'no',
    references: ['yes'],
    candidates: ['yes', 'no'],
    tokens: [1, 1],
    truncated: 0,
    tied: false,
    metrics: mark === 'x' ? {} : { accuracy: Number(mark) },
    overlap: overlaps === '' ? null : overlaps[example] === 'c' ? 'content' : 'clean',
    ...(mark === 'x' && { failed: 'the server failed' }),
  }));
}

/**
 * Written by hand. At 0 shots, fully held-out:
 *   Entailment: rte stands in two collections: a has two templates, 3/4 and 1/4, so 1/2; b is 1; rte is 3/4;
 *               cb is 0 of 2 (one failed); the category (3/4 + 0) / 2 = 3/8.
 *   Knowledge:  one task of two subjects of one collection, 1 and 1/2; the category 3/4.
 *   The level:  (3/8 + 3/4) / 2 = 9/16.
 * At 5 shots: only cb, 1: the level is 1. Chosen by (9/16 + 1) / 2 = 25/32.
 */
function fixture(): { all: [Placed, ScoredExample[]][] } {
  const held: Level = 'fully-held-out';
  const rteA = placed('a/rte', 'rte', 'Entailment', held);
  const rteB = placed('b/rte', 'rte', 'Entailment', held);
  const cb = placed('a/cb', 'cb', 'Entailment', held);
  const botany = placed('mmlu/botany', 'mmlu', 'Knowledge', held);
  const physics = placed('mmlu/physics', 'mmlu', 'Knowledge', held);
  return {
    all: [
      [rteA, [...scored('a/rte', 0, 'one', '1110', 'cc..'), ...scored('a/rte', 0, 'two', '1000', 'cc..')]],
      [rteB, scored('b/rte', 0, 'one', '11')],
      [cb, [...scored('a/cb', 0, 'one', '0x0'), ...scored('a/cb', 5, 'one', '11')]],
      [botany, scored('mmlu/botany', 0, 'default', '1')],
      [physics, scored('mmlu/physics', 0, 'default', '10')],
    ],
  };
}

function tablesOf({ all }: ReturnType<typeof fixture>) {
  const aggregation = new Aggregation(0);
  for (const [place, examples] of all) for (const one of examples) aggregation.add(place, one);
  return aggregation.tables();
}

describe('aggregation', () => {
  const tables = tablesOf(fixture());
  const level = (shots: number) => tables.levels.find((row) => row.shots === shots)!;

  it('averages subtasks, collections, tasks, categories and levels as the paper does', () => {
    assert.equal(level(0).all?.score, 9 / 16);
    assert.equal(level(5).all?.score, 1);
    assert.equal(level(0).categories, 2);
    assert.equal(level(0).tasks, 3);
    assert.equal(level(0).subtasks, 5);
    const category = (name: string) =>
      tables.categories.find((row) => row.category === name && row.shots === 0)!.all!.score;
    assert.equal(category('Entailment'), 3 / 8);
    assert.equal(category('Knowledge'), 3 / 4);
    const task = (name: string) => tables.tasks.find((row) => row.task === name && row.shots === 0)!;
    assert.equal(task('rte').all?.score, 3 / 4);
    assert.equal(task('mmlu').subtasks, 2);
    assert.equal(tables.selection?.score, 25 / 32);
    assert.deepEqual(tables.selection?.levels, { 'fully-held-out': 25 / 32 });
  });

  it('counts failures apart, and tells the spread of templates', () => {
    const row = (id: string) => tables.subtasks.find((one) => one.id === id && one.shots === 0)!;
    assert.equal(row('a/cb').failed, 1);
    assert.equal(row('a/cb').all?.count, 2);
    assert.deepEqual(row('a/rte').spread, { lowest: 1 / 4, highest: 3 / 4, deviation: 1 / 4 });
    assert.equal(row('b/rte').spread, null);
  });

  it('scores again on the examples that share nothing; null where that is not known', () => {
    const row = (id: string) => tables.subtasks.find((one) => one.id === id && one.shots === 0)!;
    // Examples 2 and 3: 1/2 by the first template, 0 by the second.
    assert.equal(row('a/rte').clean?.score, 1 / 4);
    assert.equal(row('a/rte').clean?.count, 4);
    assert.equal(row('b/rte').clean, null);
  });

  it('has standard errors that are those of the mean, the same every time', () => {
    const cells = Array.from({ length: 400 }, (_, example) => ({
      template: 't',
      example,
      score: example % 2,
    }));
    const estimate = bootstrapped(cells, 'key')!;
    // √(p(1 − p)/n) = 0.025; of 1,000 rounds the error of the error is about 2 %.
    assert.ok(Math.abs(estimate.error! - 0.025) < 0.0025, String(estimate.error));
    assert.deepEqual(bootstrapped(cells, 'key'), estimate);
    assert.notDeepEqual(bootstrapped(cells, 'another'), estimate);
    assert.equal(bootstrapped(cells.slice(0, 1), 'key')?.error, null);
    assert.equal(bootstrapped([], 'key'), null);
    // Templates that share their examples vary together: many templates don't make the error small.
    const twice = cells.flatMap((cell) => [cell, { ...cell, template: 'u' }]);
    assert.ok(Math.abs(bootstrapped(twice, 'key')!.error! - 0.025) < 0.0025);
  });
});

describe('comparison of runs', () => {
  const run = (name: string, all: [Placed, ScoredExample[]][]) => ({
    results: { name, ...tablesOf({ all }) } as ResultsFile,
    examples: all.flatMap(([, examples]) => examples),
  });

  it('says of equal runs that they are equal, with the scores of the tables', async () => {
    const { all } = fixture();
    const { rows } = await compareRuns(run('a', all), run('b', all));
    const row = rows.find(({ what, shots }) => what === 'level' && shots === 0)!;
    assert.equal(row.a, 9 / 16);
    assert.equal(row.difference, 0);
    assert.deepEqual(row.interval, [0, 0]);
    assert.equal(row.p, 1);
  });

  it('tells a difference from chance, and looks only at what both scored', async () => {
    const task = placed('a/x', 'x', 'C', 'partially-held-out');
    const better = run('better', [[task, scored('a/x', 0, 't', '1'.repeat(30) + 'x'.repeat(10))]]);
    const worse = run('worse', [[task, scored('a/x', 0, 't', '10'.repeat(20))]]);
    const [row] = (await compareRuns(worse, better)).rows;
    assert.equal(row?.examples, 30);
    assert.ok(Math.abs(row!.difference - 0.5) < 1e-12);
    assert.ok(row!.p! < 0.002);
    assert.ok(row!.interval![0] > 0.25 && row!.interval![1] < 0.75);
    const mixed = run('mixed', [[task, scored('a/x', 0, 't', '01'.repeat(20))]]);
    const [even] = (await compareRuns(worse, mixed)).rows;
    assert.equal(even?.difference, 0);
    assert.equal(even?.p, 1);
  });

  it('looks only at the examples that are clean for both where that is asked', async () => {
    const task = placed('a/x', 'x', 'C', 'partially-held-out');
    const shares = (examples: ScoredExample[], from: number): ScoredExample[] =>
      examples.map((one, at) => ({
        ...one,
        overlap: at < from ? 'clean' : at < 30 ? 'boilerplate' : 'content',
      }));
    const a = run('a', [[task, shares(scored('a/x', 0, 't', '1'.repeat(40)), 20)]]);
    const b = run('b', [[task, shares(scored('a/x', 0, 't', '0'.repeat(10) + '1'.repeat(30)), 25)]]);
    const of = async (which?: 'clean' | 'cleanContent') => {
      const [row] = (await compareRuns(a, b, { which })).rows;
      return [row!.examples, Math.round(row!.difference * 1e9) / 1e9];
    };
    assert.deepEqual(await of(), [40, -0.25]);
    assert.deepEqual(await of('clean'), [20, -0.5]);
    assert.deepEqual(await of('cleanContent'), [30, -0.333333333]);
  });
});
