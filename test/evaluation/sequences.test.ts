import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rowsOf, type Sequence, sequenceOf } from '../../server/evaluation/backends/sequences.ts';

const END = 2;

describe('sequences', () => {
  it('score what comes after as many tokens as the prefix has', () => {
    const made = sequenceOf({ prefix: [5, 6], continuation: [5, 7, 8] }, END, 10);
    assert.deepEqual(made, { ids: [5, 7, 8], from: 2, truncated: 0 });
  });

  it('put the token that ends texts in place of an empty prefix', () => {
    const made = sequenceOf({ prefix: [], continuation: [7, 8] }, END, 10);
    assert.deepEqual(made, { ids: [END, 7, 8], from: 1, truncated: 0 });
  });

  it('lose their left end, never a candidate', () => {
    const cut = sequenceOf({ prefix: [1, 2, 3, 4], continuation: [1, 2, 3, 4, 8, 9] }, END, 3);
    assert.deepEqual(cut, { ids: [3, 4, 8, 9], from: 2, truncated: 2 });
    assert.match(
      (sequenceOf({ prefix: [1], continuation: [1, 2, 3, 4, 5] }, END, 3) as { error: string }).error,
      /no room/,
    );
    assert.match(
      (sequenceOf({ prefix: [1], continuation: [1] }, END, 3) as { error: string }).error,
      /no tokens/,
    );
  });
});

/** What a place of a row attends to, itself included, as tokens in order. */
function seen(row: ReturnType<typeof rowsOf>[number], at: number): number[] {
  return row.ids.filter(
    (_, place) => place <= at && (row.segments[place] === 1 || row.segments[place] === row.segments[at]),
  );
}

describe('rows', () => {
  it('let each pick see exactly its own sequence up to the token before, at its position', () => {
    const tokens = fc.array(fc.integer({ min: 3, max: 6 }), { maxLength: 5 });
    const drawn = fc.record({
      prefix: fc.array(fc.integer({ min: 3, max: 6 }), { minLength: 1, maxLength: 6 }),
      ends: fc.array(tokens, { minLength: 1, maxLength: 5 }),
      length: fc.integer({ min: 5, max: 12 }),
      // Tokens of the prefix that change when a candidate follows.
      merged: fc.boolean(),
    });
    fc.assert(
      fc.property(drawn, ({ prefix, ends, length, merged }) => {
        const sequences = ends.flatMap((end, at): Sequence[] => {
          const before = merged ? [...prefix.slice(0, -1), 10 + at] : prefix;
          const made = sequenceOf({ prefix, continuation: [...before, ...end] }, END, length);
          return 'error' in made ? [] : [made];
        });
        const found = sequences.map(() => 0);
        for (const row of rowsOf(sequences)) {
          assert.ok(row.ids.length > 0 && row.segments.length === row.ids.length);
          for (const { at, target, sequence } of row.picks) {
            const { ids, from } = sequences[sequence]!;
            const next = from + found[sequence]!++;
            assert.equal(target, ids[next]);
            assert.deepEqual(seen(row, at), ids.slice(0, next));
            assert.equal(row.positions[at], next - 1);
          }
        }
        for (const [at, { ids, from }] of sequences.entries()) assert.equal(found[at], ids.length - from);
      }),
      { numRuns: 500 },
    );
  });
});
