import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Cache } from '../../server/evaluation/backends/onnx/cache.ts';
import { families } from '../../server/evaluation/backends/onnx/sharing.ts';

describe('what texts share', () => {
  const text = fc
    .record({ group: fc.integer({ min: 0, max: 3 }), ends: fc.array(fc.integer({ min: 0, max: 2 })) })
    .map(({ group, ends }) => {
      const ids = [...Array.from({ length: group * 60 }, (_, at) => (at * group) % 7), ...ends, 9];
      return { ids, limit: ids.length - 1 };
    });

  it('is begun by every text of a family, and less than the whole of each', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
        const found = families(texts, (one) => one);
        assert.deepEqual(new Set(found.flatMap(({ members }) => members)), new Set(texts));
        assert.equal(found.flatMap(({ members }) => members).length, texts.length);
        for (const { members, shared } of found) {
          const [first] = members;
          for (const { ids, limit } of members) {
            assert.ok(shared <= limit);
            assert.deepEqual(ids.slice(0, shared), first!.ids.slice(0, shared));
          }
          assert.ok(shared === 0 || shared * (members.length - 1) >= 256);
        }
      }),
    );
  });

  it('divides texts of two tasks, and leaves alone what shares too little', () => {
    const of = (task: number, count: number) =>
      Array.from({ length: count }, (_, at) => {
        const ids = [...Array.from({ length: 200 }, () => task), 100 + at, 7];
        return { ids, limit: ids.length - 1 };
      });
    const found = families([...of(1, 3), ...of(2, 4), ...of(3, 2)], (one) => one);
    assert.deepEqual(found.map(({ members, shared }) => [members.length, shared]).sort(), [
      [2, 0],
      [3, 200],
      [4, 200],
    ]);
  });
});

describe('the cache of keys and values', () => {
  const parts = [
    { heads: 2, size: 3 },
    { heads: 1, size: 2 },
  ];
  /** A number that tells its row, head, column and place. */
  const fresh = (rows: number, width: number, from: number) => ({
    width,
    from,
    parts: parts.map(({ heads, size }) =>
      Float32Array.from({ length: rows * heads * width * size }, (_, at) => at + 1),
    ),
  });

  it('holds what was put there, row by row, through taking rows and growing', () => {
    const cache = new Cache(parts, 3, 6);
    cache.put(fresh(2, 4, 1), [3, 2], 0, 0);
    cache.put(fresh(1, 3, 0), [1], 2, 0);
    assert.equal(cache.columns, 3);
    const taken = cache.taken([1, 0, 1], 8);
    assert.deepEqual([taken.rows, taken.room, taken.columns], [3, 8, 3]);
    assert.deepEqual([...taken.held.subarray(0, 8)], [1, 1, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual([...taken.held.subarray(8, 16)], [1, 1, 1, 0, 0, 0, 0, 0]);
    const given = fresh(2, 4, 1);
    for (const [part, { heads, size }] of parts.entries()) {
      for (const [row, before] of [1, 0, 1].entries()) {
        for (let head = 0; head < heads; head++) {
          const start = (row * heads + head) * 8 * size;
          const expected = ((before * heads + head) * 4 + 1) * size;
          assert.deepEqual(
            taken.values[part]!.subarray(start, start + 3 * size),
            given.parts[part]!.subarray(expected, expected + 3 * size),
          );
        }
      }
    }
  });
});
