import assert from 'node:assert/strict';
import type { BoardTask, SplitBoard } from '../../server/protocol.ts';
import { cellsOf, mostTasks, moveOf, rowsOf } from '../../webview/split-board/model.ts';

function task(
  id: string,
  category: string,
  split: BoardTask['split'],
  level: BoardTask['level'],
  [train, dev, test]: [number, number, number],
): BoardTask {
  return { id, category, split, level, source: null, examples: { train, dev, test }, decision: null };
}

const BOARD: SplitBoard = {
  tasks: [
    task('a/plain', 'Answering', 'train', 'fully-supervised', [8, 0, 0]),
    task('a/scored', 'Answering', 'train', 'fully-supervised', [8, 2, 3]),
    task('a/held', 'Answering', 'dev', 'partially-held-out', [0, 5, 0]),
    task('a/gone', 'Answering', 'none', null, [0, 0, 0]),
    task('e/claims', 'Entailment', 'test', 'fully-held-out', [0, 0, 7]),
  ],
  heldOut: ['Entailment'],
  findings: [],
};

describe('the split board', () => {
  const ids = (tasks: readonly BoardTask[]) => tasks.map(({ id }) => id);

  it('puts every task in its column, train tasks with held-out examples in two', () => {
    const [answering, entailment] = rowsOf(BOARD);
    assert.deepEqual(
      Object.values(answering!.cells).map(({ tasks, examples, dev }) => [ids(tasks), examples, dev]),
      [
        [['a/plain', 'a/scored'], 16, 0],
        [[], 0, 0],
        [['a/held'], 5, 1],
        [['a/scored'], 5, 1],
        [['a/gone'], 0, 0],
      ],
    );
    assert.deepEqual(ids(entailment!.cells['fully-held-out'].tasks), ['e/claims']);
    assert.equal(mostTasks(rowsOf(BOARD)), 2);
    assert.equal(cellsOf(BOARD.tasks).train.tasks.length, 2);
  });

  it('moves what is dropped on a column, and nothing that stands there', () => {
    assert.deepEqual(moveOf(BOARD, ['e/claims', 'a/plain'], 'train'), { tasks: ['e/claims'], to: 'train' });
    assert.deepEqual(moveOf(BOARD, ['a/plain', 'a/held', 'a/gone'], 'partially-held-out'), {
      tasks: ['a/plain', 'a/gone'],
      to: 'test',
    });
    assert.deepEqual(moveOf(BOARD, ['a/held'], 'left-out'), { tasks: ['a/held'], to: 'none' });
    assert.equal(moveOf(BOARD, ['a/scored'], 'fully-supervised'), undefined);
    assert.equal(moveOf(BOARD, [], 'train'), undefined);
  });

  it('holds a category out whole when one of it is dropped on fully held-out', () => {
    assert.deepEqual(moveOf(BOARD, ['a/held'], 'fully-held-out'), {
      tasks: ['a/plain', 'a/scored'],
      to: 'test',
    });
    assert.equal(moveOf(BOARD, ['e/claims'], 'fully-held-out'), undefined);
  });
});
