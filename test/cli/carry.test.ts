import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { checkReport, decision, leftBehind } from '../../server/protocol.ts';
import { importedSession, sampleBench } from '../support/bench.ts';
import { commandLine } from '../support/command-line.ts';

const LETTER = 'natural-instructions/task007_letter_correction';

describe('heldout carry', function () {
  this.timeout(120_000);
  let bench: ReturnType<typeof sampleBench>;
  before(async () => {
    bench = sampleBench();
    const session = await importedSession(bench.root);
    const file = session.catalog.task(LETTER)!.files[0]!.path;
    session.close();
    const { heldout } = commandLine(() => bench.root);
    assert.equal(heldout('move', LETTER, '--split', 'none', '--reason', 'too close').status, 0);
    renameSync(file, join(file, '..', 'task007_spelling.json'));
    assert.equal(heldout('import').status, 0);
  });
  after(() => bench.remove());
  const { heldout, json } = commandLine(() => bench.root);
  const log = () => readFileSync(join(bench.root, 'decisions.jsonl'), 'utf8').trimEnd().split('\n');

  it('says what was renamed, as check does, and does nothing by itself', () => {
    const before = log();
    const shown = heldout('carry');
    assert.equal(shown.status, 1, shown.stderr);
    assert.match(
      shown.stdout,
      /^decisions\.jsonl:\d+: the task .*task007_letter_correction of this decision is gone/u,
    );
    const report = checkReport.parse(JSON.parse(heldout('check', '--json').stdout));
    const [finding] = report.findings.filter(({ code }) => code === 'decision-left-behind');
    assert.equal(finding?.task, LETTER);
    assert.match(log()[finding.line - 1]!, /too close/u);
    assert.deepEqual(log(), before);
  });

  it('carries over what is named by its old name, and undo takes it back', () => {
    const wrong = heldout('carry', 'nothing');
    assert.deepEqual(
      [wrong.status, wrong.stderr],
      [2, `nothing can be carried over from "nothing": ${LETTER}\n`],
    );
    const made = z.object({ decisions: z.array(decision) });
    const { decisions } = json(made, 'carry', LETTER);
    assert.deepEqual(
      decisions.map(({ subject, verdict }) => [subject, verdict]),
      [[{ kind: 'task', task: 'natural-instructions/task007_spelling', aspect: 'split' }, 'none']],
    );
    assert.deepEqual(JSON.parse(log().at(-1)!), decisions[0]);
    const none = json(z.object({ leftBehind: z.array(leftBehind) }), 'carry');
    assert.deepEqual(none.leftBehind, []);
    json(made, 'undo');
    const again = heldout('carry', '--all');
    assert.match(again.stdout, /1 decision carried over/u);
  });
});
