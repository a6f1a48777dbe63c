import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { importBench } from '../../server/catalog/import.ts';
import { decidePairs, undo } from '../../server/engine/decide.ts';
import { findOverlap, overlapIsOld } from '../../server/engine/overlap-run.ts';
import { pairRow } from '../../server/engine/pair-rows.ts';
import { Session } from '../../server/engine/session.ts';
import { decideTemplates } from '../../server/engine/template-decide.ts';
import { quiet } from '../support/bench.ts';

const STORY =
  'the keeper of the light wrote down every ship that passed the point that long and windy winter';
const FILES: Record<string, string> = {
  'heldout.yaml':
    'collections:\n' +
    '  - { name: train, format: promptsource, path: templates, datasets: records, use: train }\n' +
    '  - { name: eval, format: jsonl, path: eval, use: eval, fields: { input: text, target: answer } }\n',
  'templates/log/templates.yaml':
    'dataset: log\ntemplates:\n' +
    '  a: !Template\n    jinja: "Which ship was it? {{hint}} ||| {{ship}}"\n    name: asks\n' +
    '  b: !Template\n    jinja: "Write what the keeper wrote of {{ship}}. ||| {{story}}"\n    name: writes\n',
  'records/log/train.jsonl': `${JSON.stringify({ hint: 'it had three masts', ship: 'Anna', story: STORY })}\n`,
  'eval/quiz.jsonl': `${JSON.stringify({ text: `Who says that ${STORY}?`, answer: 'the daughter' })}\n`,
};

describe('templates that alter their task', function () {
  this.timeout(60_000);
  let root: string;
  let session: Session;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'heldout-in-use-'));
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    session = new Session(root, 'Ada <ada@example.org>');
    await importBench(session.bench, session.catalog, quiet());
  });
  after(() => {
    session.close();
    rmSync(root, { recursive: true });
  });

  const scan = async () => {
    const { pairs } = await findOverlap(session, { ...quiet(), workers: 1 });
    return pairs.map(({ train, eval: evaluated, overlapping }) => `${train} ${evaluated} ${overlapping}`);
  };

  it('are not scanned for overlap while they are left out, and are again when that is taken back', async () => {
    assert.deepEqual(await scan(), ['train/log eval/quiz 1']);
    assert.equal(overlapIsOld(session), false);
    await decideTemplates(session, [{ task: 'train/log', template: 'writes' }], 'alters', 'asks for the log');
    assert.equal(overlapIsOld(session), true);
    assert.deepEqual(await scan(), []);
    assert.equal(overlapIsOld(session), false);
    undo(session, undefined);
    assert.equal(overlapIsOld(session), true);
    assert.deepEqual(await scan(), ['train/log eval/quiz 1']);
  });

  it('leave the verdicts on pairs alone whose figures they do not change', async () => {
    await scan();
    decidePairs(session, [{ train: 'train/log', eval: 'eval/quiz' }], 'retain', 'seen');
    await decideTemplates(session, [{ task: 'train/log', template: 'asks' }], 'alters', '');
    await scan();
    assert.equal(pairRow(session, 'train/log', 'eval/quiz').state, 'decided');
  });

  it('leave no example unchecked, even if all of a task are left out', async () => {
    await decideTemplates(session, [{ task: 'train/log', template: 'writes' }], 'alters', '');
    assert.deepEqual(session.taskInUse(session.catalog.task('train/log')!).facts.templates, []);
    assert.deepEqual(await scan(), ['train/log eval/quiz 1']);
  });
});
