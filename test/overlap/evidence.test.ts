import assert from 'node:assert/strict';
import { scanOverlap } from '../../server/overlap/pairs.ts';
import type { DocumentSource } from '../../server/overlap/types.ts';

function task(name: string, texts: readonly string[]): DocumentSource {
  return {
    task: name,
    examples: texts.length,
    async *documents() {
      for (const [example, text] of texts.entries()) yield { example, document: { text } };
    },
  };
}

/** Words that stand nowhere else. */
const own = (name: string, count = 9) => Array.from({ length: count }, (_, at) => `${name}${at}`).join(' ');
const NOTICE = 'please read the whole text with care before you give a short answer';
const LEAK = 'the ferry to the northern island leaves at noon on every second day of the week';

describe('overlap: evidence', function () {
  this.timeout(60_000);
  it('shows each text once before any of them twice, within its budget', async () => {
    const many = Array.from({ length: 500 }, (_, at) => `${NOTICE} ${own(`e${at}x`)}`);
    const leaks = ['first', 'second', 'third'].map((name) => own(name, 20));
    const held = [...many.slice(0, 250), ...leaks, ...many.slice(250)];
    const { evidence } = await scanOverlap({
      train: [task('t', [NOTICE, ...leaks])],
      eval: [task('e', held)],
      evidence: 8,
    });
    const shown = evidence[0]!;
    assert.equal(shown.length, 8);
    const firsts = new Set(shown.slice(0, 4).map(({ entry }) => entry));
    assert.equal(firsts.size, 4);
    assert.deepEqual(
      leaks.map((leak) => shown.filter(({ evalExample }) => held[evalExample] === leak).length),
      [1, 1, 1],
    );
    assert.equal(shown.find(({ alike }) => alike > 1)?.alike, 500);
  });

  it('knows pairs that share one and the same text and no other', async () => {
    const { pairs, sets, evidence } = await scanOverlap({
      train: [
        task('notice', [`${own('a')} ${NOTICE} ${own('b')}`]),
        task('again', [own('c'), `${NOTICE} ${own('d')}`]),
        task('both', [`${own('f')} ${NOTICE}`, `${LEAK} ${own('g')}`]),
        task('leak', [LEAK]),
      ],
      eval: [
        task('x', [`${NOTICE} ${own('h')}`, `${own('i')} ${LEAK}`]),
        task('y', [`${own('j')} ${NOTICE}`, `${NOTICE} ${own('k')}`]),
      ],
    });
    const of = (train: string, held: string) =>
      pairs.findIndex((pair) => pair.train === train && pair.eval === held);
    const set = (train: string, held: string) => sets[of(train, held)];
    const same = [
      set('notice', 'x'),
      set('notice', 'y'),
      set('again', 'x'),
      set('again', 'y'),
      set('both', 'y'),
    ];
    assert.deepEqual(new Set(same).size, 1);
    assert.notEqual(set('both', 'x'), same[0]);
    assert.notEqual(set('leak', 'x'), same[0]);
    assert.notEqual(set('leak', 'x'), set('both', 'x'));
    assert.equal(of('leak', 'y'), -1);
    // A group of a pair that shares more has the number of the pairs that share only its text.
    const groups = evidence[of('both', 'x')]!.map((one) => one.set);
    assert.deepEqual(new Set(groups), new Set([same[0], set('leak', 'x')]));
  });
});
