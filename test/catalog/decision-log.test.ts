import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type DecisionDraft, DecisionLog } from '../../server/catalog/decision-log.ts';
import { keepBothOnMerge } from '../../server/catalog/git-attributes.ts';
import { reviewerOf } from '../../server/catalog/reviewer.ts';
import type { Decision, Subject } from '../../server/protocol.ts';
import { removeScratch, scratch, write } from './support.ts';

const pair = (name: string): Subject => ({ kind: 'pair', train: `t/${name}`, eval: `e/${name}` });
const draft = (name: string, verdict: string, reason = ''): DecisionDraft => ({
  subject: pair(name),
  verdict,
  reason,
  evidence: 'hash',
});
const newLog = () => DecisionLog.open(join(scratch(), 'decisions.jsonl'));
const lines = (log: DecisionLog) => readFileSync(log.path, 'utf8').split('\n').filter(Boolean);

after(removeScratch);

describe('the decision log', function () {
  // Every decision and file is put on disk; a busy disk takes its time.
  this.timeout(30_000);
  it('keeps a decision, one line each, for whoever opens the file next', () => {
    const log = newLog();
    const [made] = log.append([draft('a', 'remove-train', 'copied')], 'Ann');
    assert.deepEqual(JSON.parse(lines(log)[0]!), made);
    const again = DecisionLog.open(log.path);
    assert.deepEqual(again.heads(pair('a')), [made]);
    assert.deepEqual(again.state(pair('a')), { heads: [made], verdict: 'remove-train', conflict: false });
    assert.deepEqual(again.recentReasons(5), ['copied']);
  });

  it('lets a later verdict replace the one that the reviewer saw', () => {
    const log = newLog();
    const [first] = log.append([draft('a', 'retain')], 'Ann');
    const [second] = log.append([draft('a', 'remove-eval')], 'Ben');
    assert.deepEqual(second!.replaces, [first!.id]);
    assert.deepEqual(log.heads(pair('a')), [second]);
    assert.deepEqual(log.history(pair('a')), [first, second]);
    assert.deepEqual(log.conflicts(), []);
  });

  it('undoes a bulk as one, and revives what it had replaced', () => {
    const log = newLog();
    const [old] = log.append([draft('a', 'retain')], 'Ann');
    const bulk = log.append([draft('a', 'remove-train'), draft('b', 'remove-train')], 'Ann');
    log.append([draft('c', 'retain')], 'Ben');
    assert.deepEqual(log.lastOf('Ann'), bulk);
    const undos = log.undo(undefined, 'Ann');
    assert.deepEqual(
      undos.map(({ verdict, replaces }) => [verdict, ...replaces]),
      bulk.map(({ id }) => ['undo', id]),
    );
    assert.deepEqual(log.heads(pair('a')), [old]);
    assert.deepEqual(log.heads(pair('b')), []);
    assert.deepEqual(log.lastOf('Ann'), [old]);
    assert.deepEqual(log.undo(undefined, 'Ann').length, 1);
    assert.deepEqual(log.undo(undefined, 'Ann'), []);
    // An undo can be taken back like any decision.
    log.undo([undos[1]!.id], 'Ben');
    assert.deepEqual(log.heads(pair('b')), [bulk[1]]);
    assert.throws(() => log.undo(['nobody'], 'Ann'), /no decision has the id "nobody"/);
  });

  it('keeps a replaced decision replaced when one in the middle is taken back', () => {
    const log = newLog();
    const [, middle, last] = ['retain', 'remove-eval', 'remove-train'].map(
      (verdict) => log.append([draft('a', verdict)], 'Ann')[0]!,
    );
    log.undo([middle!.id], 'Ann');
    assert.deepEqual(log.heads(pair('a')), [last]);
  });

  it('shows verdicts that disagree as a conflict, settled by a new one', () => {
    const log = newLog();
    const other = DecisionLog.open(log.path);
    log.append([draft('a', 'retain'), draft('b', 'retain')], 'Ann');
    // Ben had not seen Ann's.
    other.append(
      [
        { ...draft('a', 'remove-train'), replaces: [] },
        { ...draft('b', 'retain'), replaces: [] },
      ],
      'Ben',
    );
    assert.deepEqual(
      log.conflicts().map(({ subject, decisions }) => [subject, decisions.map((one) => one.reviewer)]),
      [[pair('a'), ['Ann', 'Ben']]],
    );
    assert.deepEqual(
      log.inForce().map(({ subject, reviewer }) => [subject, reviewer]),
      [
        [pair('b'), 'Ann'],
        [pair('b'), 'Ben'],
      ],
    );
    const version = log.version();
    log.append([draft('a', 'remove-train', 'agreed')], 'Ann');
    assert.notEqual(log.version(), version);
    assert.deepEqual(log.conflicts(), []);
    assert.equal(other.state(pair('a')).verdict, 'remove-train');
  });

  it('does not replace what the reviewer had not seen', () => {
    const log = newLog();
    log.heads(pair('a'));
    DecisionLog.open(log.path).append([draft('a', 'retain')], 'Ben');
    const [mine] = log.append([draft('a', 'remove-train')], 'Ann');
    assert.deepEqual(mine!.replaces, []);
    assert.equal(log.conflicts().length, 1);
  });

  it('of two drafts on one subject the later counts', () => {
    const log = newLog();
    const [, later] = log.append([draft('a', 'retain'), draft('a', 'remove-train')], 'Ann');
    assert.deepEqual(log.heads(pair('a')), [later]);
  });

  it('goes on after a line that a crash cut off, and names it', () => {
    const log = newLog();
    log.append([draft('a', 'retain')], 'Ann');
    appendFileSync(log.path, lines(log)[0]!.slice(0, 40));
    const [next] = log.append([draft('b', 'retain')], 'Ann');
    assert.deepEqual(log.heads(pair('b')), [next]);
    const [problem, ...more] = log.problems();
    assert.deepEqual([problem!.file, problem!.line, more.length], [log.path, 2, 0]);
    assert.match(problem!.message, /not a whole decision .*cut off while it was written/);
    assert.equal(lines(log).length, 3);
  });

  it('takes one problem for each bad line and loads the rest', () => {
    const log = newLog();
    const [a] = log.append([draft('a', 'retain')], 'Ann');
    const [b] = log.append([draft('b', 'retain')], 'Ann');
    writeFileSync(
      log.path,
      `\uFEFF<<<<<<< HEAD\r\n${JSON.stringify(a)}\r\n=======\r\n${JSON.stringify(b)}\r\n>>>>>>> other\r\n{"id": 3}\r\n\r\n`,
    );
    assert.deepEqual(log.all(), [a, b]);
    assert.deepEqual(
      log.problems().map(({ line, message }) => [line, /conflict mark of git/.test(message)]),
      [
        [1, true],
        [3, true],
        [5, true],
        [6, false],
      ],
    );
    assert.match(log.problems()[3]!.message, /id/);
  });

  it('notices that git put another file in its place', () => {
    const log = newLog();
    log.append([draft('a', 'retain')], 'Ann');
    const text = readFileSync(log.path, 'utf8');
    writeFileSync(log.path, text.replace('"retain"', '"remove"'));
    assert.equal(log.state(pair('a')).verdict, 'remove');
  });

  it('comes to the same state whatever the order of the lines', () => {
    const reviewer = fc.constantFrom('Ann', 'Ben');
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          reviewer,
          subject: fc.constantFrom('a', 'b', 'c'),
          verdict: fc.constantFrom('retain', 'remove-train', 'remove-eval'),
        }),
      },
      { weight: 1, arbitrary: fc.record({ reviewer, undo: fc.constant(true) }) },
      { weight: 1, arbitrary: fc.record({ merge: fc.constant(true) }) },
    );
    const stateOf = (log: DecisionLog) => ({
      heads: ['a', 'b', 'c'].map((name) => log.heads(pair(name))),
      inForce: log.inForce(),
      conflicts: log.conflicts(),
      all: log.all(),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 14 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (steps, stream) => {
          const logs = { Ann: newLog(), Ben: newLog() };
          const merge = () => {
            const union = [
              ...new Set([...Object.values(logs)].flatMap((log) => (log.all().length ? lines(log) : []))),
            ];
            for (const log of Object.values(logs))
              writeFileSync(log.path, union.map((line) => `${line}\n`).join(''));
          };
          for (const one of steps) {
            if ('merge' in one) merge();
            else if ('undo' in one) logs[one.reviewer].undo(undefined, one.reviewer);
            else logs[one.reviewer].append([draft(one.subject, one.verdict)], one.reviewer);
          }
          merge();
          const expected = stateOf(logs.Ann);
          const shuffled = newLog();
          const all = logs.Ann.all().map((decision: Decision) => JSON.stringify(decision));
          // Any order, and some lines twice.
          const order = [...all, ...all.slice(0, 3)]
            .map((line) => ({ line, at: stream.next().value as number }))
            .sort((x, y) => x.at - y.at);
          writeFileSync(shuffled.path, order.map(({ line }) => `${line}\n`).join(''));
          assert.deepEqual(stateOf(shuffled), expected);
          assert.deepEqual(stateOf(logs.Ben), expected);
          assert.deepEqual(shuffled.problems(), []);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('ids sort by time and share a batch', () => {
    const log = newLog();
    const made = [
      ...log.append(
        Array.from({ length: 40 }, (_, number) => draft(`n${number}`, 'retain')),
        'Ann',
      ),
      ...log.append([draft('x', 'retain')], 'Ann'),
      ...log.append([draft('y', 'retain')], 'Ann'),
    ].map(({ id }) => id);
    assert.deepEqual([...made].sort(), made);
    assert.equal(new Set(made).size, 42);
    assert.equal(new Set(made.map((id) => id.split('.')[0])).size, 3);
  });
});

describe('what stands beside the decision log', () => {
  it('a hint for git is written once', () => {
    const root = scratch();
    assert.equal(keepBothOnMerge(root, 'decisions.jsonl'), true);
    assert.equal(keepBothOnMerge(root, 'decisions.jsonl'), false);
    const other = scratch();
    write(other, '.gitattributes', '*.bin binary');
    keepBothOnMerge(other, 'decisions.jsonl');
    assert.equal(
      readFileSync(join(other, '.gitattributes'), 'utf8'),
      '*.bin binary\ndecisions.jsonl merge=union\n',
    );
  });

  it('the reviewer is whom git names', () => {
    const root = scratch();
    write(
      root,
      '.git/config',
      '[core]\n\trepositoryformatversion = 0\n[user]\n\tname = Ann Author\n\temail = ann@example.org\n',
    );
    write(root, '.git/HEAD', 'ref: refs/heads/main\n');
    write(root, '.git/objects/.keep', '');
    write(root, '.git/refs/.keep', '');
    assert.equal(reviewerOf(root), 'Ann Author <ann@example.org>');
    assert.notEqual(reviewerOf(scratch()), '');
  });
});
