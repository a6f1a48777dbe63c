import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Session } from '../../server/engine/session.ts';
import { categoryChange, decision } from '../../server/protocol.ts';
import { sampleBench, scannedSession } from '../support/bench.ts';
import { commandLine } from '../support/command-line.ts';

const LETTER = 'natural-instructions/task007_letter_correction';
const made = z.object({ decisions: z.array(decision) });

describe('decisions on the command line', function () {
  this.timeout(120_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;
  before(async () => {
    bench = sampleBench();
    session = await scannedSession(bench.root);
  });
  after(() => {
    session.close();
    bench.remove();
  });
  const { heldout, json } = commandLine(() => bench.root);
  const place = (task: string) => {
    session.log.refresh();
    return session.placementOf(task);
  };

  it('move tasks to a split and a category, with a reason, and undo takes that back', () => {
    const before = place(LETTER);
    const { decisions } = json(made, 'move', LETTER, '--split', 'none', '--reason', 'too close');
    assert.deepEqual(
      decisions.map(({ subject, verdict, reason }) => [subject, verdict, reason]),
      [[{ kind: 'task', task: LETTER, aspect: 'split' }, 'none', 'too close']],
    );
    json(made, 'move', LETTER, '--category', 'Spelling', '--reason', 'it is');
    assert.deepEqual([place(LETTER).split, place(LETTER).category], ['none', 'Spelling']);
    json(made, 'undo', decisions[0]!.id);
    json(made, 'undo');
    assert.deepEqual([place(LETTER).split, place(LETTER).category], [before.split, before.category]);
  });

  it('rename and merge categories, told before it is done', () => {
    const args = ['rename', 'Textual Entailment', 'Question Answering'];
    const change = json(categoryChange, ...args, '--dry-run');
    assert.ok(change.tasks > 0 && change.into > 0);
    session.log.refresh();
    assert.ok([...session.placements().values()].some(({ category }) => category === 'Textual Entailment'));
    json(made, ...args, '--reason', 'one and the same');
    session.log.refresh();
    assert.ok([...session.placements().values()].every(({ category }) => category !== 'Textual Entailment'));
    json(made, 'undo');
  });

  it('refuse what is wrong in one line', () => {
    const wrong: [string[], RegExp][] = [
      [['move', LETTER, '--reason', 'x'], /^say either --split or --category/u],
      [['move', LETTER, '--split', 'dev'], /--reason/u],
      [['move', 'nowhere/letter', '--split', 'dev', '--reason', 'x'], /there is no task "nowhere\/letter"/u],
      [['allow', 'nothing', '--reason', 'x'], /"nothing" does not stand on both sides/u],
      [['rename', 'Textual Entailmint', 'NLI', '--reason', 'x'], /did you mean "Textual Entailment"/u],
      [['rename', 'Textual Entailment', 'NLI'], /^say why: --reason TEXT/u],
    ];
    const log = readFileSync(join(bench.root, 'decisions.jsonl'), 'utf8');
    for (const [args, message] of wrong) {
      const { status, stdout, stderr } = heldout(...args);
      assert.deepEqual([status, stdout], [2, ''], args.join(' '));
      assert.match(stderr, message);
    }
    assert.equal(readFileSync(join(bench.root, 'decisions.jsonl'), 'utf8'), log);
  });

  it('make the split clean by the commands that the check offers', () => {
    // A file that is said to be of another split has overlaps to be looked for again.
    for (let round = 0; round < 2; round++) remedy(heldout('split', '--check', '--remedies').stdout);
    const left = heldout('split', '--check');
    assert.equal(left.stderr, 'the split is clean\n', left.stdout);
  });

  /** Does the first thing that each finding offers. */
  function remedy(report: string): void {
    const offered = report.split(/\n(?! )/u).map((finding) => finding.split('\n  ').slice(1));
    for (const commands of offered.filter((each) => each.length > 0)) {
      const command = commands.find((each) => /^heldout (?:allow|move|decide) /u.test(each)) ?? commands[0]!;
      const edit = /^edit (.*):(\d+)$/u.exec(command);
      if (edit) {
        const file = join(bench.root, edit[1]!);
        const lines = readFileSync(file, 'utf8').split('\n');
        lines[Number(edit[2]) - 1] = lines[Number(edit[2]) - 1]!.replace(/ \}$/u, ', split: test }');
        writeFileSync(file, lines.join('\n'));
        assert.equal(heldout('import').status, 0);
      } else {
        const args = command.replace('REASON', 'seen').split(' ').slice(1);
        const { status: ruled, stderr } = heldout(...args);
        assert.equal(ruled, 0, `${command}: ${stderr}`);
      }
    }
  }
});
