import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importBench } from '../../server/catalog/import.ts';
import { assignCategories, categoryChange, renameCategory } from '../../server/engine/categories.ts';
import { categoryProposals, isOpen } from '../../server/engine/category-proposals.ts';
import { moveTasks, undo } from '../../server/engine/decide.ts';
import { diffBenches } from '../../server/engine/diff.ts';
import { Session } from '../../server/engine/session.ts';
import { taskGroups } from '../../server/engine/task-rows.ts';
import { applyProposals } from '../../server/engine/taxonomy-apply.ts';
import {
  categoryChange as categoryChangeSchema,
  categoryProposals as categoryProposalsSchema,
  decision,
} from '../../server/protocol.ts';
import { quiet, sampleBench } from '../support/bench.ts';

describe('categories of a bench', function () {
  this.timeout(60_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;

  beforeEach(async () => {
    bench = sampleBench();
    session = await opened();
  });
  afterEach(() => {
    session.close();
    bench.remove();
  });

  async function opened(reviewer = 'Ada <ada@example.org>'): Promise<Session> {
    const one = new Session(bench.root, reviewer);
    await importBench(one.bench, one.catalog, quiet());
    return one;
  }
  const sizes = (of = session) =>
    new Map(taskGroups(of, 'category', {}).map(({ key, tasks }) => [key, tasks.length]));
  const logged = () =>
    readFileSync(session.log.path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => decision.parse(JSON.parse(line)));
  const proposals = async (of = session) => (await categoryProposals(of, quiet())).tasks;

  it('are renamed by a decision that is on disk, and back', () => {
    const before = sizes();
    const [made] = renameCategory(session, 'Mathematics', 'Sums', 'shorter');
    assert.deepEqual(logged(), [made]);
    assert.equal(sizes().get('Sums'), before.get('Mathematics'));
    assert.equal(sizes().has('Mathematics'), false);
    assert.deepEqual(
      session.problems().filter(({ message }) => message.includes('Mathematics')),
      [],
    );
    undo(session, undefined);
    assert.deepEqual(sizes(), before);
  });

  it('are merged, and the diff says by whose decision', () => {
    const before = sizes();
    const change = categoryChangeSchema.parse(categoryChange(session, 'Grammar Correction', 'Paraphrase'));
    assert.equal(change.tasks, before.get('Grammar Correction'));
    assert.equal(change.into, before.get('Paraphrase'));
    renameCategory(session, 'Grammar Correction', 'Paraphrase', 'both rewrite');
    assert.equal(sizes().get('Paraphrase'), change.tasks + change.into);
    assert.throws(() => renameCategory(session, 'Grammar Correction', 'X', ''), /no category is called/);
    assert.throws(
      () => renameCategory(session, 'Paraphrase', ' Paraphrase ', ''),
      /called "Paraphrase" already/,
    );
    assert.throws(() => renameCategory(session, 'Paraphrase', ' ', ''), /needs a name/);
    assert.throws(() => renameCategory(session, 'Paraphrases', 'X', ''), /did you mean "Paraphrase"/);
  });

  it('tell beforehand which tasks a merge takes out of training', () => {
    const change = categoryChange(session, 'Mathematics', 'World Knowledge');
    const splits = () =>
      session.catalog.tasks().map(({ id }) => [id, session.placementOf(id).split] as const);
    const before = new Map(splits());
    assert.deepEqual(session.log.all(), []);
    renameCategory(session, 'Mathematics', 'World Knowledge', '');
    const changed = splits().filter(([id, split]) => before.get(id) !== split);
    assert.deepEqual(
      change.moved,
      changed.map(([task, to]) => ({ task, from: before.get(task), to })),
    );
    assert.deepEqual(
      changed.map(([task, to]) => [task, before.get(task), to]),
      [['natural-instructions/task003_workshop_arithmetic', 'train', 'test']],
    );
  });

  it('that get a name which another gave up are renamed for themselves', () => {
    renameCategory(session, 'Mathematics', 'Sums', '');
    moveTasks(session, ['exmix/command_forms'], 'category', 'Mathematics', '');
    renameCategory(session, 'Mathematics', 'Commands', '');
    assert.equal(session.placementOf('gsm8k/test').category, 'Sums');
    assert.equal(session.placementOf('exmix/command_forms').category, 'Commands');
    assert.deepEqual(session.log.conflicts(), []);
  });

  it('on which reviewers disagree stay as they were, and say so until one settles it', async () => {
    const log = session.log.path;
    renameCategory(session, 'Mathematics', 'Sums', '');
    moveTasks(session, ['exmix/command_forms'], 'category', 'Robotics', '');
    const mine = readFileSync(log, 'utf8');
    writeFileSync(log, '');
    const colleague = await opened('Grace <grace@example.org>');
    renameCategory(colleague, 'Mathematics', 'Reckoning', '');
    moveTasks(colleague, ['exmix/command_forms'], 'category', 'Commands', '');
    writeFileSync(log, mine + readFileSync(log, 'utf8'));
    assert.equal(colleague.placementOf('gsm8k/test').category, 'Mathematics');
    const said = () =>
      colleague.problems().flatMap(({ message }) => (message.startsWith('reviewers') ? message : []));
    assert.equal(said().length, 2);
    assert.match(said().join('\n'), /category "Mathematics".*"Sums" \(Ada.*"Reckoning" \(Grace/u);
    renameCategory(colleague, 'Mathematics', 'Sums', 'agreed');
    moveTasks(colleague, ['exmix/command_forms'], 'category', 'Commands', 'agreed');
    assert.deepEqual(said(), []);
    assert.equal(colleague.placementOf('gsm8k/test').category, 'Sums');
    colleague.close();
  });

  it('are shown by a comparison with the decision that changed them', async () => {
    const git = (...args: string[]) => {
      const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
      const { status, stderr } = spawnSync('git', [...who, ...args], { cwd: bench.root, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    };
    git('init', '-q');
    git('add', '-A', '--', '*.yaml');
    git('commit', '-q', '-m', 'before');
    renameCategory(session, 'Mathematics', 'Sums', 'shorter');
    const { changed } = await diffBenches(session, 'rev:HEAD', '.', quiet());
    assert.deepEqual(changed.map(({ task }) => task).sort(), [...tasksIn('Sums')].sort());
    for (const { changes, by } of changed) {
      assert.deepEqual(changes, [{ what: 'category', from: 'Mathematics', to: 'Sums' }]);
      assert.deepEqual(
        by.map(({ subject, verdict, kind }) => [subject.kind, verdict, kind]),
        [['category', 'Sums', 'made']],
      );
    }
  });

  it('are proposed with reasons; what a person said is known and not doubted', async () => {
    const found = categoryProposalsSchema.parse({ tasks: await proposals() }).tasks;
    assert.deepEqual(
      found.map(({ task }) => task),
      session.catalog.tasks().map(({ id }) => id),
    );
    // The sample's taxonomy places every task.
    assert.deepEqual(found.filter(isOpen), []);
    const reviews = found.find(({ task }) => task === 'promptsource/riverside_reviews')!;
    assert.equal(reviews.proposed, 'Sentiment Analysis');
    assert.ok(reviews.evidence.some(({ kind }) => kind === 'similar'));
    renameCategory(session, 'Sentiment Analysis', 'Moods', '');
    const again = (await proposals()).find(({ task }) => task === reviews.task)!;
    assert.deepEqual([again.present, again.presentBy, again.proposed], ['Moods', 'taxonomy', 'Moods']);
  });

  it('that were proposed are taken over in one step, and back in one', async () => {
    const before = sizes();
    const chosen = (await proposals()).filter(({ proposed, present }) => proposed && proposed !== present);
    assert.ok(chosen.length > 1);
    const moves = chosen.map(({ task, proposed }) => ({ task, to: proposed!, reason: 'as proposed' }));
    assert.equal(assignCategories(session, moves).length, chosen.length);
    for (const { task, to } of moves) assert.equal(session.placementOf(task).category, to);
    const decided = (await proposals()).filter(({ presentBy }) => presentBy === 'decision');
    assert.equal(decided.length, chosen.length);
    assert.throws(
      () => assignCategories(session, [{ task: 'no/such', to: 'X', reason: '' }]),
      /no task "no\/such"/,
    );
    undo(session, undefined);
    assert.deepEqual(sizes(), before);
  });

  it('stop being proposed when a person cancels', async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(categoryProposals(session, { signal, onStep: () => {} }), { name: 'AbortError' });
  });

  describe('written into the taxonomy', () => {
    const file = () => join(bench.root, 'taxonomy.yaml');
    const reopen = () => session.reloadBench();

    it('place what nobody placed, and keep decisions, lines and comments', async () => {
      const text = readFileSync(file(), 'utf8');
      const less = text
        .replace(', promptsource/kitchen_qa/multiple_choice', '')
        .replace('    tasks: [promptsource/quarry_nli]\n', '')
        .replace('natural-instructions: [Summarization], ', '');
      writeFileSync(file(), less);
      reopen();
      moveTasks(session, ['promptsource/quarry_nli'], 'category', 'Quarries', 'mine');
      const found = await proposals();
      const { tasks } = applyProposals(session, found, 0.5);
      assert.deepEqual(tasks, ['promptsource/kitchen_qa/multiple_choice']);
      assert.equal(
        readFileSync(file(), 'utf8'),
        `${less}  Multiple-Choice QA:\n    tasks:\n      - promptsource/kitchen_qa/multiple_choice\n`,
      );
      assert.equal(
        session.placementOf('promptsource/kitchen_qa/multiple_choice').category,
        'Multiple-Choice QA',
      );
      assert.equal(session.placementOf('promptsource/quarry_nli').category, 'Quarries');
      assert.deepEqual(applyProposals(session, await proposals(), 0.5).tasks, []);
      assert.deepEqual(
        readdirSync(bench.root).filter((name) => name.endsWith('.tmp')),
        [],
      );
    });

    it('make a taxonomy where there is none, and name it in heldout.yaml', async () => {
      rmSync(file());
      const path = join(bench.root, 'heldout.yaml');
      const before = readFileSync(path, 'utf8').replace('categories: taxonomy.yaml\n', '');
      writeFileSync(path, before);
      reopen();
      const wanted = (await proposals()).filter((one) => isOpen(one) && one.confidence >= 0.5);
      const { tasks } = applyProposals(session, await proposals(), 0.5);
      assert.deepEqual(
        tasks,
        wanted.map(({ task }) => task),
      );
      assert.equal(readFileSync(path, 'utf8'), `${before}categories: taxonomy.yaml\n`);
      for (const { task, proposed } of wanted) assert.equal(session.placementOf(task).category, proposed);
    });

    it('leave a taxonomy alone that has a fault or is not named', async () => {
      writeFileSync(file(), 'categories:\n  A: { fron: {} }\n');
      reopen();
      const found = await proposals();
      assert.throws(() => applyProposals(session, found, 0), /unknown key "fron".*mend it before/u);
      assert.match(readFileSync(file(), 'utf8'), /fron/);
      const path = join(bench.root, 'heldout.yaml');
      writeFileSync(path, readFileSync(path, 'utf8').replace('categories: taxonomy.yaml\n', ''));
      reopen();
      const unnamed = await proposals();
      assert.throws(() => applyProposals(session, unnamed, 0), /add "categories: taxonomy.yaml"/);
    });
  });

  function tasksIn(category: string): string[] {
    return taskGroups(session, 'category', { category: [category] }).flatMap(({ tasks }) =>
      tasks.map(({ id }) => id),
    );
  }
});
