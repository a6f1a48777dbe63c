import assert from 'node:assert/strict';
import { Catalog } from '../../server/catalog/catalog.ts';
import type { OverlapPair } from '../../server/catalog/overlap-store.ts';
import { removeScratch, scratch } from './support.ts';

after(removeScratch);

function pairOf(train: string, evalTask: string, key: string): OverlapPair {
  return {
    figures: {
      train,
      eval: evalTask,
      evalExamples: 10,
      overlapping: 4,
      fraction: 0.4,
      overlappingContent: 2,
      fractionContent: 0.2,
      short: 1,
      shortMatches: 1,
      sameSource: true,
    },
    evidence: `of ${train}`,
    texts: key,
    shared: [{ evalExample: 3, trainExample: 7, grams: 5, contentGrams: 2, short: false }],
    groups: [
      {
        key,
        texts: key,
        text: 'the shared words',
        words: 3,
        boilerplate: false,
        examples: 1,
        shared: [{ evalExample: 3, trainExample: 7, short: true }],
      },
    ],
  };
}

describe('the overlap run in the catalogue', function () {
  // Every decision and file is put on disk; a busy disk takes its time.
  this.timeout(30_000);
  const run = {
    at: '2030-01-01T00:00:00Z',
    ngram: 13,
    threshold: 0.01,
    seconds: 2.5,
    bytes: 99,
    rule: 'r',
    tasks: { 'c/a': { hash: 'hash', side: 'train' as const } },
  };

  it('comes back as it was saved, with the other pairs that share a text', () => {
    const catalog = Catalog.open(scratch());
    assert.equal(catalog.overlap(), undefined);
    const pairs = [pairOf('c/a', 'd/x', 'same'), pairOf('c/b', 'd/x', 'same'), pairOf('c/b', 'd/y', 'own')];
    catalog.saveOverlap(run, pairs);
    const stored = catalog.overlap()!;
    assert.deepEqual([stored.at, stored.ngram, stored.tasks], [run.at, 13, run.tasks]);
    assert.deepEqual(
      stored.pairs(),
      pairs.map(({ figures, evidence, texts }) => ({ figures, evidence, texts })),
    );
    assert.equal(stored.pair('c/b', 'd/x')!.evidence, 'of c/b');
    assert.equal(stored.pair('d/x', 'c/b'), undefined);
    assert.deepEqual(stored.shared('c/a', 'd/x'), pairs[0]!.shared);
    assert.deepEqual(stored.groups('c/a', 'd/x'), [{ ...pairs[0]!.groups[0]!, otherPairs: 1 }]);
    assert.equal(stored.groups('c/b', 'd/y')[0]!.otherPairs, 0);
    assert.deepEqual(stored.groups('c/z', 'd/y'), []);
    catalog.close();
  });

  it('is brought up to date by the pairs of the tasks that changed', () => {
    const root = scratch();
    const catalog = Catalog.open(root);
    const kept = pairOf('c/a', 'd/x', 'same');
    catalog.saveOverlap(run, [kept, pairOf('c/b', 'd/x', 'same'), pairOf('c/a', 'd/y', 'own')]);
    const come = pairOf('c/b', 'd/z', 'same');
    const long = { ...come, shared: Array.from({ length: 90 }, () => come.shared[0]!) };
    const later = { ...run, at: '2030-01-02T00:00:00Z' };
    catalog.changeOverlap(later, { train: new Set(['c/b']), eval: new Set(['d/y']), pairs: [long] });
    const other = Catalog.open(root);
    for (const stored of [catalog.overlap()!, other.overlap()!]) {
      assert.equal(stored.at, later.at);
      assert.deepEqual(
        stored.pairs(),
        [kept, come].map(({ figures, evidence, texts }) => ({ figures, evidence, texts })),
      );
      assert.deepEqual(stored.shared('c/b', 'd/z'), long.shared);
      assert.equal(stored.groups('c/a', 'd/x')[0]!.otherPairs, 1);
      assert.deepEqual(stored.groups('c/a', 'd/y'), []);
    }
    other.saveOverlap(run, []);
    assert.deepEqual(catalog.overlap()!.pairs(), []);
    other.close();
    catalog.close();
  });

  it('a run that fails half-way leaves the one before', () => {
    const catalog = Catalog.open(scratch());
    catalog.saveOverlap(run, [pairOf('c/a', 'd/x', 'k')]);
    function* failing(): Generator<OverlapPair> {
      yield pairOf('c/b', 'd/x', 'k');
      throw new Error('stopped');
    }
    assert.throws(() => catalog.saveOverlap({ ...run, ngram: 5 }, failing()), /stopped/);
    assert.equal(catalog.overlap()!.ngram, 13);
    assert.deepEqual(
      catalog
        .overlap()!
        .pairs()
        .map(({ figures }) => figures.train),
      ['c/a'],
    );
    catalog.close();
  });
});
