import assert from 'node:assert/strict';
import { type Portion, portionsOf, shotPool } from '../../server/curation/portions.ts';

function task(train: number, dev: number, test: number, none: number) {
  const examples = train + dev + test + none;
  return {
    examples,
    trainExamples: none === examples ? none : train,
    examplesBySplit: { train, dev, test, none },
  };
}
const shown = (portions: readonly Portion[]) =>
  portions.map(({ split, from, to }) => `${split} ${from}-${to}`).join(', ');

describe('portions of a task', () => {
  it('hold out the dev and test splits of a train task', () => {
    assert.equal(shown(portionsOf(task(10, 3, 4, 0), 'train')), 'train 0-10, dev 10-13, test 13-17');
    assert.equal(shown(portionsOf(task(0, 0, 0, 8), 'train')), 'train 0-8');
    assert.equal(shown(portionsOf(task(10, 0, 4, 2), 'train')), 'train 0-10, test 10-14');
    assert.equal(shown(portionsOf(task(0, 3, 0, 0), 'train')), 'dev 0-3');
  });

  it('evaluate a task on one part of it, demonstrations apart where they can be', () => {
    assert.equal(shown(portionsOf(task(10, 3, 4, 0), 'test')), 'test 13-17');
    assert.equal(shown(portionsOf(task(10, 3, 0, 0), 'test')), 'test 10-13');
    assert.equal(shown(portionsOf(task(10, 0, 0, 5), 'test')), 'test 10-15');
    assert.equal(shown(portionsOf(task(10, 0, 0, 0), 'test')), 'test 0-10');
    assert.equal(shown(portionsOf(task(10, 3, 4, 0), 'dev')), 'dev 10-13');
    assert.equal(shown(portionsOf(task(10, 0, 4, 0), 'dev')), 'dev 10-14');
    assert.equal(shown(portionsOf(task(0, 0, 0, 0), 'test')), '');
  });

  it('pass over what has no labels', () => {
    const labelled = ({ from }: Portion) => from !== 13;
    assert.equal(shown(portionsOf(task(10, 3, 4, 0), 'test', labelled)), 'test 10-13');
    assert.equal(shown(portionsOf(task(10, 3, 4, 0), 'train', labelled)), 'train 0-10, dev 10-13');
    assert.equal(shown(portionsOf(task(10, 3, 4, 0), 'dev', () => false)), '');
  });

  it('leave to demonstrations what is not evaluated on', () => {
    const pool = (one: ReturnType<typeof task>, side: 'train' | 'dev' | 'test') =>
      shotPool(one, portionsOf(one, side));
    assert.equal(pool(task(10, 3, 4, 0), 'train'), 10);
    assert.equal(pool(task(0, 0, 0, 8), 'train'), 8);
    assert.equal(pool(task(10, 3, 4, 0), 'test'), 10);
    assert.equal(pool(task(10, 0, 0, 5), 'dev'), 10);
    assert.equal(pool(task(10, 0, 0, 0), 'test'), 0, 'its train split is what it is evaluated on');
    assert.equal(pool(task(0, 0, 0, 8), 'test'), 0, 'its files name no split');
    assert.equal(pool(task(0, 3, 4, 0), 'test'), 0);
  });
});
