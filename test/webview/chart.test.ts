import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cut, scalesOf, widened } from '../../webview/shared/chart/geometry.ts';
import { apart } from '../../webview/shared/chart/layout.ts';
import {
  extent,
  type Line,
  nearest,
  neighbour,
  snapped,
  spread,
  thinned,
  within,
} from '../../webview/shared/chart/line.ts';
import { linearTicks, scaleOf, withAir } from '../../webview/shared/chart/scale.ts';

/** A line over whole steps, some left out. */
const line = (most: number): fc.Arbitrary<Line> =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })), {
      minLength: 1,
      maxLength: most,
    })
    .map((steps) => {
      let at = 0;
      return { x: steps.map(([step]) => (at += step)), y: steps.map(([, value]) => value) };
    });

/** What each column of pixels shows of a line: its lowest and highest value, and how it enters and leaves. */
function columns({ x, y }: Line, [from, to]: [number, number], count: number): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const [index, value] of y.entries()) {
    const column = Math.floor(((x[index]! - from) / (to - from)) * count);
    const [first = value, low = value, high = value] = found.get(column) ?? [];
    found.set(column, [first, Math.min(low, value), Math.max(high, value), value]);
  }
  return found;
}

describe('lines of a chart', () => {
  it('thinned out show the same in each column of pixels, in no more than four points each', () => {
    fc.assert(
      fc.property(line(400), fc.integer({ min: 1, max: 40 }), (whole, count) => {
        const range = extent([whole], 'x')!;
        const few = thinned(whole, range, count);
        assert.ok(few.x.length <= Math.max(count * 4, (count + 1) * 4), `${few.x.length} points`);
        assert.deepEqual(
          few.x,
          [...few.x].sort((a, b) => a - b),
        );
        if (range[1] > range[0]) assert.deepEqual(columns(few, range, count), columns(whole, range, count));
      }),
    );
  });

  it('of a million points keep the one that stands out', () => {
    const length = 1_000_000;
    const x = Array.from({ length }, (_, index) => index);
    const y = x.map(() => 2);
    y[777_777] = 9;
    const few = thinned({ x, y }, [0, length - 1], 600);
    assert.ok(few.x.length <= 4 * 601, `${few.x.length} points`);
    assert.equal(few.y[few.x.indexOf(777_777)], 9);
  });

  it('find the nearest point, the next one on each side, and places evenly spread', () => {
    const a = { x: [1, 2, 4, 8], y: [0, 0, 0, 0] };
    const b = { x: [3, 9], y: [0, 0] };
    assert.deepEqual(
      [0, 1.4, 1.6, 3, 6, 7, 99].map((x) => nearest(a, x)),
      [0, 0, 1, 2, 3, 3, 3],
    );
    assert.equal(nearest({ x: [], y: [] }, 1), -1);
    assert.deepEqual(
      [2, 4, 8, 9].map((x) => neighbour([a, b], x, 1)),
      [3, 8, 9, 9],
    );
    assert.deepEqual(
      [1, 3, 4, 9].map((x) => neighbour([a, b], x, -1)),
      [1, 2, 3, 8],
    );
    assert.equal(snapped([a, b], 3.4), 3);
    assert.deepEqual(spread([a, b], [2, 8], 40), [2, 4, 8]);
    assert.deepEqual(spread([{ x: [1, 2, 3, 4, 5], y: [] }], [1, 5], 3), [1, 3, 5]);
  });

  it('cut to a stretch reach over its ends', () => {
    const whole = { x: [1, 2, 3, 4, 5, 6], y: [1, 2, 3, 4, 5, 6] };
    assert.deepEqual(within(whole, [2.5, 4]).x, [2, 3, 4, 5]);
    assert.deepEqual(within(whole, [0, 99]).x, whole.x);
    assert.equal(extent([], 'x'), undefined);
    assert.deepEqual(extent([whole, { x: [9], y: [-1] }], 'y'), [-1, 6]);
  });
});

describe('scales of a chart', () => {
  it('name round values', () => {
    assert.deepEqual(linearTicks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(linearTicks(1, 300, 6), [50, 100, 150, 200, 250, 300]);
    assert.deepEqual(linearTicks(0, 0.0005, 5), [0, 0.0001, 0.0002, 0.0003, 0.0004, 0.0005]);
    assert.deepEqual(linearTicks(3, 3, 5), [3]);
    const MIB = 2 ** 20;
    const bytes = (high: number) => scaleOf('bytes', [0, high], [0, 100], 4).ticks;
    assert.deepEqual(
      bytes(800_000_000),
      [0, 200, 400, 600].map((value) => value * MIB),
    );
    assert.deepEqual(bytes(3 * 1024 * MIB), [0, 1024 * MIB, 2048 * MIB, 3072 * MIB]);
    assert.deepEqual(scaleOf('log', [0.5, 2000], [0, 100], 6).ticks, [1, 10, 100, 1000]);
  });

  it('lead there and back', () => {
    const value = fc.double({ min: 0.01, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom('linear' as const, 'log' as const),
        value,
        value,
        value,
        (kind, a, b, c) => {
          const [low, middle, high] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
          fc.pre(high > low * 1.0001);
          const scale = scaleOf(kind, [low, high], [10, 500], 5);
          assert.ok(Math.abs(scale.at(low) - 10) < 1e-6 && Math.abs(scale.at(high) - 500) < 1e-6);
          assert.ok(Math.abs(scale.value(scale.at(middle)) / middle - 1) < 1e-6);
          for (const tick of scale.ticks) assert.ok(tick >= low * 0.999 && tick <= high * 1.001);
        },
      ),
    );
  });

  it('have air, and leave out what a logarithm can’t show', () => {
    assert.deepEqual(withAir([2, 2], 'linear'), [1.8, 2.2]);
    const drawn = cut(
      [{ key: 'a', name: 'a', mark: 0, line: { x: [1, 2, 3], y: [0, 1, 10] } }],
      [1, 3],
      'log',
    );
    assert.deepEqual(drawn[0]!.line, { x: [2, 3], y: [1, 10] });
    const box = { left: 0, top: 0, right: 100, bottom: 100 };
    const { y } = scalesOf(drawn, [1, 3], box, 'linear', true);
    assert.equal(y.at(0), 100);
    // Few steps over a wide chart: each is named once.
    const { x } = scalesOf(drawn, [1, 3], { ...box, right: 1000 }, 'linear', true);
    assert.deepEqual(x.ticks, [1, 2, 3]);
    assert.deepEqual(widened(5, [4, 6], [0, 100]), [3, 7]);
    assert.equal(widened(5, [1, 9], [0, 10]), undefined);
  });

  it('move labels apart that would stand on each other, and no others', () => {
    assert.deepEqual(
      apart(
        [
          { x: 90, y: 50 },
          { x: 10, y: 50 },
        ],
        100,
      ),
      [50, 50],
    );
    assert.deepEqual(
      apart(
        [
          { x: 90, y: 52 },
          { x: 90, y: 50 },
        ],
        100,
      ),
      [62, 50],
    );
    assert.deepEqual(
      apart(
        [
          { x: 90, y: 99 },
          { x: 90, y: 100 },
        ],
        100,
      ),
      [88, 100],
    );
  });
});
