import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { diffBenches } from '../../server/engine/diff.ts';
import { importedSession, quiet } from '../support/bench.ts';
import { CommittedBench, lines, told, what } from '../support/revisions.ts';

describe('what a repository may bring to a comparison of its revisions', function () {
  this.timeout(60_000);
  let bench: CommittedBench;
  beforeEach(async () => {
    bench = new CommittedBench();
    await bench.make();
  });
  afterEach(() => bench.remove());

  it('starts nothing that the repository brings', async () => {
    const ran = join(bench.work, 'ran');
    const evil = join(bench.work, 'evil.sh');
    writeFileSync(evil, `#!/bin/sh\necho "$0 $*" >> '${ran}'\ncat\n`);
    chmodSync(evil, 0o755);
    bench.put('.gitattributes', '*.jsonl filter=evil diff=evil\n');
    bench.commit();
    bench.put('data/quiz/rivers.jsonl', lines(9, 'river'));
    bench.commit();
    for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-auto-gc']) {
      cpSync(evil, join(bench.root, '.git/hooks', hook));
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
      bench.git('config', key, evil);
    bench.git('config', 'filter.evil.required', 'true');
    rmSync(ran, { force: true });
    // Touched, so that git has to look into them.
    appendFileSync(join(bench.root, 'data/notes/birds.jsonl'), '');
    bench.put('data/notes/trees.jsonl', readFileSync(join(bench.root, 'data/notes/trees.jsonl'), 'utf8'));
    for (const [a, b] of [
      ['HEAD~1', 'HEAD'],
      ['HEAD~1', '.'],
      ['.', 'HEAD~1'],
    ] as const) {
      assert.equal((await bench.compare(a, b)).changed.length, 1);
    }
    assert.equal(existsSync(ran), false, existsSync(ran) ? readFileSync(ran, 'utf8') : '');
    bench.git('status');
    assert.ok(existsSync(ran), 'git itself would have started it');
  });

  it('writes nothing outside of its folder, whatever a tree names', async () => {
    const input = (text: string, ...args: string[]) =>
      execFileSync('git', args, { cwd: bench.root, input: text, encoding: 'utf8' }).trim();
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
    const yaml = bench.git('rev-parse', 'HEAD:heldout.yaml').trim();
    const top = input(`100644 blob ${yaml}\theldout.yaml\n040000 tree ${data}\tdata\n`, 'mktree');
    const commit = bench.git('commit-tree', top, '-m', 'made by hand').trim();
    const diff = await bench.compare(commit, '.');
    assert.ok(diff.changed.some(({ task }) => task === 'quiz/rivers'));
    const found = readdirSync(bench.work, { recursive: true }).filter((name) =>
      String(name).endsWith('evil.jsonl'),
    );
    assert.deepEqual(found, []);
    assert.equal(existsSync('/x/evil.jsonl'), false);
  });

  it('takes contents that Git LFS keeps from where they lie, and says which are not there', async () => {
    const oid = 'ab'.repeat(32);
    const pointer = (of: string) =>
      `version https://git-lfs.github.com/spec/v1\noid sha256:${of}\nsize 100\n`;
    bench.put('data/quiz/rivers.jsonl', pointer(oid));
    bench.put('data/quiz/lakes.jsonl', pointer('cd'.repeat(32)));
    bench.commit();
    mkdirSync(join(bench.root, '.git/lfs/objects/ab/ab'), { recursive: true });
    writeFileSync(join(bench.root, '.git/lfs/objects/ab/ab', oid), lines(7, 'river'));
    bench.put('data/quiz/rivers.jsonl', lines(9, 'river'));
    rmSync(join(bench.root, 'data/quiz/lakes.jsonl'));
    bench.commit();
    const diff = await bench.compare('HEAD~1', 'HEAD');
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
    bench.put('data/quiz/rivers.jsonl', `${lines(7, 'river')}{"question": "a\n`);
    bench.commit();
    const diff = await bench.compare('HEAD~1', 'HEAD');
    assert.deepEqual(what(diff.changed), [['quiz/rivers', 'examples: 8 → 7']]);
    assert.deepEqual(
      diff.unread.map(({ side, file, line }) => [side, file, line]),
      [['b', 'data/quiz/rivers.jsonl', 8]],
    );
  });

  it('leaves nothing behind when it is cancelled, wherever it is', async () => {
    bench.put('data/quiz/rivers.jsonl', lines(9, 'river'));
    bench.commit();
    bench.put('data/quiz/rivers.jsonl', lines(10, 'river'));
    const messages: string[] = [];
    await diffBenches(bench.session, 'HEAD~1', 'HEAD', {
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
      await assert.rejects(diffBenches(bench.session, 'HEAD~1', 'HEAD', options), /stopped/, stop);
      assert.deepEqual(bench.leftAside(), []);
    }
  });

  it('says in one line that a revision has no bench, that a clone is shallow or lacks contents', async () => {
    bench.git('checkout', '-q', '--orphan', 'before');
    bench.git('rm', '-q', '--cached', 'heldout.yaml');
    bench.git('commit', '-q', '-m', 'no bench yet');
    await assert.rejects(bench.compare('before', '.'), /^heldout.yaml is not in the revision "before": name/);

    bench.commit();
    bench.put('data/quiz/rivers.jsonl', lines(9, 'river'));
    bench.commit();
    const clone = join(bench.work, 'clone');
    bench.git('clone', '-q', '--depth', '1', `file://${bench.root}`, clone);
    const shallow = await importedSession(clone);
    try {
      await assert.rejects(
        bench.compare('HEAD~1', '.', shallow),
        /"HEAD~1" is no git revision that is here; this clone is shallow/,
      );
    } finally {
      shallow.close();
    }

    bench.git('config', 'uploadpack.allowFilter', 'true');
    const partial = join(bench.work, 'partial');
    bench.git('clone', '-q', '--filter=blob:none', `file://${bench.root}`, partial);
    const part = await importedSession(partial);
    try {
      await assert.rejects(
        bench.compare('HEAD~1', '.', part),
        /: this clone is a partial one that lacks files of rev:HEAD~1: "git archive HEAD~1 > .*" fetches them$/,
      );
      execFileSync('git', ['archive', '-o', join(bench.work, 'all.tar'), 'HEAD~1'], {
        cwd: partial,
        stdio: 'pipe',
      });
      assert.deepEqual(what((await bench.compare('HEAD~1', '.', part)).changed), [
        ['quiz/rivers', 'examples: 8 → 9'],
      ]);
    } finally {
      part.close();
    }
  });
});
