import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lossRuns, Packer } from '../../server/mixture/packing.ts';

function packed(lengths: readonly number[], length: number) {
  const packer = new Packer<number>(length);
  const sequences = lengths.flatMap((tokens, item) => packer.add(item, tokens) ?? []);
  return [...sequences, ...[packer.close()].filter((last) => last !== undefined)];
}

describe('packing', () => {
  it('puts examples whole and in order, a separator after each, and pads the rest', () => {
    assert.deepEqual(packed([3, 4, 2, 7], 10), [
      {
        documents: [
          { item: 0, start: 0, tokens: 4, cut: 0 },
          { item: 1, start: 4, tokens: 5, cut: 0 },
        ],
        padding: 1,
      },
      { documents: [{ item: 2, start: 0, tokens: 3, cut: 0 }], padding: 7 },
      { documents: [{ item: 3, start: 0, tokens: 8, cut: 0 }], padding: 2 },
    ]);
  });

  it('cuts what is longer than a sequence from the left', () => {
    assert.deepEqual(packed([25, 9], 10), [
      { documents: [{ item: 0, start: 0, tokens: 10, cut: 16 }], padding: 0 },
      { documents: [{ item: 1, start: 0, tokens: 10, cut: 0 }], padding: 0 },
    ]);
  });

  it('loses no token but those cut, fills no sequence over, and leaves no room that the next would fit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(60), { maxLength: 60 }),
        fc.integer({ min: 2, max: 40 }),
        (lengths, length) => {
          const sequences = packed(lengths, length);
          const documents = sequences.flatMap((sequence) => sequence.documents);
          assert.deepEqual(
            documents.map(({ item, tokens, cut }) => [item, tokens + cut]),
            lengths.map((tokens, item) => [item, tokens + 1]),
          );
          for (const [at, { documents: own, padding }] of sequences.entries()) {
            let place = 0;
            for (const { start, tokens, cut } of own) {
              assert.equal(start, place);
              assert.ok(cut === 0 || tokens === length);
              place += tokens;
            }
            assert.equal(place + padding, length);
            const next = sequences[at + 1]?.documents[0];
            if (next) assert.ok(next.tokens > padding);
          }
        },
      ),
    );
  });

  it('takes loss on every token that has a part in a target', () => {
    const offsets = [
      [0, 3],
      [3, 7],
      [7, 7],
      [7, 9],
      [9, 12],
    ] as const;
    // One that stands for no text takes it where its neighbours do.
    assert.deepEqual(lossRuns(offsets, [[4, 12]]), [[1, 5]]);
    assert.deepEqual(
      lossRuns(offsets, [
        [0, 1],
        [9, 10],
      ]),
      [
        [0, 1],
        [4, 5],
      ],
    );
    assert.deepEqual(lossRuns(offsets, []), []);
  });
});
