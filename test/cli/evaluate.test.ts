import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { comparison, resultsFile } from '../../server/protocol.ts';
import { PROJECT, sampleBench } from '../support/bench.ts';
import { commandLine } from '../support/command-line.ts';

const GRAPH = join(PROJECT, 'test/fixtures/scoring-graph/small.onnx');
const evaluated = resultsFile.extend({ file: z.string() });

describe('heldout evaluate, results and compare', function () {
  this.timeout(180_000);
  let bench: ReturnType<typeof sampleBench>;
  const { heldout, json } = commandLine(() => bench.root);
  const tokenizer = () => join(bench.root, 'data/tokenizer.json');

  before(() => {
    bench = sampleBench();
    assert.equal(heldout('import').status, 0);
  });
  after(() => bench.remove());

  function wrong(...args: string[]): string {
    const { status, stdout, stderr } = heldout(...args);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    return stderr;
  }

  const common = ['--shots', '0,5', '--limit', '2', '--max-tokens', '4'];

  it('score a graph, keep what was scored, and compare two runs', () => {
    const words = ['evaluate', GRAPH, '--tokenizer', tokenizer(), ...common];
    const first = json(evaluated, ...words, '--name', 'first');
    assert.ok(first.counts.scored > 20 && first.counts.known === 0);
    assert.ok(existsSync(first.file));
    assert.deepEqual(
      first.levels.filter(({ shots }) => shots === 0).map(({ level }) => level),
      ['fully-held-out', 'partially-held-out', 'fully-supervised'],
    );
    assert.ok(first.selection);
    const again = json(evaluated, ...words, '--name', 'again');
    assert.equal(again.counts.scored, 0);
    assert.deepEqual(again.levels, first.levels);

    const { rows } = json(comparison, 'compare', 'first', 'again');
    assert.ok(rows.length > 10 && rows.every(({ difference, p }) => difference === 0 && p === 1));
    for (const level of first.levels) {
      const row = rows.find(
        (one) => one.what === 'level' && one.name === level.level && one.shots === level.shots,
      );
      assert.ok(Math.abs(row!.a - level.all!.score) < 1e-9, level.level);
    }
    const { runs } = json(z.object({ runs: z.array(resultsFile) }), 'results');
    assert.deepEqual(runs.map(({ name }) => name).sort(), ['again', 'first']);
  });

  it('score one template alone, on the dev examples of a task that has no others', () => {
    const words = ['evaluate', GRAPH, '--tokenizer', tokenizer(), '--shots', '0', '--max-tokens', '4'];
    const task = 'promptsource/riverside_reviews';
    const { templates } = json(evaluated, ...words, '--split', 'dev', '--tasks', task).subtasks[0]!;
    assert.ok(templates.length > 1);
    const named = ['--name', 'alone', '--template', templates[0]!.template, '--tasks', task];
    const alone = json(evaluated, ...words, ...named);
    assert.equal(alone.settings.template, templates[0]!.template);
    assert.equal(alone.settings.split, 'dev');
    assert.deepEqual(
      alone.subtasks[0]!.templates.map(({ template }) => template),
      [templates[0]!.template],
    );
    rmSync(join(bench.root, 'results', 'alone.heldout-results.json'));
    assert.match(wrong(...words, '--template', 'nowhere'), /no task to evaluate has a template "nowhere"/);
  });

  it('print tables like the paper’s, for other programs too', () => {
    const text = heldout('results', 'first', 'again').stdout;
    assert.match(text, /^Levels, 0\/5 shots\nrun +fully held-out +partially held-out +fully supervised/u);
    assert.match(text, /World Knowledge +\d+\.\d ± \d+\.\d\/\d+\.\d/u);
    const markdown = heldout('results', 'first', '--export', 'markdown').stdout;
    assert.match(markdown, /\| --- \| --- \|/u);
    const latex = heldout('results', 'first', '--export', 'latex', '--tasks').stdout;
    assert.match(latex, /\\toprule/u);
    assert.match(latex, /promptsource\/village\\_boolq &/u);
    const scores = heldout('results', 'first', 'again', '--export', 'csv').stdout.trimEnd().split('\n');
    assert.match(scores[0]!, /^run,step,what,name,level,category,shots,score,error,examples,clean_score,/u);
    assert.match(scores[1]!, /^first,,level,fully-held-out,fully-held-out,,0,\d+(?:\.\d+)?,/u);
    assert.equal(new Set(scores.map((line) => line.split(',').length)).size, 1);
    const csv = heldout('compare', 'first', 'again', '--export', 'csv').stdout;
    assert.match(csv, /^what,name,level,shots,A,B,B − A,95 %,p,examples\nlevel,fully held-out,/u);
  });

  it('refuse wrong input in one line', () => {
    const graph = ['--tokenizer', tokenizer()];
    assert.match(wrong('evaluate', 'nowhere'), /nowhere: there is no such checkpoint: name a folder/);
    assert.match(wrong('evaluate', bench.root), /not a checkpoint: it has no config\.json/);
    const folder = join(bench.root, 'models', 'unready');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'config.json'), '{}');
    assert.match(wrong('evaluate', folder), /it has no tokenizer\.json; name one with --tokenizer, or have/);
    const python = ['--python', '/no/such/python'];
    assert.match(
      wrong('evaluate', folder, ...graph, ...python, '--tasks', 'mmlu'),
      /^\/no\/such\/python can't be run \(there is no such program\): "heldout runner setup" makes/m,
    );
    copyFileSync(GRAPH, join(folder, 'bare.onnx'));
    assert.match(
      wrong('evaluate', join(folder, 'bare.onnx')),
      /config\.json: is no configuration of a language model: "heldout export-onnx CHECKPOINT OUT\.onnx" writes bare\.json/,
    );
    assert.match(wrong('evaluate', GRAPH, ...graph, '--tasks', 'mmlx'), /did you mean "mmlu"\?/);
    assert.match(wrong('evaluate', GRAPH, ...graph, '--shots', '0,many'), /"many" is neither/);
    assert.match(wrong('evaluate', 'http://localhost:9', '--backend', 'server'), /--tokenizer/);
    assert.match(wrong('results', 'firs'), /did you mean "first"\?/);
    const broken = join(bench.root, 'broken.heldout-results.json');
    writeFileSync(broken, '{"heldout":"results"}');
    assert.match(wrong('results', broken), /is no results file: version/);
    rmSync(join(bench.root, 'results', 'again.heldout-examples.jsonl'));
    assert.match(wrong('compare', 'first', 'again'), /again\.heldout-examples\.jsonl: is missing/);
  });
});
