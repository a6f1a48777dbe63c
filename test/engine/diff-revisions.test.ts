import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moveTasks } from '../../server/engine/decide.ts';
import { diffBenches } from '../../server/engine/diff.ts';
import { Session } from '../../server/engine/session.ts';
import { type BenchDiff, benchDiff, type TaskDiff } from '../../server/protocol.ts';
import { importedSession, quiet } from '../support/bench.ts';

const YAML = `collections:
  - { name: notes, format: jsonl, path: data/notes, use: train, fields: { input: question, target: answer } }
  - { name: quiz, format: jsonl, path: data/quiz, use: eval, fields: { input: question, target: answer } }
  - { name: far, format: jsonl, path: ../far, use: train, fields: { input: question, target: answer } }
`;

const lines = (count: number, what: string) =>
  Array.from(
    { length: count },
    (_, at) => `${JSON.stringify({ question: `${what} ${at}?`, answer: `${at}` })}\n`,
  ).join('');

const what = (tasks: readonly TaskDiff[]) =>
  tasks.map(({ task, changes }) => [
    task,
    ...changes.map((change) => `${change.what}: ${change.from} → ${change.to}`),
  ]);
const told = (diff: BenchDiff) => ({
  entered: what(diff.entered),
  left: what(diff.left),
  changed: what(diff.changed),
  same: diff.same,
});

describe('a comparison of revisions whose files differ', function () {
  this.timeout(60_000);
  let work: string;
  let root: string;
  let session: Session;

  beforeEach(async () => {
    work = mkdtempSync(join(tmpdir(), 'heldout-revisions-'));
    root = join(work, 'bench');
    for (const folder of ['data/notes', 'data/quiz', '../far'])
      mkdirSync(join(root, folder), { recursive: true });
    put('heldout.yaml', YAML);
    put('.gitignore', '.heldout/\n');
    put('data/notes/birds.jsonl', lines(30, 'bird'));
    put('data/notes/trees.jsonl', lines(12, 'tree'));
    put('data/quiz/rivers.jsonl', lines(8, 'river'));
    put('../far/stars.jsonl', lines(5, 'star'));
    git('init', '-q');
    commit();
    session = await importedSession(root);
  });
  afterEach(() => {
    session.close();
    assert.deepEqual(leftAside(), []);
    rmSync(work, { recursive: true, force: true });
  });

  const put = (file: string, text: string) => writeFileSync(join(root, file), text);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: root,
      stdio: 'pipe',
      encoding: 'utf8',
    });
  const commit = () => {
    git('add', '-A', '.');
    git('commit', '-q', '-m', 'a state of the bench');
  };
  const compare = async (a: string, b: string, of = session) =>
    benchDiff.parse(await diffBenches(of, a, b, quiet()));
  const leftAside = (of = root) =>
    existsSync(join(of, '.heldout'))
      ? readdirSync(join(of, '.heldout')).filter((name) => name.startsWith('aside'))
      : [];

  it("reads each side's own tasks: those of files that came or went, and how many examples there are", async () => {
    rmSync(join(root, 'data/notes/trees.jsonl'));
    put('data/quiz/lakes.jsonl', lines(4, 'lake'));
    put('data/notes/birds.jsonl', lines(28, 'bird'));
    commit();
    const diff = await compare('rev:HEAD~1', 'HEAD');
    assert.deepEqual(told(diff), {
      entered: [['quiz/lakes']],
      left: [['notes/trees']],
      changed: [['notes/birds', 'examples: 30 → 28']],
      same: 2,
    });
    // The catalogue is that of the first state: nothing was imported since.
    assert.deepEqual([diff.entered[0]!.here, diff.left[0]!.here], [false, true]);
    assert.deepEqual(diff.files, [
      { file: 'data/notes/birds.jsonl', change: 'modified', tasks: ['notes/birds'], here: true },
      { file: 'data/notes/trees.jsonl', change: 'deleted', tasks: ['notes/trees'], here: false },
      { file: 'data/quiz/lakes.jsonl', change: 'added', tasks: ['quiz/lakes'], here: true },
    ]);
    assert.deepEqual(diff.unread, []);

    const back = await compare('HEAD', 'HEAD~1');
    assert.deepEqual(told(back).changed, [['notes/birds', 'examples: 28 → 30']]);
    assert.deepEqual(told(back).entered, [['notes/trees']]);
    assert.deepEqual(
      session.catalog.tasks().map(({ id, examples }) => [id, examples]),
      [
        ['notes/birds', 30],
        ['notes/trees', 12],
        ['quiz/rivers', 8],
        ['far/stars', 5],
      ],
    );
  });

  it('compares with what is not committed, new files and moved folders included', async () => {
    renameSync(join(root, 'data/notes'), join(root, 'data/remarks'));
    put('heldout.yaml', YAML.replace('data/notes', 'data/remarks'));
    put('data/remarks/stones.jsonl', lines(3, 'stone'));
    session.reloadBench();
    const diff = await compare('rev:HEAD', '.');
    assert.deepEqual(told(diff), { entered: [['notes/stones']], left: [], changed: [], same: 4 });
    assert.deepEqual(
      diff.files.map(({ file, change }) => `${change} ${file}`),
      [
        'deleted data/notes/birds.jsonl',
        'deleted data/notes/trees.jsonl',
        'added data/remarks/birds.jsonl',
        'added data/remarks/stones.jsonl',
        'added data/remarks/trees.jsonl',
      ],
    );
    const back = await compare('.', 'HEAD');
    assert.deepEqual(told(back), { entered: [], left: [['notes/stones']], changed: [], same: 4 });
  });

  it('reads what a bench file names, excludes or maps in another way by its own words', async () => {
    put('heldout.yaml', YAML.replace('use: eval, fields', 'use: eval, exclude: [rivers], fields'));
    commit();
    session.reloadBench();
    const diff = await compare('HEAD~1', 'HEAD');
    assert.deepEqual(told(diff), { entered: [], left: [['quiz/rivers']], changed: [], same: 3 });
  });

  it('tells which decision bears on a task that only one side has', async () => {
    put('data/quiz/lakes.jsonl', lines(4, 'lake'));
    moveTasks(session, ['notes/birds'], 'category', 'Animals', 'they are');
    commit();
    const diff = await compare('HEAD~1', 'HEAD');
    assert.deepEqual(told(diff).entered, [['quiz/lakes']]);
    assert.deepEqual(diff.entered[0]!.by, []);
    assert.equal(diff.changed[0]!.task, 'notes/birds');
    assert.equal(diff.changed[0]!.by[0]!.verdict, 'Animals');
  });

  it('takes what git does not keep as it is, for both sides', async () => {
    put('.gitignore', '.heldout/\ndata/quiz/private.jsonl\n');
    put('data/quiz/private.jsonl', lines(6, 'secret'));
    put('../far/moons.jsonl', lines(2, 'moon'));
    commit();
    put('data/quiz/lakes.jsonl', lines(4, 'lake'));
    commit();
    const imported = await importedSession(root);
    try {
      const diff = await compare('HEAD~2', 'HEAD', imported);
      assert.deepEqual(told(diff), { entered: [['quiz/lakes']], left: [], changed: [], same: 6 });
    } finally {
      imported.close();
    }
  });

  it('needs no import, and reads only files that are not the same', async () => {
    put('data/quiz/lakes.jsonl', lines(4, 'lake'));
    commit();
    session.close();
    rmSync(join(root, '.heldout'), { recursive: true });
    session = new Session(root, 'Ada');
    const diff = await compare('HEAD~1', '.');
    assert.deepEqual(told(diff), { entered: [['quiz/lakes']], left: [], changed: [], same: 4 });
    assert.deepEqual(session.catalog.tasks(), []);
  });

  it('compares a bench that is a folder of a repository, with data of the repository outside of it', async () => {
    const inner = join(root, 'inner');
    mkdirSync(inner);
    writeFileSync(
      join(inner, 'heldout.yaml'),
      YAML.replaceAll('path: data', 'path: ../data').replace('../far', '../../far'),
    );
    commit();
    put('data/quiz/rivers.jsonl', lines(9, 'river'));
    commit();
    const nested = await importedSession(inner);
    try {
      const diff = await compare('HEAD~1', 'HEAD', nested);
      assert.deepEqual(told(diff), {
        entered: [],
        left: [],
        changed: [['quiz/rivers', 'examples: 8 → 9']],
        same: 3,
      });
      assert.equal(diff.files[0]!.file, '../data/quiz/rivers.jsonl');
      assert.deepEqual(leftAside(inner), []);
    } finally {
      nested.close();
    }
  });

  it('starts nothing that the repository brings', async () => {
    const ran = join(work, 'ran');
    const evil = join(work, 'evil.sh');
    writeFileSync(evil, `#!/bin/sh\necho "$0 $*" >> '${ran}'\ncat\n`);
    chmodSync(evil, 0o755);
    put('.gitattributes', '*.jsonl filter=evil diff=evil\n');
    commit();
    put('data/quiz/rivers.jsonl', lines(9, 'river'));
    commit();
    for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-auto-gc']) {
      cpSync(evil, join(root, '.git/hooks', hook));
    }
    for (const key of [
      'filter.evil.smudge',
      'filter.evil.clean',
      'diff.evil.command',
      'diff.evil.textconv',
      'diff.external',
      'core.fsmonitor',
      'core.pager',
      'core.sshCommand',
    ])
      git('config', key, evil);
    git('config', 'filter.evil.required', 'true');
    rmSync(ran, { force: true });
    // Touched, so that git has to look into them.
    appendFileSync(join(root, 'data/notes/birds.jsonl'), '');
    put('data/notes/trees.jsonl', readFileSync(join(root, 'data/notes/trees.jsonl'), 'utf8'));
    for (const [a, b] of [
      ['HEAD~1', 'HEAD'],
      ['HEAD~1', '.'],
      ['.', 'HEAD~1'],
    ] as const) {
      assert.equal((await compare(a, b)).changed.length, 1);
    }
    assert.equal(existsSync(ran), false, existsSync(ran) ? readFileSync(ran, 'utf8') : '');
    git('status');
    assert.ok(existsSync(ran), 'git itself would have started it');
  });

  it('writes nothing outside of its folder, whatever a tree names', async () => {
    const input = (text: string, ...args: string[]) =>
      execFileSync('git', args, { cwd: root, input: text, encoding: 'utf8' }).trim();
    const evil = input('evil', 'hash-object', '-w', '--stdin');
    const river = input(lines(2, 'river'), 'hash-object', '-w', '--stdin');
    const out = input('/', 'hash-object', '-w', '--stdin');
    const up = (names: string[]) =>
      names.reduceRight(
        (tree, name) => input(`040000 tree ${tree}\t${name}\n`, 'mktree'),
        input(`100644 blob ${evil}\tevil.jsonl\n`, 'mktree'),
      );
    const quiz = input(
      `100644 blob ${river}\trivers.jsonl\n120000 blob ${out}\tround\n040000 tree ${up(['..', '..', '..', '..', '..'])}\t..\n040000 tree ${up(['x'])}\tround\n`,
      'mktree',
    );
    const data = input(`040000 tree ${quiz}\tquiz\n`, 'mktree');
    const yaml = git('rev-parse', 'HEAD:heldout.yaml').trim();
    const top = input(`100644 blob ${yaml}\theldout.yaml\n040000 tree ${data}\tdata\n`, 'mktree');
    const commit = git('commit-tree', top, '-m', 'made by hand').trim();
    const diff = await compare(commit, '.');
    assert.ok(diff.changed.some(({ task }) => task === 'quiz/rivers'));
    const found = readdirSync(work, { recursive: true }).filter((name) =>
      String(name).endsWith('evil.jsonl'),
    );
    assert.deepEqual(found, []);
    assert.equal(existsSync('/x/evil.jsonl'), false);
  });

  it('takes contents that Git LFS keeps from where they lie, and says which are not there', async () => {
    const oid = 'ab'.repeat(32);
    const pointer = (of: string) =>
      `version https://git-lfs.github.com/spec/v1\noid sha256:${of}\nsize 100\n`;
    put('data/quiz/rivers.jsonl', pointer(oid));
    put('data/quiz/lakes.jsonl', pointer('cd'.repeat(32)));
    commit();
    mkdirSync(join(root, '.git/lfs/objects/ab/ab'), { recursive: true });
    writeFileSync(join(root, '.git/lfs/objects/ab/ab', oid), lines(7, 'river'));
    put('data/quiz/rivers.jsonl', lines(9, 'river'));
    rmSync(join(root, 'data/quiz/lakes.jsonl'));
    commit();
    const diff = await compare('HEAD~1', 'HEAD');
    assert.deepEqual(told(diff), {
      entered: [],
      left: [],
      changed: [['quiz/rivers', 'examples: 7 → 9']],
      same: 3,
    });
    assert.deepEqual(
      diff.unread.map(({ side, file, line }) => [side, file, line]),
      [['a', 'data/quiz/lakes.jsonl', 0]],
    );
    assert.match(diff.unread[0]!.reason, /Git LFS .*"git lfs fetch origin HEAD~1"/);
  });

  it('tells what could be read on one side only', async () => {
    put('data/quiz/rivers.jsonl', `${lines(7, 'river')}{"question": "a\n`);
    commit();
    const diff = await compare('HEAD~1', 'HEAD');
    assert.deepEqual(what(diff.changed), [['quiz/rivers', 'examples: 8 → 7']]);
    assert.deepEqual(
      diff.unread.map(({ side, file, line }) => [side, file, line]),
      [['b', 'data/quiz/rivers.jsonl', 8]],
    );
  });

  it('leaves nothing behind when it is cancelled, wherever it is', async () => {
    put('data/quiz/rivers.jsonl', lines(9, 'river'));
    commit();
    put('data/quiz/rivers.jsonl', lines(10, 'river'));
    const messages: string[] = [];
    await diffBenches(session, 'HEAD~1', 'HEAD', {
      ...quiet(),
      onStep: ({ message }) => messages.push(message),
    });
    for (const stop of ['laying out rev:HEAD~1', 'laying out rev:HEAD', 'rev:HEAD: reading quiz']) {
      assert.ok(messages.includes(stop), messages.join('; '));
      const controller = new AbortController();
      const onStep = ({ message }: { message: string }) => {
        if (message === stop) controller.abort(new Error('stopped'));
      };
      const options = { signal: controller.signal, onStep };
      await assert.rejects(diffBenches(session, 'HEAD~1', 'HEAD', options), /stopped/, stop);
      assert.deepEqual(leftAside(), []);
    }
  });

  it('says in one line that a revision has no bench, that a clone is shallow or lacks contents', async () => {
    git('checkout', '-q', '--orphan', 'before');
    git('rm', '-q', '--cached', 'heldout.yaml');
    git('commit', '-q', '-m', 'no bench yet');
    await assert.rejects(compare('before', '.'), /^heldout.yaml is not in the revision "before": name/);

    commit();
    put('data/quiz/rivers.jsonl', lines(9, 'river'));
    commit();
    const clone = join(work, 'clone');
    git('clone', '-q', '--depth', '1', `file://${root}`, clone);
    const shallow = await importedSession(clone);
    try {
      await assert.rejects(
        compare('HEAD~1', '.', shallow),
        /"HEAD~1" is no git revision that is here; this clone is shallow/,
      );
    } finally {
      shallow.close();
    }

    git('config', 'uploadpack.allowFilter', 'true');
    const partial = join(work, 'partial');
    git('clone', '-q', '--filter=blob:none', `file://${root}`, partial);
    const part = await importedSession(partial);
    try {
      await assert.rejects(
        compare('HEAD~1', '.', part),
        /: this clone is a partial one that lacks files of rev:HEAD~1: "git archive HEAD~1 > .*" fetches them$/,
      );
      execFileSync('git', ['archive', '-o', join(work, 'all.tar'), 'HEAD~1'], {
        cwd: partial,
        stdio: 'pipe',
      });
      assert.deepEqual(what((await compare('HEAD~1', '.', part)).changed), [
        ['quiz/rivers', 'examples: 8 → 9'],
      ]);
    } finally {
      part.close();
    }
  });
});
