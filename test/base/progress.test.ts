import assert from 'node:assert/strict';
import { measured, type Progress } from '../../server/base/progress.ts';

describe('progress', () => {
  it('tells no time left from the first moment, and none from another kind of work', () => {
    const told: Progress[] = [];
    const step = measured((progress) => told.push(progress), 0);
    step({ message: 'indexing', done: 9, total: 10, unit: 'tasks' });
    step({ message: 'scanning', done: 1, total: 1e9, unit: 'examples' });
    assert.deepEqual(
      told.map(({ message, secondsLeft }) => [message, secondsLeft]),
      [
        ['indexing', undefined],
        ['scanning', undefined],
      ],
    );
  });
});
