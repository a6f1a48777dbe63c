import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBench } from '../../server/engine/build/run.ts';
import { decidePairs, moveTasks, undo } from '../../server/engine/decide.ts';
import { diffBenches } from '../../server/engine/diff.ts';
import type { Session } from '../../server/engine/session.ts';
import { benchDiff, buildQuery, type TaskDiff } from '../../server/protocol.ts';
import { quiet, sampleBench, scannedSession } from '../support/bench.ts';

const WHOLE = { train: 'natural-instructions/task004_garden_deduction', eval: 'bbh/garden_deduction' };
const COPIED = { train: 'natural-instructions/task003_workshop_arithmetic', eval: 'gsm8k/test' };
const MOVED = 'crossfit/mood_of_notes';

const what = (tasks: readonly TaskDiff[]) =>
  tasks.map(({ task, changes }) => [
    task,
    ...changes.map((change) => `${change.what}: ${change.from} → ${change.to}`),
  ]);

describe('diff', function () {
  this.timeout(60_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;
  let work: string;

  beforeEach(async () => {
    bench = sampleBench();
    session = await scannedSession(bench.root);
    work = mkdtempSync(join(tmpdir(), 'heldout-diff-'));
  });
  afterEach(() => {
    session.close();
    bench.remove();
    rmSync(work, { recursive: true, force: true });
  });

  const compare = async (a: string, b: string) => benchDiff.parse(await diffBenches(session, a, b, quiet()));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: bench.root,
      stdio: 'pipe',
    });
  const commit = () => {
    git('add', '-A', '--', '*.yaml', '*.jsonl');
    git('commit', '-q', '-m', 'a state of the bench');
  };
  const decide = () => {
    decidePairs(session, [WHOLE], 'remove-train', 'the whole task is copied');
    decidePairs(session, [COPIED], 'remove-examples', 'twelve are copied');
    moveTasks(session, [MOVED], 'category', 'Moods', 'these are moods');
    const subject = {
      kind: 'template' as const,
      task: 'promptsource/village_boolq',
      template: 'write_the_question',
    };
    session.log.append(
      [{ subject, verdict: 'alters', reason: 'asks for the question', evidence: '' }],
      'Grace',
    );
  };

  it('tells of two builds what left and changed, and by whose decision', async () => {
    const build = (name: string) =>
      buildBench(session, buildQuery.parse({ out: join(work, name), allowOpen: true }), {
        ...quiet(),
        workers: 1,
      });
    await build('a');
    decide();
    await build('b');
    const diff = await compare(join(work, 'a'), join(work, 'b'));
    assert.deepEqual(what(diff.left), [
      [WHOLE.train, 'split: train → none', 'level: fully-supervised → none', 'train: 20 → 0'],
    ]);
    assert.deepEqual(diff.entered, []);
    assert.deepEqual(what(diff.changed), [
      [MOVED, 'category: Sentiment Analysis → Moods'],
      [COPIED.train, 'removed-examples: 0 → 12', 'train: 40 → 28'],
      ['promptsource/village_boolq', 'templates: write_the_question → ', 'test: 128 → 96'],
    ]);
    assert.equal(diff.same, 47 - 4);
    const [left] = diff.left;
    assert.deepEqual(
      left!.by.map(({ kind, reviewer, verdict, reason }) => [kind, reviewer, verdict, reason]),
      [['made', 'Ada <ada@example.org>', 'remove-train', 'the whole task is copied']],
    );
    assert.equal(diff.changed[2]!.by[0]!.reviewer, 'Grace');
    assert.deepEqual(diff.instances!.a.train - diff.instances!.b.train, 20 + 12);

    const back = await compare(join(work, 'b'), join(work, 'a'));
    assert.deepEqual(
      back.entered.map(({ task, by }) => [task, by[0]!.kind]),
      [[WHOLE.train, 'gone']],
    );
  });

  it('tells the same of two revisions of the bench, and of what is not committed', async () => {
    git('init', '-q');
    commit();
    decide();
    commit();
    undo(session, undefined);
    const yaml = join(bench.root, 'heldout.yaml');
    writeFileSync(
      yaml,
      readFileSync(yaml, 'utf8').replace('World Knowledge]', 'World Knowledge, Summarization]'),
    );
    session.reloadBench();

    const diff = await compare('rev:HEAD~1', 'HEAD');
    assert.deepEqual(what(diff.left), [
      [WHOLE.train, 'split: train → none', 'level: fully-supervised → none'],
    ]);
    assert.deepEqual(what(diff.changed), [
      [MOVED, 'category: Sentiment Analysis → Moods'],
      [COPIED.train, 'removed-examples: none → gsm8k/test'],
      ['promptsource/village_boolq', 'templates: write_the_question → '],
    ]);

    const now = await compare('rev:HEAD', '.');
    const moved = now.changed.find(({ task }) => task === MOVED)!;
    assert.equal(moved.by[0]!.kind, 'gone');
    assert.deepEqual(what([moved]), [[MOVED, 'category: Moods → Sentiment Analysis']]);
    const held = now.changed.find(({ task }) => task === 'promptsource/doorstep_summaries')!;
    assert.deepEqual(what([held]), [
      [held.task, 'split: train → test', 'level: fully-supervised → fully-held-out'],
    ]);
    assert.deepEqual(held.by, []);
  });

  it('tells of builds made with another seed that no decision need have changed them', async () => {
    const build = (name: string, seed: number) =>
      buildBench(session, buildQuery.parse({ out: join(work, name), allowOpen: true, seed }), {
        ...quiet(),
        workers: 1,
      });
    await build('a', 0);
    await build('b', 1);
    const diff = await compare(join(work, 'a'), join(work, 'b'));
    assert.deepEqual(diff.options, [{ what: 'seed', from: '0', to: '1' }]);
  });

  it('names a verdict only with the tasks that it changed', async () => {
    git('init', '-q');
    commit();
    decidePairs(session, [WHOLE], 'retain', 'looked at');
    decidePairs(session, [COPIED], 'remove-train', 'copied');
    moveTasks(session, [WHOLE.train, COPIED.eval], 'category', 'Moods', 'these are moods');
    const diff = await compare('rev:HEAD', '.');
    const verdictsOf = (id: string) =>
      [...diff.left, ...diff.changed].find(({ task }) => task === id)!.by.map(({ verdict }) => verdict);
    assert.deepEqual(verdictsOf(WHOLE.train), ['Moods']);
    assert.deepEqual(verdictsOf(COPIED.eval), ['Moods']);
    assert.deepEqual(verdictsOf(COPIED.train), ['remove-train']);
  });

  it('says what a side is not', async () => {
    await assert.rejects(compare('rev:nothing', '.'), /: the bench is in no git repository, so that/);
    git('init', '-q');
    commit();
    await assert.rejects(compare('rev:nothing', '.'), /^"nothing" is no git revision/);
    await assert.rejects(compare('.', 'rev:--output=x'), /is no git revision/);
    await assert.rejects(compare(work, '.'), /no build stands here/);
  });
});
