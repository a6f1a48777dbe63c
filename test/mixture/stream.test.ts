import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Sequence } from '../../server/mixture/random-access.ts';
import { mixtureSettings } from '../../server/mixture/settings.ts';
import { sharesOf } from '../../server/mixture/shares.ts';
import { MixtureStream, type StreamTask } from '../../server/mixture/stream.ts';
import { shotsDistribution } from '../../server/prompts/metaicl.ts';
import { drawInstances } from '../../server/prompts/selection.ts';
import { chiSquareP, upperGamma } from '../support/chi-square.ts';

/** Draws that agree with what is expected stray this far once in a thousand seeds; these seeds are fixed. */
const P = 1e-3;

function streamTask(id: string, examples: number, share: number, templates = 3): StreamTask {
  const selection = drawInstances({ task: id, from: 0, to: examples, templates }, { seed: 1 });
  return { id, stream: 'instruction', share, selection };
}

function counted<T>(items: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

describe('the training stream', () => {
  it('is checked by a chi-square that agrees with its table', () => {
    // Critical values at 5 %, 1 % and 0.1 %.
    for (const [degrees, statistic, p] of [
      [1, 3.841459, 0.05],
      [5, 15.086272, 0.01],
      [10, 29.588298, 0.001],
    ] as const) {
      assert.ok(Math.abs(upperGamma(degrees / 2, statistic / 2) - p) < 1e-7);
    }
  });

  it('rests on numbers that are even and don’t follow one another', () => {
    const sequence = new Sequence('test', 5);
    const cells = new Array<number>(256).fill(0);
    const pairs = new Array<number>(256).fill(0);
    const draws = 200_000;
    for (let index = 0; index < draws; index++) {
      const value = sequence.at(index);
      cells[Math.floor(value * 256)]!++;
      pairs[Math.floor(value * 16) * 16 + Math.floor(sequence.at(index + 1) * 16)]!++;
    }
    const even = new Array<number>(256).fill(draws / 256);
    assert.ok(chiSquareP(cells, even) > P);
    assert.ok(chiSquareP(pairs, even) > P);
    assert.notEqual(sequence.at(3), sequence.at(3 + 2 ** 32));
  });

  it('draws each task by its share, over long runs and any seed', () => {
    const tasks = [
      ['a/one', 20],
      ['a/two', 9000],
      ['b/one', 700],
      ['b/two', 4096],
      ['c/one', 3],
    ] as const;
    const shares = sharesOf(
      tasks.map(([id, examples]) => ({ id, collection: id[0]!, stream: 'instruction' as const, examples })),
      mixtureSettings({ proportions: { a: 45, b: 20 } }),
    );
    for (const seed of [0, 1, 2, 77]) {
      const stream = new MixtureStream(
        shares.map(({ id, examples, after }) => streamTask(id, examples, after)),
        { seed },
      );
      const draws = 120_000;
      const counts = counted(
        stream
          .from()
          .take(draws)
          .map(({ task }) => task),
      );
      const seen = shares.map(({ id }) => counts.get(id) ?? 0);
      const due = shares.map(({ after }) => after * draws);
      assert.ok(chiSquareP(seen, due) > P, `seed ${seed}: ${seen} for ${due}`);
    }
  });

  it('shows every prompt of a task once before any comes again, each pass in another order', () => {
    const stream = new MixtureStream([streamTask('a/t', 50, 1)], { seed: 4 });
    const draws = stream.from().take(150).toArray();
    const passes = [0, 1, 2].map((pass) =>
      draws.filter((draw) => draw.pass === pass).map(({ example, template }) => `${example}/${template}`),
    );
    for (const pass of passes) {
      assert.equal(new Set(pass).size, 50);
      assert.deepEqual([...pass].sort(), [...passes[0]!].sort());
    }
    assert.notDeepEqual(passes[0], passes[1]);
  });

  it('goes on from any place as if it had begun at the start', () => {
    const tasks = [streamTask('a/t', 7, 0.3), streamTask('b/t', 40, 0.5), streamTask('c/t', 1, 0.2)];
    const metaicl = { shape: 2, maxShots: 5, loss: 'plain' as const };
    fc.assert(
      fc.property(fc.nat(400), fc.nat(), (start, seed) => {
        const options = { seed, metaicl };
        const whole = new MixtureStream(tasks, options)
          .from()
          .take(start + 20)
          .toArray();
        const resumed = new MixtureStream(tasks, options).from(start).take(20).toArray();
        assert.deepEqual(resumed, whole.slice(start));
        const before = counted(whole.slice(0, start).map(({ task }) => task));
        for (const [id, count] of new MixtureStream(tasks, options).drawnBefore(start))
          assert.equal(count, before.get(id) ?? 0);
      }),
      { numRuns: 40 },
    );
  });

  it('is another for another seed, and ends at once where nothing can be drawn', () => {
    const tasks = [streamTask('a/t', 30, 0.5), streamTask('b/t', 30, 0.5)];
    const ofSeed = (seed: number) => new MixtureStream(tasks, { seed }).from().take(30).toArray();
    assert.deepEqual(ofSeed(3), ofSeed(3));
    assert.notDeepEqual(ofSeed(3), ofSeed(4));
    const none = new MixtureStream([streamTask('a/t', 0, 1), streamTask('b/t', 5, 0)], { seed: 0 });
    assert.ok(none.empty);
    assert.deepEqual(none.from().toArray(), []);
  });

  it('gives numbers of demonstrations by the Zipf distribution, none to plain text', () => {
    const metaicl = { shape: 2, maxShots: 5, loss: 'suffix' as const };
    const draws = 30_000;
    const tasks = [
      streamTask('a/t', 500, 0.5),
      { ...streamTask('p/t', 500, 0.5), stream: 'pretraining' as const },
    ];
    const shown = new MixtureStream(tasks, { seed: 2, metaicl }).from().take(draws).toArray();
    assert.ok(shown.every(({ task, shots }) => task !== 'p/t' || shots === 0));
    const own = shown.filter(({ task }) => task === 'a/t');
    const counts = counted(own.map(({ shots }) => shots));
    const due = shotsDistribution(metaicl).map((share) => share * own.length);
    assert.ok(
      chiSquareP(
        due.map((_, shots) => counts.get(shots) ?? 0),
        due,
      ) > P,
    );
  });
});
