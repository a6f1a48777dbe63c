import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tokensOf } from '../../server/overlap/normalise.ts';
import { sharedSpans } from '../../server/overlap/spans.ts';
import { text } from './corpora.ts';

const norm = (value: string) => tokensOf(value).map((token) => token.text);

describe('overlap: shared spans', () => {
  it('finds the stretches that both texts hold, whatever the case and the marks', () => {
    const train = 'First: The QUICK brown fox jumps over the lazy dog, again and again.';
    const held = 'Q: the quick brown fox - jumps over a dog; again and again!';
    const spans = sharedSpans(train, held, 3);
    assert.deepEqual(
      spans.map((span) => [train.slice(...span.train), held.slice(...span.eval), span.words]),
      [
        ['The QUICK brown fox jumps over', 'the quick brown fox - jumps over', 6],
        ['dog, again and again', 'dog; again and again', 4],
      ],
    );
  });

  it('calls a span boilerplate when none of it is content', () => {
    const held = 'read this and answer then some words of the record';
    const content: [number, number][] = [[held.indexOf('some'), held.length]];
    const [template, record] = sharedSpans(
      'Read this and answer! ... Some words of the record',
      held,
      4,
      content,
    );
    assert.equal(template!.boilerplate, true);
    assert.equal(record!.boilerplate, false);
  });

  it('covers every shared gram, without overlap, and only what is shared', () => {
    fc.assert(
      fc.property(text, text, text, fc.integer({ min: 1, max: 6 }), (left, middle, right, n) => {
        const [train, held] = [`${left} ${middle}`, `${middle} ${right}`];
        const spans = sharedSpans(train, held, n);
        const trainGrams = new Set<string>();
        const inTrain = norm(train);
        for (let at = 0; at + n <= inTrain.length; at++)
          trainGrams.add(JSON.stringify(inTrain.slice(at, at + n)));
        let end = 0;
        for (const span of spans) {
          assert.ok(span.eval[0] >= end);
          end = span.eval[1];
          assert.ok(span.words >= n);
          assert.deepEqual(norm(train.slice(...span.train)), norm(held.slice(...span.eval)));
          assert.equal(norm(held.slice(...span.eval)).length, span.words);
        }
        // A stretch of shared grams is cut only where a longer span took its words, so each one is touched.
        const tokens = tokensOf(held);
        for (let at = 0; at + n <= tokens.length; at++) {
          const part = tokens.slice(at, at + n);
          if (!trainGrams.has(JSON.stringify(part.map((token) => token.text)))) continue;
          const [from, to] = [part[0]!.start, part.at(-1)!.end];
          assert.ok(spans.some((span) => span.eval[0] < to && from < span.eval[1]));
        }
      }),
      { numRuns: 300 },
    );
  }).timeout(20_000);
});
