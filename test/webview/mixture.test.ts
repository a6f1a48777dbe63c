import assert from 'node:assert/strict';
import type { MixtureView, PackedToken } from '../../server/protocol.ts';
import { longest, scaleOf, tasksOf, weightLike, weightOf, withWeight } from '../../webview/mixture/model.ts';
import { collectionsOf, lossOf, stretchesOf } from '../../webview/packing/model.ts';

type Collection = MixtureView['collections'][number];

function collection(name: string, weight: number | null, after: number): Collection {
  const shares = { before: 0.25, capped: 0.25, after };
  return {
    collection: name,
    stream: 'instruction',
    weight,
    tasks: 1,
    hitCap: 0,
    examples: 10,
    epochs: 1,
    ...shares,
  };
}

function view(collections: Collection[]): MixtureView {
  const proportions = Object.fromEntries(
    collections.flatMap((each) => (each.weight === null ? [] : [[each.collection, each.weight]])),
  );
  return {
    settings: { maxExamples: 4096, proportions, reasoning: 0.01, pretraining: 0.05, dialogue: 0 },
    seed: 0,
    steps: 1,
    batch: 1,
    examplesSeen: 1,
    collections,
    tasks: [],
    examples: 40,
    hitCap: 0,
    shots: null,
    draws: [],
    problems: [],
  };
}

describe('the mixture page', () => {
  const shown = view([collection('a', 30, 0.3), collection('b', 10, 0.1), collection('c', null, 0.6)]);

  it('changes one weight and keeps the others, those changed before too', () => {
    const once = withWeight(shown, { reasoning: 0.02 }, 'b', 20);
    assert.deepEqual(once, { reasoning: 0.02, proportions: { a: 30, b: 20 } });
    assert.deepEqual(withWeight(shown, once, 'c', 5).proportions, { a: 30, b: 20, c: 5 });
    assert.deepEqual(withWeight(shown, once, 'a', null).proportions, { b: 20 });
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => weightOf(shown, once, name)),
      [30, 20, null],
    );
    assert.equal(weightOf(shown, {}, 'b'), 10);
  });

  it('proposes the weight by which a collection keeps its share', () => {
    // 40 of weight stand for 0.4 of what is drawn, so 0.6 is 60.
    assert.equal(weightLike(shown, shown.collections[2]!), 60);
    const unnamed = view([collection('a', null, 0.4), collection('b', null, 0.6)]);
    assert.equal(weightLike(unnamed, unnamed.collections[0]!), 40);
  });

  it('draws weights on a scale that holds them, and bars to the longest', () => {
    assert.equal(scaleOf(shown), 100);
    assert.equal(scaleOf(view([collection('a', 250, 1)])), 250);
    assert.equal(scaleOf(view([collection('a', 0.45, 1), collection('b', 0.55, 1)])), 1);
    assert.equal(longest(shown.collections), 0.6);
  });

  it('lists the tasks of a collection, the most drawn first', () => {
    const task = (id: string, after: number) => {
      const shares = { before: 0, capped: 0, after, draws: 0, epochs: 0 };
      return {
        id,
        collection: id[0]!,
        stream: 'instruction' as const,
        examples: 1,
        hitsCap: false,
        ...shares,
      };
    };
    const tasks = [task('a/x', 0.1), task('b/y', 0.9), task('a/z', 0.2)];
    assert.deepEqual(
      tasksOf({ ...shown, tasks }, 'a').map(({ id }) => id),
      ['a/z', 'a/x'],
    );
  });
});

describe('the packing page', () => {
  it('joins neighbouring tokens of one document that share their loss', () => {
    const token = (text: string, document: number, loss: boolean): PackedToken => ({ text, document, loss });
    const tokens = [token('a', 0, false), token('b', 0, true), token('c', 0, true), token('d', 1, true)];
    assert.deepEqual(
      stretchesOf(tokens).map(({ document, loss, tokens: own }) => [
        document,
        loss,
        own.map(({ place }) => place),
      ]),
      [
        [0, false, [0]],
        [0, true, [1, 2]],
        [1, true, [3]],
      ],
    );
  });

  it('counts loss and names collections once', () => {
    const draw = { index: 0, task: 'a/t', pass: 0, example: 0, template: 'x', shots: 0 };
    const document = {
      draw,
      start: 0,
      tokens: 9,
      cut: 0,
      loss: [
        [1, 3],
        [5, 9],
      ] as [number, number][],
    };
    assert.equal(lossOf(document), 6);
    const other = { ...document, draw: { ...draw, task: 'b/t' } };
    const packed = {
      length: 9,
      separator: '</s>',
      start: 0,
      next: 1,
      examples: 3,
      padding: 0,
      loss: 0,
      truncated: 0,
      failed: 0,
      tokens: [],
    };
    const sequences = [
      { documents: [document, other], padding: 0 },
      { documents: [document], padding: 0 },
    ];
    assert.deepEqual(collectionsOf({ ...packed, sequences }), ['a', 'b']);
  });
});
