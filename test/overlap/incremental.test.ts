import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanOverlap } from '../../server/overlap/pairs.ts';
import type { DocumentSource } from '../../server/overlap/types.ts';

/** A task that counts how often it was read. */
function counted(task: string, texts: readonly string[]): DocumentSource & { reads: number } {
  const source = {
    task,
    examples: texts.length,
    fingerprint: JSON.stringify(texts),
    reads: 0,
    async *documents() {
      source.reads++;
      for (const [example, text] of texts.entries()) yield { example, document: { text } };
    },
  };
  return source;
}

const sentences = (word: string) =>
  Array.from(
    { length: 6 },
    (_, at) => `${word} ${at} is a sentence of some words that stands in task number ${at}`,
  );

describe('overlap: kept results', function () {
  this.timeout(60_000);
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'heldout-cache-'));
  });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  it('are used for what did not change, and give what a fresh scan gives', async () => {
    const names = ['alpha', 'beta', 'gamma'];
    const tasks = () => ({
      train: names.map((name) => counted(`train/${name}`, sentences(name))),
      eval: names.map((name) => counted(`eval/${name}`, sentences(name))),
    });
    const reads = (sources: readonly { reads: number }[]) => sources.map((source) => source.reads);
    const fresh = async (given: ReturnType<typeof tasks>) => {
      const { pairs, evidence } = await scanOverlap({ ...given, n: 5 });
      return { pairs, evidence };
    };
    const first = tasks();
    const { pairs, evidence } = await scanOverlap({ ...first, n: 5, cache });
    assert.deepEqual({ pairs, evidence }, await fresh(tasks()));
    assert.ok(pairs.length >= 3);

    const same = tasks();
    await scanOverlap({ ...same, n: 5, cache });
    assert.deepEqual([...reads(same.train), ...reads(same.eval)], [0, 0, 0, 0, 0, 0]);

    const changed = tasks();
    changed.train[1] = counted('train/beta', sentences('gamma'));
    const after = await scanOverlap({ ...changed, n: 5, cache });
    assert.deepEqual([...reads(changed.train), ...reads(changed.eval)], [0, 1, 0, 0, 0, 0]);
    assert.deepEqual({ pairs: after.pairs, evidence: after.evidence }, await fresh(changed));

    const grown = { train: changed.train, eval: [...tasks().eval, counted('eval/new', sentences('alpha'))] };
    for (const source of grown.train) (source as { reads: number }).reads = 0;
    const added = await scanOverlap({ ...grown, n: 5, cache });
    assert.deepEqual([...reads(grown.train), ...reads(grown.eval)], [1, 1, 1, 0, 0, 0, 1]);
    assert.deepEqual({ pairs: added.pairs, evidence: added.evidence }, await fresh(grown));

    // The new eval task has an index of its own: no eval task is read for a change on the train side.
    const edited = {
      train: [...tasks().train.slice(0, 2), counted('train/gamma', sentences('beta'))],
      eval: grown.eval,
    };
    for (const source of grown.eval) (source as { reads: number }).reads = 0;
    const last = await scanOverlap({ ...edited, n: 5, cache });
    assert.deepEqual(reads(grown.eval), [0, 0, 0, 0]);
    assert.deepEqual({ pairs: last.pairs, evidence: last.evidence }, await fresh(edited));

    await scanOverlap({ ...tasks(), n: 6, cache });
    assert.equal(readdirSync(cache).filter((name) => name.startsWith('pairs-')).length, 3);
  });

  it('that are broken are made again; a folder that cannot be written is told of, once', async () => {
    const given = () => ({
      train: [counted('t', sentences('a')), counted('u', sentences('a'))],
      eval: [counted('e', sentences('a'))],
    });
    const { pairs } = await scanOverlap({ ...given(), n: 5, cache });
    for (const name of readdirSync(cache)) writeFileSync(join(cache, name), '{"broken":');
    assert.deepEqual((await scanOverlap({ ...given(), n: 5, cache })).pairs, pairs);
    const problems: string[] = [];
    const file = join(cache, 'a-file');
    writeFileSync(file, '');
    const result = await scanOverlap({
      ...given(),
      n: 5,
      cache: join(file, 'below'),
      onProblem: (message) => problems.push(message),
    });
    assert.deepEqual(result.pairs, pairs);
    assert.equal(problems.length, 1);
  });

  it('of settled tasks are neither read nor given', async () => {
    const names = ['alpha', 'beta', 'gamma'];
    const given = () => ({
      train: names.map((name) => counted(`train/${name}`, sentences(name))),
      eval: names.map((name) => counted(`eval/${name}`, sentences(name))),
    });
    const whole = await scanOverlap({ ...given(), n: 5 });
    const settled = {
      train: new Set(['train/alpha', 'train/gamma']),
      eval: new Set(['eval/alpha', 'eval/beta']),
    };
    const rest = await scanOverlap({ ...given(), n: 5, settled, cache });
    const open = ({ train, eval: held }: { train: string; eval: string }) =>
      !(settled.train.has(train) && settled.eval.has(held));
    assert.deepEqual(rest.pairs, whole.pairs.filter(open));
    // What was kept of it is not taken for a whole scan's.
    assert.deepEqual((await scanOverlap({ ...given(), n: 5, cache })).pairs, whole.pairs);
  });

  it('have one index for the eval tasks that change again and again, not one for each time', async () => {
    const train = [counted('train/alpha', sentences('alpha'))];
    const held = ['alpha', 'beta', 'gamma', 'delta'].map((name) => counted(name, sentences(name)));
    for (let round = 0; round < 12; round++) {
      held[round % 3] = counted(held[round % 3]!.task, [
        ...sentences('alpha'),
        ...sentences(`round ${round}`),
      ]);
      const { pairs } = await scanOverlap({ train, eval: held, n: 5, cache });
      assert.deepEqual(pairs, (await scanOverlap({ train, eval: held, n: 5 })).pairs);
      const saved = readdirSync(cache).filter((name) => name.startsWith('index-'));
      assert.ok(saved.length <= 6, `${saved.length} indexes`);
    }
  });

  it('stop at once when aborted', async () => {
    const abort = new AbortController();
    const train = counted('t', sentences('a'));
    const endless: DocumentSource = {
      task: 'e',
      examples: 1e9,
      async *documents() {
        for (let example = 0; ; example++) {
          if (example === 10) abort.abort(new Error('enough'));
          yield { example, document: { text: 'a b c' } };
        }
      },
    };
    await assert.rejects(scanOverlap({ train: [train], eval: [endless], signal: abort.signal }), /enough/);
  });
});
