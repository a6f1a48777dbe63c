import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import {
  decision,
  importReport,
  overlapReport,
  pairDetail,
  pairList,
  promptDocument,
  splitReport,
} from '../../server/protocol.ts';
import { PROJECT, sampleBench } from '../support/bench.ts';

const CLI = join(PROJECT, 'server/cli.ts');
const COPIED = ['natural-instructions/task003_workshop_arithmetic', 'gsm8k/test'];

function heldout(args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** The one JSON document that a verb prints. */
function json<T>(schema: z.ZodType<T>, args: readonly string[], cwd: string): T {
  const { status, stdout, stderr } = heldout([...args, '--json'], cwd);
  assert.equal(status, 0, stderr);
  return schema.parse(JSON.parse(stdout));
}

describe('the command line', function () {
  this.timeout(60_000);
  let bench: ReturnType<typeof sampleBench>;

  before(() => {
    bench = sampleBench();
    json(importReport, ['import'], bench.root);
    json(overlapReport, ['overlap'], bench.root);
  });
  after(() => bench.remove());

  it('imports what changed only, and its counts add up', () => {
    const report = json(importReport, ['import'], bench.root);
    assert.equal(report.collections.length, 20);
    for (const each of report.collections) {
      assert.equal(each.filesRead, 0, each.name);
      assert.ok(each.read <= each.examples + each.skipped.length);
    }
  });

  it('ends quietly when its reader has seen enough', () => {
    const script = '"$0" "$1" tasks | true; exit $PIPESTATUS';
    const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, CLI], {
      cwd: bench.root,
      encoding: 'utf8',
    });
    assert.deepEqual([status, stderr], [0, '']);
  });

  it('lists tasks with what the design names', () => {
    const row = z.strictObject({
      id: z.string(),
      collection: z.string(),
      category: z.string(),
      source: z.string().nullable(),
      split: z.string(),
      level: z.string().nullable(),
      examples: z.int(),
      templates: z.int(),
      decision: z.string().nullable(),
    });
    const { tasks } = json(z.object({ tasks: z.array(row) }), ['tasks'], join(bench.root, 'data'));
    assert.equal(tasks.length, 47);
    const { splits } = json(
      z.object({ splits: z.record(z.string(), z.record(z.string(), z.array(z.string()))) }),
      ['split'],
      bench.root,
    );
    assert.deepEqual(Object.keys(splits).sort(), ['dev', 'test', 'train']);
  });

  it('gives the same prompt for the same seed, with demonstrations between definition and example', () => {
    const task = 'natural-instructions/task003_workshop_arithmetic';
    const args = ['prompt', task, '--example', '3', '--shots', '2', '--seed', '7'];
    const prompt = json(promptDocument, args, bench.root);
    assert.deepEqual(json(promptDocument, args, bench.root), prompt);
    assert.equal(prompt.demonstrations.length, 2);
    const places = prompt.demonstrations.map(({ source }) => prompt.source.indexOf(source));
    assert.ok(places.every((place) => place > 0));
    assert.ok(prompt.source.endsWith(prompt.delimiter));
    assert.ok(prompt.demonstrations.every(({ example }) => example !== 3));
    assert.equal(prompt.tokens.unit, 'words');
  });

  it('decides, and shows the decision in the queue and in the log', () => {
    const made = json(
      decision,
      ['decide', ...COPIED, 'remove-examples', '--reason', 'twelve are copied'],
      bench.root,
    );
    const lines = readFileSync(join(bench.root, 'decisions.jsonl'), 'utf8').trimEnd().split('\n');
    assert.deepEqual(JSON.parse(lines.at(-1)!), made);
    const open = json(pairList, ['pairs', '--open'], bench.root);
    assert.ok(!open.pairs.some((pair) => pair.train === COPIED[0] && pair.eval === COPIED[1]));
    assert.equal(open.decided, 1);
    const detail = json(pairDetail, ['pair', ...COPIED], bench.root);
    assert.equal(detail.row.rulings[0]!.verdict, 'remove-examples');
  });

  it('checks the split: a line for each finding, status 1, no line twice', () => {
    const { status, stdout, stderr } = heldout(['split', '--check'], bench.root);
    assert.equal(status, 1);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(stderr, `${lines.length} findings\n`);
    assert.ok(
      lines.some((line) => /^heldout\.yaml:19: .* \(no-demonstrations\)$/u.test(line)),
      stdout,
    );
    const report = splitReport.parse(JSON.parse(heldout(['split', '--check', '--json'], bench.root).stdout));
    assert.equal(report.findings.length, lines.length);

    const file = join(bench.root, 'heldout.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/^ {2}dev: .*$/mu, '$&\n  test: [bbh/odd_object_out]'));
    const twice = heldout(['split', '--check'], bench.root);
    writeFileSync(file, text);
    assert.equal(twice.status, 1);
    assert.match(twice.stdout, /^heldout\.yaml:\d+: "bbh\/odd_object_out" stands in dev .*$/mu);
    assert.equal(twice.stderr, `${lines.length + 1} findings\n`);
  });

  it('exits with 1 for findings and 2 for a wrong command or input, in one line', () => {
    assert.equal(heldout(['overlap', '--fail-on', '0.05'], bench.root).status, 1);
    assert.equal(heldout(['overlap', '--fail-on', '1'], bench.root).status, 0);
    const wrong: [string[], RegExp][] = [
      [['prompt', 'gsm8k/tset'], /did you mean "gsm8k\/test"/],
      [['prompt', 'gsm8k/test', '--example', '400'], /400/],
      [['prompt', 'gsm8k/test', '--tokenizer', 'nowhere.json'], /nowhere\.json/],
      [['decide', ...COPIED, 'burn', '--reason', 'x'], /"burn" is no verdict/],
      [['decide', ...COPIED, 'retain'], /--reason/],
      [['conquer'], /unknown command/],
    ];
    for (const [args, message] of wrong) {
      const { status, stdout, stderr } = heldout(args, bench.root);
      assert.equal(status, 2, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, message);
      assert.equal(stdout, '');
    }
    assert.equal(heldout(['tasks'], tmpdir()).status, 2);
  });

  it('names file and line of a fault in heldout.yaml and goes on with the rest', () => {
    const file = join(bench.root, 'heldout.yaml');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace('overlap: { ngram: 13', 'overlap: { ngrams: 13'));
    const { status, stdout, stderr } = heldout(['tasks', '--json'], bench.root);
    writeFileSync(file, before);
    assert.equal(status, 2);
    assert.match(stderr, /heldout\.yaml:\d+: unknown key "ngrams": did you mean "ngram"\?/);
    assert.equal((JSON.parse(stdout) as { tasks: unknown[] }).tasks.length, 47);
  });

  it('scans raw JSONL without a bench', () => {
    const folder = mkdtempSync(join(tmpdir(), 'heldout-raw-'));
    for (const side of ['train', 'eval']) mkdirSync(join(folder, side));
    const shared = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen';
    writeFileSync(
      join(folder, 'train/a.jsonl'),
      `${JSON.stringify({ inputs: `Now: ${shared}`, targets: 'yes' })}\n{"text": \n`,
    );
    writeFileSync(
      join(folder, 'eval/b.jsonl'),
      `${JSON.stringify({ text: shared.toUpperCase() })}\n${JSON.stringify({ text: 'nothing of the kind' })}\n`,
    );
    const { status, stdout, stderr } = heldout(
      ['overlap', '--train-jsonl', 'train', '--eval-jsonl', 'eval', '--json'],
      folder,
    );
    rmSync(folder, { recursive: true });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /a\.jsonl:2: /);
    const { pairs, ngram } = overlapReport.parse(JSON.parse(stdout));
    assert.equal(ngram, 13);
    assert.deepEqual(pairs, [
      {
        train: 'a',
        eval: 'b',
        evalExamples: 2,
        overlapping: 1,
        fraction: 0.5,
        overlappingContent: 1,
        fractionContent: 0.5,
        short: 1,
        shortMatches: 0,
        sameSource: false,
      },
    ]);
  });

  it('recognises a folder of collections and writes a bench that imports', () => {
    const folder = mkdtempSync(join(tmpdir(), 'heldout-init-'));
    const { status, stderr } = heldout(['init', join(bench.root, 'data'), '--bench', folder], PROJECT);
    assert.equal(status, 0, stderr);
    const report = json(importReport, ['import', '--bench', folder], PROJECT);
    assert.ok(
      report.collections.some(({ format, examples }) => format === 'natural-instructions' && examples > 200),
    );
    assert.equal(heldout(['init', '--bench', folder], folder).status, 2);
    rmSync(folder, { recursive: true });
  });

  it('is merged by union in git', () => {
    const folder = mkdtempSync(join(tmpdir(), 'heldout-git-'));
    execFileSync('git', ['init', '-q', folder]);
    heldout(['init', join(bench.root, 'data'), '--bench', folder], PROJECT);
    const attribute = execFileSync('git', ['check-attr', 'merge', 'decisions.jsonl'], {
      cwd: folder,
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    assert.match(attribute, /merge: union/);
  });
});
