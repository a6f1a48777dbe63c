import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decidePairs, undo } from '../../server/engine/decide.ts';
import { pairDetail } from '../../server/engine/evidence-view.ts';
import { pairList } from '../../server/engine/pair-rows.ts';
import type { Session } from '../../server/engine/session.ts';
import { scannedSession } from '../support/bench.ts';

const BENCH = `collections:
  - { name: train, format: jsonl, path: train, use: train, fields: { input: text, target: answer } }
  - { name: held, format: jsonl, path: held, use: eval, fields: { input: text, target: answer } }
`;
const NOTICE = 'please read the whole text with care before you give a short answer to it';
const LEAK = 'the ferry to the northern island leaves at noon on every second day of the week';

describe('pairs that share only one text', function () {
  this.timeout(30_000);
  let root: string;
  let session: Session;
  let words = 0;
  const own = () => Array.from({ length: 14 }, () => `word${words++}of`).join(' ');
  const task = (path: string, texts: readonly string[]) =>
    writeFileSync(
      join(root, path),
      texts.map((text) => `${JSON.stringify({ text, answer: own() })}\n`).join(''),
    );

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'heldout-text-'));
    for (const side of ['train', 'held']) mkdirSync(join(root, side));
    writeFileSync(join(root, 'heldout.yaml'), BENCH);
    for (const name of ['a', 'b', 'c']) task(`train/${name}.jsonl`, [own(), `${own()} ${NOTICE} ${own()}`]);
    task('train/both.jsonl', [`${NOTICE} ${own()}`, `${own()} ${LEAK}`]);
    task('train/leak.jsonl', [`${own()} ${LEAK} ${own()}`]);
    task('held/x.jsonl', [`${own()} ${NOTICE}`, `${LEAK} ${own()}`]);
    task('held/y.jsonl', [`${NOTICE} ${own()}`, own()]);
    session = await scannedSession(root);
  });
  afterEach(() => {
    session.close();
    rmSync(root, { recursive: true, force: true });
  });

  it('are counted beside the text, found by it, ruled on at once and taken back at once', async () => {
    const { groups } = await pairDetail(session, 'train/both', 'held/x');
    const counts = groups.map(({ text, onlyPairs }) => [text, onlyPairs]);
    assert.deepEqual(counts.sort(), [
      [NOTICE, 7],
      [LEAK, 1],
    ]);
    const notice = groups.find(({ text }) => text === NOTICE)!;
    const { pairs } = pairList(session, 'content', { texts: notice.texts });
    assert.deepEqual(pairs.map((row) => `${row.train} ${row.eval}`).sort(), [
      'train/a held/x',
      'train/a held/y',
      'train/b held/x',
      'train/b held/y',
      'train/both held/y',
      'train/c held/x',
      'train/c held/y',
    ]);
    decidePairs(session, pairs, 'retain', 'a notice');
    assert.equal(pairList(session, 'content', { state: ['decided'] }).pairs.length, 7);
    assert.equal(undo(session, undefined).length, 7);
    assert.equal(pairList(session, 'content', { state: ['decided'] }).pairs.length, 0);
  });
});
