import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PairList, PairRow, SideView } from '../../server/protocol.ts';
import { piecesOf } from '../../webview/review/pieces.ts';
import { nextWaiting } from '../../webview/review/queue.ts';
import { scopeOf, without } from '../../webview/review/scope.ts';
import { type Anchor, follow, inOrder } from '../../webview/review/scroll.ts';

describe('pieces of a side', () => {
  const segment = fc.record({
    text: fc.string({ maxLength: 12 }),
    origin: fc.constantFrom('template' as const, 'field' as const),
    part: fc.constantFrom('source' as const, 'target' as const),
  });
  const spans = fc.array(
    fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]),
    { maxLength: 5 },
  );

  it('joined are the text, and each character has the span that covers it first', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), spans, (segments, ranges) => {
        const pieces = piecesOf(segments, ranges);
        const text = segments.map((one) => one.text).join('');
        assert.equal(pieces.map((piece) => piece.text).join(''), text);
        let at = 0;
        for (const piece of pieces) {
          for (let offset = at; offset < at + piece.text.length; offset++) {
            const covering = ranges.findIndex(([start, end]) => start <= offset && offset < end);
            assert.equal(piece.span ?? -1, covering, `character ${offset}`);
          }
          at += piece.text.length;
        }
      }),
    );
  });

  it('number a span once, where it begins, though it runs over segments and into the target', () => {
    const segments: SideView['segments'] = [
      { text: 'Say: ', origin: 'template', part: 'source' },
      { text: 'the ferry leaves', origin: 'field', field: 'passage', part: 'source' },
      { text: 'at noon', origin: 'field', field: 'answer', part: 'target' },
    ];
    const pieces = piecesOf(segments, [[9, 23]]);
    assert.deepEqual(
      pieces.map(({ text, part, span, begins }) => [text, part, span, begins]),
      [
        ['Say: ', 'source', undefined, false],
        ['the ', 'source', undefined, false],
        ['ferry leaves', 'source', 0, true],
        ['at', 'target', 0, false],
        [' noon', 'target', undefined, false],
      ],
    );
  });
});

describe('scrolling together', () => {
  const anchors: Anchor[] = [
    [100, 50],
    [200, 250],
  ];

  it('meets at every anchor, and goes in proportion between them', () => {
    assert.equal(follow(anchors, 0), 0);
    assert.equal(follow(anchors, 100), 50);
    assert.equal(follow(anchors, 150), 150);
    assert.equal(follow(anchors, 200), 250);
    assert.equal(follow(anchors, 230), 280);
    assert.equal(follow([], 40), 40);
  });

  it('never goes back while the other goes on', () => {
    const place = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(place, place)), place, place, (raw, a, b) => {
        const kept = inOrder(raw);
        assert.ok(follow(kept, Math.min(a, b)) <= follow(kept, Math.max(a, b)));
      }),
    );
  });
});

const list = (...states: PairRow['state'][]): PairList => ({
  pairs: states.map((state, index) => ({
    train: `t/${index}`,
    eval: 'e/x',
    evalExamples: 10,
    overlapping: 5,
    fraction: 0.5,
    overlappingContent: 5,
    fractionContent: 0.5,
    short: 0,
    shortMatches: 0,
    sameSource: false,
    state,
    rulings: [],
    trainSide: { task: `t/${index}`, category: 'A', level: null, source: null },
    evalSide: { task: 'e/x', category: 'B', level: null, source: null },
  })),
  decided: 0,
  total: states.length,
});
const pair = (index: number) => ({ train: `t/${index}`, eval: 'e/x' });

describe('the next pair', () => {
  it('is the next one below that waits, and round to the start', () => {
    const queue = list('open', 'decided', 'stale', 'open');
    assert.deepEqual(nextWaiting(queue, pair(0), []), pair(2));
    assert.deepEqual(nextWaiting(queue, pair(3), []), pair(0));
    assert.deepEqual(nextWaiting(queue, undefined, []), pair(0));
  });

  it('is a skipped one only when no other waits', () => {
    const queue = list('open', 'open', 'open');
    assert.deepEqual(nextWaiting(queue, pair(0), [pair(1)]), pair(2));
    assert.deepEqual(nextWaiting(queue, pair(0), [pair(1), pair(2)]), pair(1));
  });

  it('is none when all others are decided', () => {
    assert.equal(nextWaiting(list('open', 'decided'), pair(0), []), undefined);
  });
});

describe('a verdict on all pairs that share only one text', () => {
  it('rules on those that wait, and on the pair that is looked at', () => {
    const { pairs } = list('open', 'decided', 'stale', 'conflict', 'decided');
    assert.deepEqual(scopeOf('k', pairs, pair(0)), { texts: 'k', pairs: [pair(0), pair(2), pair(3)] });
    assert.deepEqual(scopeOf('k', pairs, pair(4)).pairs, [pair(0), pair(2), pair(3), pair(4)]);
  });

  it('leaves out the pair that is looked at where that shares more', () => {
    const { pairs } = list('open', 'open');
    assert.deepEqual(scopeOf('k', pairs, pair(9)).pairs, [pair(0), pair(1)]);
  });

  it('is followed by a pair that it did not rule on', () => {
    const queue = list('open', 'open', 'open', 'open');
    const left = without(queue, [pair(0), pair(1), pair(2)], pair(1));
    assert.deepEqual(nextWaiting(left, pair(1), []), pair(3));
    assert.equal(nextWaiting(without(queue, [0, 1, 2, 3].map(pair), pair(1)), pair(1), []), undefined);
  });
});
