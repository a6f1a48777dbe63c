import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SeededOrder } from '../../server/base/seeded-order.ts';

/** Chi-square over counts that should be equal, as standard deviations from what chance gives. */
function unevenness(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const chi = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  const freedom = counts.length - 1;
  return (chi - freedom) / Math.sqrt(2 * freedom);
}

describe('a seeded order', function () {
  this.timeout(30_000);

  it('gives every number one place and every place one number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer(), (size, seed) => {
        const order = new SeededOrder(size, 'test', seed);
        const places = Array.from({ length: size }, (_, number) => order.placeOf(number));
        assert.equal(new Set(places).size, size);
        assert.ok(places.every((place) => place >= 0 && place < size));
        assert.ok(places.every((place, number) => order.at(place) === number));
      }),
    );
  });

  it('goes there and back among more numbers than 32 bits hold', () => {
    const size = 17_000_000 * 1000 + 7;
    const order = new SeededOrder(size, 'large');
    fc.assert(
      fc.property(fc.maxSafeNat(), (any) => {
        const number = any % size;
        const place = order.placeOf(number);
        assert.ok(place >= 0 && place < size);
        assert.equal(order.at(place), number);
      }),
    );
  });

  it('puts any number at any place equally often, over many seeds', () => {
    for (const size of [2, 3, 5, 12, 50]) {
      const counts = new Array<number>(size * size).fill(0);
      for (let seed = 0; seed < size * 400; seed++) {
        const order = new SeededOrder(size, seed);
        for (let number = 0; number < size; number++) counts[number * size + order.placeOf(number)]!++;
      }
      assert.ok(Math.abs(unevenness(counts)) < 5, `size ${size}: ${unevenness(counts)}`);
    }
  });

  it('gives the orders of a few numbers equally often', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 12_000; seed++) {
      const order = new SeededOrder(4, seed);
      const key = [0, 1, 2, 3].map((place) => order.at(place)).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    assert.equal(counts.size, 24);
    assert.ok(Math.abs(unevenness([...counts.values()])) < 5);
  });

  it('sets neighbours apart: pairs of neighbours land on any pair of places', () => {
    const size = 10;
    const counts = new Map<number, number>();
    for (let seed = 0; seed < 18_000; seed++) {
      const order = new SeededOrder(size, seed);
      const key = order.placeOf(3) * size + order.placeOf(4);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    assert.equal(counts.size, size * (size - 1));
    assert.ok(Math.abs(unevenness([...counts.values()])) < 5);
  });
});
