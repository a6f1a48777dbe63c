import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BLOCK, PositionPacker, unpackBlock } from '../../server/catalog/positions.ts';
import type { Position } from '../../server/collections/types.ts';

function roundTrip(positions: readonly Position[]): { blocks: Uint8Array[]; back: Position[] } {
  const packer = new PositionPacker();
  for (const position of positions) packer.add(position);
  const blocks = packer.finish();
  return { blocks, back: blocks.flatMap(unpackBlock) };
}

describe('positions in blocks', () => {
  it('come back as they were, however large, and even out of order', () => {
    const position = fc.record(
      {
        offset: fc.oneof(fc.nat(5000), fc.integer({ min: 0, max: 2 ** 45 })),
        length: fc.oneof(fc.nat(300), fc.nat(2 ** 31)),
        line: fc.nat(10 ** 9),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(position, { maxLength: 50 }), (positions) => {
        assert.deepEqual(roundTrip(positions).back, positions);
      }),
    );
  });

  it('fill blocks of a fixed number, so that one block gives any example', () => {
    const positions = Array.from({ length: 3 * BLOCK + 5 }, (_, number) => ({
      offset: number * 251,
      length: 250,
      line: number + 1,
    }));
    const { blocks, back } = roundTrip(positions);
    assert.deepEqual(back, positions);
    assert.deepEqual(
      blocks.map((block) => unpackBlock(block).length),
      [BLOCK, BLOCK, BLOCK, 5],
    );
    // Alike columns are written once.
    assert.ok(blocks[0]!.length < 20, `${blocks[0]!.length} bytes`);
  });

  it('of Parquet rows cost next to nothing', () => {
    const rows = Array.from({ length: BLOCK }, (_, row) => ({ offset: row, length: 0, line: row + 1 }));
    const { blocks, back } = roundTrip(rows);
    assert.deepEqual(back, rows);
    assert.ok(blocks[0]!.length < 20);
  });
});
