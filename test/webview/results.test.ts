import assert from 'node:assert/strict';
import type { Comparison, ComparisonRow, ResultsFile, ScoredExample } from '../../server/protocol.ts';
import {
  below,
  categoriesOf,
  changedAt,
  columnsOf,
  differencesAt,
  has,
  type Run,
  scoresAt,
  shotsOf,
  verdictOf,
  wayTo,
} from '../../webview/results/model.ts';
import { choiceOf, outcomeOf, rightPlaces } from '../../webview/results/outcome.ts';

const HELD = 'fully-held-out';
const estimate = (score: number) => ({ score, error: 0.01, count: 10 });
const row = (score: number) => ({
  shots: 0,
  all: estimate(score),
  clean: null,
  cleanContent: null,
  subtasks: 1,
});

function run(file: string, tasks: [task: string, id: string, category: string, score: number][]): Run {
  const categories = [...new Set(tasks.map(([, , category]) => category))];
  const results: ResultsFile = {
    heldout: 'results',
    version: 1,
    name: file,
    created: '2026-01-01T00:00:00Z',
    checkpoint: { name: file, place: `/${file}`, hash: file, kind: 'onnx', step: null },
    settings: {
      shots: file === 'b' ? ['fit', 5, 0] : [0],
      seed: 0,
      limit: null,
      split: 'test',
      template: null,
      maxTokens: 8,
      length: null,
      unconditional: false,
    },
    overlap: { state: 'none', ngram: 13, at: null },
    examples: '',
    counts: { examples: 0, failed: 0, truncated: 0, tied: 0, fewer: 0, scored: 0, known: 0 },
    failures: [],
    seconds: 0,
    levels: [{ level: HELD, categories: 1, tasks: 1, ...row(0.5) }],
    categories: categories.map((category) => ({ category, level: HELD, tasks: 1, ...row(0.5) })),
    tasks: tasks.map(([task, , category, score]) => ({ task, category, level: HELD, ...row(score) })),
    subtasks: tasks.map(([task, id, category, score]) => ({
      id,
      task,
      collection: 'c',
      category,
      level: HELD,
      metric: 'accuracy',
      metrics: {},
      macroF1: null,
      spread: null,
      templates: [
        { template: 'plain', metric: 'accuracy', estimate: estimate(score), examples: 1, failed: 0 },
      ],
      examples: 1,
      failed: 0,
      truncated: 0,
      tied: 0,
      ...row(score),
    })),
    selection: null,
  };
  return { file, results };
}

const A = run('a', [
  ['rte', 'c/rte', 'Entailment', 0.25],
  ['mmlu', 'mmlu/botany', 'Knowledge', 0.5],
  ['mmlu', 'mmlu/physics', 'Knowledge', 0.75],
]);
const B = run('b', [['cb', 'c/cb', 'Entailment', 1]]);

function difference(part: Partial<ComparisonRow>): ComparisonRow {
  const zero = { shots: 0, a: 0, b: 0, difference: 0.2, interval: null, examples: 4 };
  return { what: 'category', name: 'Entailment', level: HELD, p: 0.01, ...zero, ...part };
}

describe('the Results page', () => {
  it('has the levels and categories that some run has, and shots in their order', () => {
    assert.deepEqual(columnsOf([A, B]), [{ level: HELD, categories: ['Entailment', 'Knowledge'] }]);
    assert.deepEqual(categoriesOf([A, B]), [
      { category: 'Entailment', levels: [HELD] },
      { category: 'Knowledge', levels: [HELD] },
    ]);
    assert.deepEqual(shotsOf([A, B]), [0, 5, 'fit']);
  });

  it('goes down to what some run has there; a task of one subtask is that subtask', () => {
    const entailment = { level: HELD, category: 'Entailment' } as const;
    assert.deepEqual(
      below([A, B], entailment).map(({ task, subtask }) => [task, subtask]),
      [
        ['cb', 'c/cb'],
        ['rte', 'c/rte'],
      ],
    );
    const knowledge = { level: HELD, category: 'Knowledge' } as const;
    const [mmlu] = below([A, B], knowledge);
    assert.deepEqual(mmlu, { ...knowledge, task: 'mmlu' });
    assert.deepEqual(
      below([A, B], mmlu!).map(({ subtask }) => subtask),
      ['mmlu/botany', 'mmlu/physics'],
    );
    const [botany] = below([A, B], mmlu!);
    assert.deepEqual(below([A, B], botany!), [{ ...botany, template: 'plain' }]);
    assert.equal(scoresAt(A, { ...botany, template: 'plain' })[0]!.all!.score, 0.5);
    assert.deepEqual(
      wayTo({ ...botany, template: 'plain' }).map((spot) => Object.values(spot).length),
      [0, 1, 2, 3, 4, 5],
    );
    assert.ok(!has([B], botany!) && has([B], {}));
  });

  it('tells by significance, not size, whether something changed', () => {
    assert.equal(verdictOf(difference({})), 'better');
    assert.equal(verdictOf(difference({ difference: -0.001 })), 'worse');
    assert.equal(verdictOf(difference({ difference: 0.9, p: 0.05 })), 'same');
    assert.equal(verdictOf(difference({ p: null })), 'same');
    const comparison: Comparison = {
      a: 'a',
      b: 'b',
      rows: [difference({}), difference({ name: 'Knowledge', p: 0.4 })],
    };
    const all = new Map([['b', comparison]]);
    assert.ok(changedAt(all, { level: HELD, category: 'Entailment' }));
    assert.ok(!changedAt(all, { level: HELD, category: 'Knowledge' }));
    const template = {
      level: HELD,
      category: 'Entailment',
      task: 'rte',
      subtask: 'c/rte',
      template: 'plain',
    } as const;
    assert.deepEqual(differencesAt(comparison, template), []);
  });

  it('tells why a choice is right or wrong', () => {
    const scored: ScoredExample = {
      task: 'c/t',
      example: 0,
      template: 'plain',
      shots: 0,
      shown: 0,
      kind: 'rank',
      prediction: 'yes',
      chosen: 0,
      references: ['no', ' maybe'],
      candidates: ['yes', 'no', 'maybe'],
      logLikelihoods: [-1, -4, -3],
      tokens: [1, 1, 1],
      truncated: 0,
      tied: false,
      metrics: { accuracy: 0 },
      overlap: null,
    };
    assert.deepEqual(rightPlaces(scored), [1, 2]);
    assert.deepEqual(choiceOf(scored), { right: false, chosen: 'yes', reference: 'maybe', lead: 2 });
    const right = { ...scored, references: ['yes'] };
    assert.deepEqual(choiceOf(right), { right: true, chosen: 'yes', reference: 'yes', lead: 2 });
    const alone = { ...right, candidates: ['yes'], logLikelihoods: [-1] };
    assert.equal(choiceOf(alone)!.lead, null);
    assert.deepEqual([null, 0, 0.4, 1].map(outcomeOf), ['failed', 'wrong', 'partly', 'right']);
  });
});
