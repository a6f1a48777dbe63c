import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Level, ResultsRow } from '../../server/protocol.ts';
import type { Run } from '../../webview/results/model.ts';
import { piled, scoreRange, spreadRows } from '../../webview/results/spread.ts';
import { levelLines, trainingRuns } from '../../webview/results/steps.ts';
import { scalesOf } from '../../webview/shared/chart/geometry.ts';

const HELD: Level = 'fully-held-out';
const estimate = (score: number, error: number | null = 0.02) => ({ score, error, count: 10 });
const none = { clean: null, cleanContent: null };

/** What of a row of results the lines are drawn from. */
function row(
  step: number | null,
  levels: [level: Level, shots: number | 'fit', score: number | null][],
): ResultsRow {
  const summary = {
    checkpoint: { step },
    levels: levels.map(([level, shots, score]) => ({
      ...{ level, shots, categories: 1, tasks: 1, subtasks: 1, ...none },
      all: score === null ? null : estimate(score),
    })),
  };
  return { file: String(step), name: String(step), summary, problem: null } as unknown as ResultsRow;
}

type Template = [name: string, score: number | null];
function run(
  file: string,
  tasks: [id: string, category: string, shots: number, templates: Template[]][],
): Run {
  const subtasks = tasks.map(([id, category, shots, templates]) => ({
    ...{ id, task: id.split('/')[1]!, category, level: HELD, shots, all: estimate(0.4), ...none },
    templates: templates.map(([template, score]) => ({
      ...{ template, metric: 'accuracy', examples: 10, failed: 0 },
      estimate: score === null ? null : estimate(score),
    })),
  }));
  const checkpoint = file === 'plain' ? {} : { run: { id: `${file[0]}-1`, name: file[0] } };
  return { file, results: { name: file, checkpoint, subtasks } } as unknown as Run;
}

describe('the curves of a run’s checkpoints', () => {
  it('are a line for each level and number of shots, in per cent, with how far each point may be off', () => {
    const lines = levelLines(
      [
        row(10, [
          [HELD, 0, 0.25],
          [HELD, 5, null],
        ]),
        row(20, [
          [HELD, 0, 0.5],
          [HELD, 5, 0.75],
        ]),
        row(null, [[HELD, 0, 1]]),
        { file: 'x', name: 'x', summary: null, problem: 'can’t be read' },
      ],
      (level, shots) => `${level} ${shots}`,
    );
    assert.deepEqual(
      lines.map(({ name, line }) => [name, line.x, line.y]),
      [
        ['fully-held-out 0', [10, 20], [25, 50]],
        ['fully-held-out 5', [20], [75]],
      ],
    );
    assert.deepEqual(lines[0]!.bounds!.low.y, [23, 48]);
    assert.deepEqual(lines[0]!.bounds!.high, { x: [10, 20], y: [27, 52] });
    assert.equal(new Set(lines.map(({ mark }) => mark)).size, 2);
    const { y } = scalesOf(lines, [10, 20], { left: 0, right: 100, top: 0, bottom: 100 }, 'linear', false);
    assert.ok(y.at(23) <= 100 && y.at(77) >= 0, 'the chart has room for the bounds');
  });

  it('are drawn once for each training run that is shown', () => {
    const shown = trainingRuns([run('a1', []), run('plain', []), run('a2', []), run('b1', [])]);
    assert.deepEqual(
      shown.map(({ id, file }) => [id, file]),
      [
        ['a-1', 'a1'],
        ['b-1', 'b1'],
      ],
    );
  });
});

describe('the spread over templates', () => {
  const templates: Template[] = [
    ['plain', 0.61],
    ['asked', 0.35],
    ['broken', null],
  ];
  const one = run('a1', [
    ['c/zebra', 'Animals', 0, templates],
    ['c/ant', 'Animals', 0, templates],
    ['c/ant', 'Animals', 5, templates],
    ['c/single', 'Animals', 0, [['only', 0.5]]],
    ['c/oak', 'Plants', 0, templates],
  ]);

  it('is a line for each task, run and number of shots, its templates by rising score', () => {
    const rows = spreadRows([one], { level: HELD, category: 'Animals' });
    assert.deepEqual(
      rows.map(({ spot, shots, dots }) => [spot.subtask, shots, ...dots.map(({ template }) => template)]),
      [
        ['c/ant', 0, 'asked', 'plain'],
        ['c/ant', 5, 'asked', 'plain'],
        ['c/zebra', 0, 'asked', 'plain'],
      ],
    );
    assert.deepEqual(scoreRange(rows), [0.3, 0.7]);
    const task = { level: HELD, category: 'Animals', task: 'ant', subtask: 'c/ant' };
    assert.equal(spreadRows([one, run('b1', [])], task).length, 2);
    assert.deepEqual(spreadRows([one], { level: HELD }), []);
  });

  it('hides no dot behind another, and piles up none that has room', () => {
    const places = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 40 });
    fc.assert(
      fc.property(places, (unsorted) => {
        const rising = unsorted.sort((a, b) => a - b);
        const storeys = piled(rising, 8);
        for (const [index, place] of rising.entries()) {
          const near = [...storeys.keys()].filter((other) => other < index && place - rising[other]! < 8);
          assert.ok(near.every((other) => storeys[other] !== storeys[index]));
          if (near.length === 0) assert.equal(storeys[index], 0);
        }
      }),
    );
  });
});
