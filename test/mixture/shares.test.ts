import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type MixtureSettings, mixtureSettings } from '../../server/mixture/settings.ts';
import { sharesOf, sum } from '../../server/mixture/shares.ts';
import { EXTRAS, streamOf } from '../../server/mixture/streams.ts';
import type { MixtureTask } from '../../server/mixture/tasks.ts';

const task = (id: string, examples: number, stream: MixtureTask['stream'] = 'instruction'): MixtureTask => ({
  id,
  collection: id.split('/')[0]!,
  stream,
  examples,
});

const bare = mixtureSettings({ reasoning: 0, pretraining: 0 });

function close(actual: number, expected: number, what = ''): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${what} ${actual} instead of ${expected}`);
}

const anyTasks = fc.array(
  fc.record({
    collection: fc.constantFrom('a', 'b', 'c', 'd'),
    stream: fc.constantFrom('instruction' as const, ...EXTRAS),
    examples: fc.nat(20_000),
  }),
  { minLength: 1, maxLength: 40 },
);
const anySettings = fc.record({
  maxExamples: fc.integer({ min: 1, max: 10_000 }),
  proportions: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(50), { maxKeys: 3 }),
  reasoning: fc.constantFrom(0, 0.01, 0.2),
  pretraining: fc.constantFrom(0, 0.05),
  dialogue: fc.constantFrom(0, 0.1),
});

describe('shares of the mixture', () => {
  it('have the defaults of the paper', () => {
    const { maxExamples, reasoning, pretraining, dialogue, metaicl } = mixtureSettings();
    assert.deepEqual([maxExamples, reasoning, pretraining, dialogue], [4096, 0.01, 0.05, 0]);
    assert.equal(metaicl, undefined);
    assert.deepEqual(mixtureSettings({ metaicl: { shape: 4 } }).metaicl, {
      shape: 4,
      maxShots: 5,
      loss: 'plain',
    });
  });

  it('are by examples, those of a task up to the maximum', () => {
    const [small, large] = sharesOf([task('a/small', 1024), task('a/large', 100_000)], bare);
    close(small!.before, 1024 / 101_024);
    close(small!.after, 1024 / (1024 + 4096));
    close(large!.capped, 4096 / (1024 + 4096));
    assert.deepEqual([small!.hitsCap, large!.hitsCap], [false, true]);
  });

  it('follow the paper’s proportions over the collections named', () => {
    const proportions = { crossfit: 4, exmix: 2, flan: 20, sni: 25, promptsource: 45, t5: 2, unifiedskg: 2 };
    const tasks = Object.keys(proportions).flatMap((name, at) => [
      task(`${name}/one`, 100 * (at + 1)),
      task(`${name}/two`, 5000),
    ]);
    const shares = sharesOf(
      [...tasks, task('cot/sums', 50, 'reasoning'), task('pile/text', 9000, 'pretraining')],
      mixtureSettings({ proportions }),
    );
    for (const [name, weight] of Object.entries(proportions)) {
      const own = shares.filter(({ collection }) => collection === name);
      close(
        sum(own, ({ after }) => after),
        (0.94 * weight) / 100,
        name,
      );
    }
    close(shares.at(-2)!.after, 0.01);
    close(shares.at(-1)!.after, 0.05);
  });

  it('leave a collection that is not named what its examples give it, and one of weight 0 out', () => {
    const tasks = [task('a/t', 1000), task('b/t', 1000), task('c/t', 2000), task('d/t', 500)];
    const shares = sharesOf(tasks, { ...bare, proportions: { a: 3, b: 1, d: 0 } });
    assert.deepEqual(
      shares.map(({ after }) => after),
      [0.375, 0.125, 0.5, 0],
    );
  });

  it('take a reasoning collection that is named for one of the main stream', () => {
    assert.equal(streamOf('cot', 'flan-cot', {}), 'reasoning');
    assert.equal(streamOf('cot', 'flan-cot', { cot: 3 }), 'instruction');
    assert.equal(streamOf('text', 'pretraining', {}), 'pretraining');
    assert.equal(streamOf('chat', 'parlai', {}), 'dialogue');
    assert.equal(streamOf('sni', 'natural-instructions', {}), 'instruction');
  });

  it('add up to 1 whenever something can be drawn, and give nothing to a task without examples', () => {
    fc.assert(
      fc.property(anyTasks, anySettings, (drawn, given) => {
        const settings: MixtureSettings = given;
        const tasks = drawn.map((each, at): MixtureTask => ({ ...each, id: `${each.collection}/${at}` }));
        const shares = sharesOf(tasks, settings);
        const possible = tasks.some(
          ({ examples, stream, collection }) =>
            examples > 0 &&
            (stream === 'instruction' ? settings.proportions[collection] !== 0 : settings[stream] > 0),
        );
        const total = sum(shares, ({ after }) => after);
        assert.ok(Math.abs(total - (possible ? 1 : 0)) < 1e-9, `${total}`);
        for (const { examples, before, capped, after } of shares) {
          assert.ok([before, capped, after].every((share) => share >= 0 && share <= 1 + 1e-12));
          if (examples === 0) assert.deepEqual([before, capped, after], [0, 0, 0]);
        }
      }),
    );
  });
});
