import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importBench } from '../../server/catalog/import.ts';
import { decidePairs, moveTasks, undo } from '../../server/engine/decide.ts';
import { carryOver, leftBehind } from '../../server/engine/left-behind.ts';
import { findOverlap } from '../../server/engine/overlap-run.ts';
import { pairRow } from '../../server/engine/pair-rows.ts';
import type { Session } from '../../server/engine/session.ts';
import { checksOf } from '../../server/engine/template-checks.ts';
import { decideTemplates } from '../../server/engine/template-decide.ts';
import { importedSession, quiet, sampleBench, scannedSession } from '../support/bench.ts';

const LETTER = 'natural-instructions/task007_letter_correction';
const SPELLING = 'natural-instructions/task007_spelling';

describe('decisions on what was renamed by hand', function () {
  this.timeout(120_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;
  beforeEach(() => {
    bench = sampleBench();
  });
  afterEach(() => {
    session.close();
    bench.remove();
  });
  const importAgain = () => importBench(session.bench, session.catalog, quiet());
  const fileOf = (task: string) => session.catalog.task(task)!.files[0]!.path;
  const offers = async () =>
    (await leftBehind(session)).map(({ task, template, to, decisions }) => [
      template ?? task,
      to,
      decisions.length,
    ]);
  async function rename(task: string, to: string) {
    const file = fileOf(task);
    renameSync(file, join(file, '..', to));
    await importAgain();
  }

  it('are offered to the task with the same records, made again when that is asked for, and taken back by undo', async () => {
    session = await importedSession(bench.root);
    moveTasks(session, [LETTER], 'split', 'none', 'too close');
    moveTasks(session, [LETTER], 'category', 'Spelling', 'it is');
    assert.deepEqual(await offers(), []);
    await rename(LETTER, 'task007_spelling.json');
    assert.deepEqual(await offers(), [[LETTER, SPELLING, 2]]);
    const [offer] = await leftBehind(session);
    assert.match(readFileSync(offer!.file, 'utf8').split('\n')[offer!.line - 1]!, /too close/u);
    // Nothing is done by itself.
    assert.notEqual(session.placementOf(SPELLING).category, 'Spelling');

    const made = carryOver(session, [offer!]);
    assert.deepEqual(
      made.map(({ subject, verdict, reason }) => [subject, verdict, reason]),
      [
        [{ kind: 'task', task: SPELLING, aspect: 'split' }, 'none', `renamed from "${LETTER}": too close`],
        [{ kind: 'task', task: SPELLING, aspect: 'category' }, 'Spelling', `renamed from "${LETTER}": it is`],
      ],
    );
    const onDisk = readFileSync(session.log.path, 'utf8');
    for (const { id } of made) assert.ok(onDisk.includes(id));
    assert.equal(session.placementOf(SPELLING).category, 'Spelling');
    assert.deepEqual(await offers(), []);
    assert.equal(undo(session, undefined).length, 2);
    assert.deepEqual(await offers(), [[LETTER, SPELLING, 2]]);
  });

  it('are not offered to another content, to one of several copies, or to a copy that was there all along', async () => {
    session = await importedSession(bench.root);
    const file = fileOf(LETTER);
    const beside = join(file, '..', 'task107_copy.json');
    copyFileSync(file, beside);
    await importAgain();
    moveTasks(session, ['natural-instructions/task107_copy'], 'split', 'none', 'a copy');
    renameSync(beside, join(bench.root, 'aside.json'));
    await importAgain();
    assert.deepEqual(await offers(), []);

    moveTasks(session, [LETTER], 'split', 'none', 'too close');
    const text = readFileSync(file, 'utf8');
    await rename(LETTER, 'task007_spelling.json');
    const renamed = fileOf(SPELLING);
    // Both that are gone had these records.
    assert.deepEqual(await offers(), []);
    const [copy] = session.log.all();
    undo(session, [copy!.id]);
    assert.deepEqual(await offers(), [[LETTER, SPELLING, 1]]);
    copyFileSync(renamed, beside.replace('107', '207'));
    await importAgain();
    assert.deepEqual(await offers(), []);
    renameSync(beside.replace('107', '207'), join(bench.root, 'aside.json'));
    writeFileSync(renamed, text.replace('"Instances"', ' "Instances"'));
    await importAgain();
    assert.deepEqual(await offers(), []);
  });

  it('go with both tasks of a pair, and the verdict holds for the pair as it is called now', async () => {
    session = await scannedSession(bench.root);
    const figures = session.catalog
      .overlap()!
      .pairs()
      .map((pair) => pair.figures)
      .find(({ train, eval: evaluated }) =>
        [train, evaluated].some((task) => task.startsWith('natural-instructions/')),
      )!;
    const pair = { train: figures.train, eval: figures.eval };
    decidePairs(session, [pair], 'retain', 'a shared form');
    const own = [pair.train, pair.eval].find((task) => task.startsWith('natural-instructions/'))!;
    await rename(own, 'task099_renamed.json');
    await findOverlap(session, { ...quiet(), workers: 1 });
    assert.deepEqual(await offers(), [[own, 'natural-instructions/task099_renamed', 1]]);
    carryOver(session, await leftBehind(session));
    const now = (task: string) => (task === own ? 'natural-instructions/task099_renamed' : task);
    const row = pairRow(session, now(pair.train), now(pair.eval));
    assert.deepEqual([row.state, row.rulings.map(({ verdict }) => verdict)], ['decided', ['retain']]);
  });

  it('follow a template whose name was edited in its file', async () => {
    session = await importedSession(bench.root);
    const task = session.catalog
      .tasks()
      .find(({ format, templates }) => format === 'promptsource' && templates > 1)!;
    const { templates } = await checksOf(session).check(task);
    const [one, other] = templates;
    await decideTemplates(
      session,
      [{ task: task.id, template: one!.template.name }],
      'alters',
      'turned round',
    );
    const file = one!.location!.file;
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(`name: ${one!.template.name}`, 'name: by another name'));
    await importAgain();
    assert.deepEqual(await offers(), [[one!.template.name, 'by another name', 1]]);
    assert.equal(session.altering().get(task.id)?.has('by another name'), false);
    carryOver(session, await leftBehind(session));
    assert.equal(session.altering().get(task.id)?.has('by another name'), true);
    assert.deepEqual(await offers(), []);
    assert.ok(!session.altering().get(task.id)?.has(other!.template.name));
  });
});
