import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import type * as z from 'zod';
import { checkReport } from '../../server/protocol.ts';
import { readExpected } from '../samples/expected.ts';
import { PROJECT, REAL_DATA, sampleBench } from '../support/bench.ts';

const CLI = join(PROJECT, 'server/cli.ts');
const BOOLQ = 'data/promptsource/templates/village_boolq/templates.yaml';

function heldout(args: readonly string[], cwd: string) {
  const options = { cwd, encoding: 'utf8' as const, maxBuffer: 1 << 27 };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], options);
  return { status, stdout, stderr };
}

function check(
  args: readonly string[],
  cwd: string,
): z.output<typeof checkReport> & { status: number | null } {
  const { status, stdout, stderr } = heldout(['check', '--json', ...args], cwd);
  assert.notEqual(status, 2, stderr);
  return { ...checkReport.parse(JSON.parse(stdout)), status };
}

describe('heldout check', function () {
  this.timeout(120_000);
  let bench: ReturnType<typeof sampleBench>;

  before(() => {
    bench = sampleBench();
  });
  after(() => bench.remove());

  it('checks a file on its own, before anything was imported', () => {
    const { findings, status, scores } = check([BOOLQ], bench.root);
    assert.equal(status, 1);
    assert.equal(scores, undefined);
    assert.equal(existsSync(join(bench.root, '.heldout')), false, 'a check of files leaves nothing behind');
    const altering = findings.filter(({ code }) => code === 'alters-semantics');
    assert.deepEqual(
      altering.map(({ template }) => template),
      ['write_the_question'],
    );
    assert.ok(altering[0]!.score > 0.5 && altering[0]!.score < 1);
    assert.equal(altering[0]!.file, join(bench.root, BOOLQ));
    const line = readFileSync(join(bench.root, BOOLQ), 'utf8').split('\n')[altering[0]!.line - 1];
    assert.match(line!, /name: write_the_question/);
  });

  it('checks the whole bench with its records', () => {
    assert.equal(heldout(['check'], bench.root).status, 2);
    assert.equal(heldout(['import'], bench.root).status, 0);
    const { findings, scores } = check(['--scores'], bench.root);
    const expected = readExpected().templates;
    for (const { task, template, fault } of expected) {
      const score = scores!.find((one) => one.task === task && one.template === template);
      assert.ok(score && score.score >= 0 && score.score <= 1, template);
      if (fault)
        assert.ok(
          findings.some((one) => one.task === task && one.template === template),
          `${template}: ${fault}`,
        );
    }
    assert.equal(scores!.length, expected.length + 6, 'the six patterns of FLAN too');
    const errors = check(['--severity', 'error'], bench.root).findings;
    assert.ok(errors.length > 0 && errors.every(({ severity }) => severity === 'error'));
    assert.match(
      heldout(['check', 'data/flan/templates.py'], bench.root).stdout,
      /0 findings on 6 templates/,
    );
    assert.equal(heldout(['check', 'data/flan'], bench.root).status, 0);
  });

  it('scores under the declarations that it is given, or under none', () => {
    const file = join(bench.root, 'declared.jsonl');
    const score = (args: string[]) =>
      check([BOOLQ, '--scores', ...args], bench.root).scores!.find(
        ({ template }) => template === 'write_the_question',
      )!.score;
    writeFileSync(file, `${JSON.stringify({ task: 'village_boolq', targets: ['label'] })}\n`);
    const without = score(['--no-declarations']);
    assert.ok(score(['--declarations', file]) > without);
    writeFileSync(
      file,
      JSON.stringify([{ task: 'promptsource/village_boolq', inputs: ['passage'], targets: ['question'] }]),
    );
    assert.ok(score(['--declarations', file]) < 0.5);
    assert.equal(score([]), without);
  });

  it('says in one line what of its input is wrong', () => {
    const wrong = join(bench.root, 'wrong.jsonl');
    writeFileSync(wrong, '{"task": "a", "targets": ["b"]}\n{"task": "c", "targets": "d"}\n');
    const cases: [string[], RegExp][] = [
      [['nowhere.yaml'], /nowhere\.yaml: there is no such file/],
      [['data/gsm8k'], /no templates\.yaml/],
      [[BOOLQ, '--declarations', wrong], /wrong\.jsonl:2: not a declaration.*targets/],
      [[BOOLQ, '--declarations', 'missing.json'], /missing\.json/],
      [[BOOLQ, '--severity', 'dire'], /dire/],
    ];
    for (const [args, message] of cases) {
      const { status, stdout, stderr } = heldout(['check', ...args], bench.root);
      assert.deepEqual([status, stdout], [2, ''], args.join(' '));
      assert.match(stderr, message);
    }
    const broken = join(bench.root, 'templates.yaml');
    writeFileSync(broken, 'dataset: x\ntemplates: [\n');
    const { findings, status } = check([broken], bench.root);
    assert.equal(status, 1);
    assert.ok(findings.some(({ code }) => code === 'yaml-error'));
  });

  it('gives the figures of the labelled templates from outside', function () {
    const folder = join(REAL_DATA, 'promptsource', 'templates');
    const truth = join(REAL_DATA, 'truth', 'promptsource_original_task.csv');
    if (!existsSync(folder) || !existsSync(truth)) return this.skip();
    const { findings, scores } = check([folder, '--scores'], bench.root);
    const key = (task: string, template: string) => JSON.stringify([task, template]);
    const flagged = new Set(
      findings.filter(({ code }) => code === 'alters-semantics').map((one) => key(one.task!, one.template!)),
    );
    const known = new Set(scores!.map(({ task, template }) => key(task, template)));
    let [right, wrong, missed] = [0, 0, 0];
    for (const row of rowsOf(readFileSync(truth, 'utf8'))) {
      const [dataset, subset, template, , original] = row as [string, string, string, string, string];
      const one = key(subset ? `${dataset}/${subset}` : dataset, template);
      if (!known.has(one)) continue;
      if (flagged.has(one) && original === 'False') right++;
      else if (flagged.has(one)) wrong++;
      else if (original === 'False') missed++;
    }
    assert.ok(right + missed > 300, 'the labels are found by task and template');
    // It was trained on these: anything lower says that the command checks otherwise than the training did.
    const f1 = (2 * right) / (2 * right + wrong + missed);
    assert.ok(f1 > 0.9, `F1 ${f1}`);
  });
});

/** Rows of a CSV after its heading. */
function rowsOf(text: string): string[][] {
  return parseCsv(text, { from_line: 2 }) as string[][];
}
