import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchDiff } from '../../server/protocol.ts';
import { PROJECT } from '../support/bench.ts';

const CLI = join(PROJECT, 'server/cli.ts');
const YAML = `collections:
  - { name: quiz, format: jsonl, path: data, use: eval, fields: { input: question, target: answer } }
`;

describe('a comparison of revisions on the command line', function () {
  this.timeout(120_000);
  let root: string;

  const lines = (count: number) =>
    Array.from({ length: count }, (_, at) => `{"question": "river ${at}?", "answer": "${at}"}\n`).join('');
  const put = (file: string, text: string) => writeFileSync(join(root, file), text);
  const commit = () => {
    for (const args of [
      ['add', '-A', '.'],
      ['commit', '-q', '-m', 'a state of the bench'],
    ])
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
        cwd: root,
      });
  };
  const heldout = (...args: string[]) => {
    const all = [CLI, ...args, '--bench', root];
    const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  const leftAside = () => readdirSync(join(root, '.heldout')).filter((name) => name.startsWith('aside'));

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'heldout-cli-diff-'));
    mkdirSync(join(root, 'data'));
    put('heldout.yaml', YAML);
    put('.gitignore', '.heldout/\n');
    put('data/rivers.jsonl', lines(30));
    put('data/lakes.jsonl', lines(3));
    execFileSync('git', ['init', '-q'], { cwd: root });
    commit();
    put('data/rivers.jsonl', lines(28));
    put('data/seas.jsonl', `${lines(4)}{"question\n`);
    rmSync(join(root, 'data/lakes.jsonl'));
    commit();
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it('tells tasks that came and went with their files, how many examples there are, what was not read', () => {
    const { status, stdout, stderr } = heldout('diff', 'rev:HEAD~1', '.');
    assert.equal(status, 0, stderr);
    assert.equal(
      stdout,
      `from rev:HEAD~1
to   the bench as it is

entered: 1 task
  quiz/seas (Uncategorised, test, fully-held-out)
    no decision: the files of the bench did it

left: 1 task
  quiz/lakes (Uncategorised, test, fully-held-out)
    no decision: the files of the bench did it

changed: 1 task
  quiz/rivers (Uncategorised, test, fully-held-out)
    examples: 30 → 28
    no decision: the files of the bench did it

files of collections that changed: 3
  deleted data/lakes.jsonl (quiz/lakes)
  modified data/rivers.jsonl (quiz/rivers)
  added data/seas.jsonl (quiz/seas)

could not be read on one side alone:
  the bench as it is: data/seas.jsonl:5: not valid: Unterminated string in JSON at position 10 (line 1 column 11)

the same: 0 tasks
`,
    );
    const json = heldout('diff', 'HEAD', 'HEAD~1', '--json');
    const diff = benchDiff.parse(JSON.parse(json.stdout));
    assert.deepEqual(diff.changed[0]!.changes, [{ what: 'examples', from: '28', to: '30' }]);
    assert.deepEqual(leftAside(), []);
  });

  it('ends with one line where a revision has no bench or is none', () => {
    for (const [side, line] of [
      ['rev:HEAD~9', /^"HEAD~9" is no git revision of the bench: name one, [^\n]*\n$/],
      ['rev:', /^"" is no git revision of the bench: name one, [^\n]*\n$/],
    ] as const) {
      const { status, stdout, stderr } = heldout('diff', side, '.');
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, line);
    }
  });

  it('takes what it laid out away on Ctrl-C, and ends with 2', async () => {
    const args = [CLI, 'diff', 'HEAD~1', 'HEAD', '--bench', root];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    const ended = once(child, 'close');
    const begun = () => existsSync(join(root, '.heldout')) && leftAside().length > 0;
    while (!begun() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill('SIGINT');
    const [status] = await ended;
    assert.deepEqual(leftAside(), []);
    assert.equal(status, 2);
    assert.match(said, /^interrupted: run the command again to go on from here\n$/);
  });
});
