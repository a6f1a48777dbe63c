import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JobDetail, JobPoint } from '../../server/protocol.ts';
import { shownInstead, withoutRun, withRun } from '../../webview/run/drawn.ts';
import { logLines } from '../../webview/run/log-lines.ts';
import { collectionsOf, halved, joined, lineOf, runningSeconds, smoothed } from '../../webview/run/points.ts';
import { FIRST_SETTINGS, smoothedOver } from '../../webview/run/settings.ts';

function point(step: number, loss: number | null, more: Partial<JobPoint> = {}): JobPoint {
  return {
    step,
    count: 1,
    time: step * 1000,
    loss,
    lr: null,
    gradNorm: null,
    tokensPerSecond: null,
    memoryBytes: null,
    collections: {},
    ...more,
  };
}

const steps = (points: readonly { step: number }[]) => points.map(({ step }) => step);

describe('points of a run', () => {
  it('that are done again after a resumption take the place of the earlier ones', () => {
    const known = [1, 2, 3, 4].map((step) => point(step, step));
    const now = joined(known, [point(3, 30), point(4, 40), point(5, 50)]);
    assert.deepEqual(
      now.map(({ step, loss }) => [step, loss]),
      [
        [1, 1],
        [2, 2],
        [3, 30],
        [4, 40],
        [5, 50],
      ],
    );
    assert.deepEqual(steps(joined(known, [point(1, 0)])), [1]);
    assert.equal(joined(known, []), known);
    assert.deepEqual(steps(known), [1, 2, 3, 4]);
  });

  it('put together keep count, last step and weighted means', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (losses) => {
          const points = losses.map((loss, index) => point(index + 1, loss));
          const few = halved(points, 50);
          assert.ok(few.length <= 50);
          assert.equal(few.at(-1)!.step, losses.length);
          const count = few.reduce((sum, one) => sum + one.count, 0);
          assert.equal(count, losses.length);
          const mean = few.reduce((sum, one) => sum + one.count * one.loss!, 0) / count;
          const expected = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
          assert.ok(Math.abs(mean - expected) < 1e-9);
        },
      ),
    );
  });

  it('without a figure are passed over, and each collection has a line of its own', () => {
    const points = [
      point(1, 3, { collections: { a: 1 } }),
      point(2, null, { collections: { b: 2 } }),
      point(3, 5, { count: 2, collections: { a: 4, b: 3 } }),
    ];
    assert.deepEqual(
      lineOf(
        points,
        ({ loss }) => loss,
        ({ step }) => step,
      ),
      { x: [1, 3], y: [3, 5], counts: [1, 2] },
    );
    assert.deepEqual(collectionsOf(points), ['a', 'b']);
    assert.deepEqual(
      lineOf(
        points,
        ({ collections }) => collections.a,
        ({ time }) => time,
      ).x,
      [1000, 3000],
    );
  });
});

describe('smoothing', () => {
  const measured = (y: number[], counts = y.map(() => 1)) => ({ x: y.map((_, index) => index), y, counts });

  it('leaves a constant as it is, from its first point on, and over one step leaves all as it is', () => {
    for (const mean of smoothed(measured([4, 4, 4, 4]), 10).y) assert.ok(Math.abs(mean - 4) < 1e-12);
    assert.deepEqual(smoothed(measured([1, 5, 2]), 1).y, [1, 5, 2]);
  });

  it('begins where the curve begins, and follows a steady fall without lag', () => {
    const fall = Array.from({ length: 60 }, (_, step) => 9 - step / 10);
    const line = smoothed(measured(fall), 12).y;
    for (const [step, value] of line.slice(0, 48).entries())
      assert.ok(Math.abs(value - fall[step]!) < 1e-9, `step ${step}`);
    const steep = Array.from({ length: 60 }, (_, step) => 2 + 7 / (1 + step));
    assert.equal(smoothed(measured(steep), 12).y[0], steep[0]);
  });

  it('over four steps weighs those in the middle most', () => {
    const peak = Array.from({ length: 21 }, (_, step) => (step === 10 ? 1 : 0));
    const { y } = smoothed(measured(peak), 4);
    assert.ok(Math.abs(y.reduce((sum, value) => sum + value, 0) - 1) < 1e-12);
    assert.ok(y[10]! > y[9]! && y[9]! > y[8]! && Math.abs(y[8]! - y[12]!) < 1e-12);
    assert.deepEqual([y[5], y[15]], [0, 0]);
  });

  it('goes over as many steps as the run is long', () => {
    const over = (smoothing: number, steps: number) =>
      smoothedOver({ smoothing, over: 'step', scale: 'linear' }, steps);
    assert.equal(over(FIRST_SETTINGS.smoothing, 4000), 28);
    assert.deepEqual([over(0, 4000), over(0.5, 4000), over(0.5, 1_000_000), over(0.9, 0)], [1, 63, 1000, 1]);
  });

  it('counts a point of several steps as that many', () => {
    const apart = smoothed(measured([3, 3, 3, 7, 7, 7]), 1).y;
    const together = smoothed(measured([3, 7], [3, 3]), 1).y;
    assert.deepEqual([apart[1], apart[4]], together);
    const [, wide] = smoothed(measured([3, 7], [3, 3]), 9).y;
    assert.ok(wide! > 3 && wide! < 7);
  });
});

describe('a run’s time', () => {
  it('is what it ran, without what it waited', () => {
    const state = (seconds: number, name: JobDetail['states'][number]['state'], attempt = 1) => ({
      time: seconds * 1000,
      state: name,
      reason: null,
      attempt,
    });
    const states = [
      state(0, 'queued'),
      state(10, 'running'),
      state(30, 'stopping'),
      state(35, 'cancelled'),
      state(1000, 'queued', 2),
      state(1010, 'running', 2),
    ];
    const at = (seconds: number) => runningSeconds(states, seconds * 1000);
    assert.deepEqual([at(5), at(20), at(35), at(500), at(1012)], [0, 10, 25, 25, 27]);
    assert.equal(runningSeconds([], 5000), 0);
  });
});

describe('runs over each other', () => {
  it('keep their marks while others come and go', () => {
    let drawn = ['a', 'b', 'c'].reduce(withRun, [] as ReturnType<typeof withRun>);
    drawn = withRun(withoutRun(drawn, 'b'), 'd');
    assert.deepEqual(drawn, [
      { id: 'a', mark: 0 },
      { id: 'c', mark: 2 },
      { id: 'd', mark: 1 },
    ]);
    assert.deepEqual(shownInstead(drawn, 'a', 'c'), drawn);
    assert.deepEqual(shownInstead(drawn, 'a', 'e')[0], { id: 'e', mark: 0 });
    const many = 'abcdefghij'.split('').reduce(withRun, [] as ReturnType<typeof withRun>);
    assert.equal(many.length, 8);
  });
});

describe('a log', () => {
  it('reads as a terminal would show it in the end', () => {
    const text = 'one\r\n 10 %\r 20 %\r\u001b[32mdone\u001b[0m\nlast';
    assert.equal(logLines(text), 'one\ndone\nlast');
  });
});
