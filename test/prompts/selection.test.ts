import assert from 'node:assert/strict';
import fc from 'fast-check';
import { drawInstances, everyInstance, type Pool, type Selection } from '../../server/prompts/selection.ts';

const pools = fc
  .record({
    from: fc.integer({ min: 0, max: 30 }),
    examples: fc.integer({ min: 0, max: 60 }),
    templates: fc.integer({ min: 0, max: 7 }),
    seed: fc.integer({ min: 0, max: 1000 }),
    limit: fc.option(fc.integer({ min: 1, max: 70 }), { nil: undefined }),
    removed: fc.uniqueArray(fc.integer({ min: 0, max: 95 }), { maxLength: 40 }),
  })
  .map(({ from, examples, templates, seed, limit, removed }) => {
    const pool: Pool = {
      task: 'made/up',
      from,
      to: from + examples,
      templates,
      removed: Uint32Array.from(removed).sort(),
    };
    return { pool, seed, limit };
  });

const keyOf = (example: number, template: number) => `${example}/${template}`;
const listed = (selection: Selection, from?: number, to?: number) =>
  [...selection.byExample(from, to)].flatMap(({ example, templates }) =>
    templates.map((template) => keyOf(example, template)),
  );
const shuffled = (selection: Selection) =>
  Array.from({ length: selection.count }, (_, place) => selection.at(place)).map(({ example, template }) =>
    keyOf(example, template),
  );
const inPool = ({ from, to, removed }: Pool) =>
  Array.from({ length: to - from }, (_, at) => from + at).filter((example) => !removed!.includes(example));

describe('instances drawn for training', () => {
  it('are N of N examples, each once, none removed, the same by place and by example', () => {
    fc.assert(
      fc.property(pools, ({ pool, seed, limit }) => {
        const drawn = drawInstances(pool, { seed, limit });
        const all = listed(drawn);
        assert.equal(new Set(all).size, all.length);
        assert.equal(all.length, drawn.count);
        assert.deepEqual(shuffled(drawn).sort(), [...all].sort());
        const allowed = new Set(inPool(pool));
        for (const { example, templates } of drawn.byExample()) {
          assert.ok(allowed.has(example));
          assert.ok(templates.every((template) => template < pool.templates));
        }
        const size = pool.to - pool.from;
        if (limit === undefined || limit >= size) {
          assert.equal(drawn.count, pool.templates === 0 ? 0 : allowed.size);
        } else {
          assert.ok(drawn.count <= limit && drawn.count >= (pool.templates && limit - (size - allowed.size)));
        }
      }),
    );
  });

  it('are the same whatever was asked before, and in parts', () => {
    fc.assert(
      fc.property(pools, fc.integer({ min: 0, max: 100 }), ({ pool, seed, limit }, cut) => {
        const whole = listed(drawInstances(pool, { seed, limit }));
        const again = drawInstances(pool, { seed, limit });
        const late = listed(again, cut);
        assert.deepEqual([...listed(again, 0, cut), ...late], whole);
      }),
    );
  });

  it('stay as they were when others are removed, but for the end of the selection', () => {
    fc.assert(
      fc.property(pools, ({ pool, seed, limit }) => {
        const before = shuffled(drawInstances({ ...pool, removed: undefined }, { seed, limit }));
        const after = shuffled(drawInstances(pool, { seed, limit }));
        const gone = new Set(pool.removed);
        const kept = before.filter((key) => !gone.has(Number(key.split('/')[0])));
        const common = Math.min(kept.length, after.length);
        assert.deepEqual(after.slice(0, common), kept.slice(0, common));
      }),
    );
  });

  it('take every instance equally often, over many seeds', () => {
    const pool = { task: 'made/up', from: 5, to: 13, templates: 3, removed: Uint32Array.of(7) };
    const counts = new Map<string, number>();
    const seeds = 6000;
    for (let seed = 0; seed < seeds; seed++) {
      for (const key of listed(drawInstances(pool, { seed }))) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    assert.equal(counts.size, 7 * 3);
    // Seven of 21 each time: a count is binomial with mean 2000 and deviation about 36.5.
    for (const count of counts.values()) assert.ok(Math.abs(count - seeds / 3) < 5 * 36.5, String(count));
  });

  it('take every example equally often under a limit, over many seeds', () => {
    const pool = { task: 'made/up', from: 0, to: 20, templates: 1 };
    const counts = new Array<number>(20).fill(0);
    for (let seed = 0; seed < 4000; seed++) {
      for (const { example } of drawInstances(pool, { seed, limit: 5 }).byExample()) counts[example]!++;
    }
    for (const count of counts) assert.ok(Math.abs(count - 1000) < 5 * 27.4, String(count));
  });

  it('are not more than asked for', () => {
    const pool = { task: 'made/up', from: 0, to: 900, templates: 4 };
    assert.equal(drawInstances(pool, { seed: 1, most: 250 }).count, 250);
    assert.equal(listed(drawInstances(pool, { seed: 1, most: 250 })).length, 250);
    assert.equal(drawInstances({ ...pool, to: 40 }, { seed: 1, most: 250 }).count, 40);
  });

  it('are found at once among 17 million examples', () => {
    const pool = { task: 'made/up', from: 0, to: 17_000_000, templates: 12 };
    const drawn = drawInstances(pool, { seed: 3 });
    assert.equal(drawn.count, 17_000_000);
    const found = drawn.at(12_345_678);
    const [there] = drawn.byExample(found.example, found.example + 1);
    assert.ok(there!.templates.includes(found.template));
  });
});

describe('instances for test', () => {
  it('are every example by every template', () => {
    fc.assert(
      fc.property(pools, ({ pool, seed }) => {
        const every = everyInstance(pool, seed);
        const expected = inPool(pool).flatMap((example) =>
          Array.from({ length: pool.templates }, (_, template) => keyOf(example, template)),
        );
        assert.deepEqual(listed(every), expected);
        assert.equal(every.count, expected.length);
        assert.deepEqual(shuffled(every).sort(), [...expected].sort());
      }),
    );
  });
});
