import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { openBackend } from '../../server/engine/evaluation/backends.ts';
import { type EvaluateOptions, evaluate } from '../../server/engine/evaluation/evaluate.ts';
import { promptOf } from '../../server/engine/instance-view.ts';
import type { Session } from '../../server/engine/session.ts';
import { finalAnswer } from '../../server/evaluation/metrics/final-answer.ts';
import { readExamples } from '../../server/evaluation/results.ts';
import { instanceQuery, type ResultsFile, type ScoredExample } from '../../server/protocol.ts';
import { MAKING_PYTHON } from '../runner/python.ts';
import { importedSession, PROJECT, quiet, REAL_DATA } from '../support/bench.ts';
import { evaluationPython } from './python.ts';

const SUITES = ['mmlu', 'bbh', 'raft', 'gsm8k'];
const PROMPTS = join(REAL_DATA, 'eval/bbh/cot-prompts');
const GRAPH = join(PROJECT, 'test/fixtures/scoring-graph/small.onnx');
const TOKENIZER = join(PROJECT, 'samples/data/tokenizer.json');

describe('the suites', function () {
  this.timeout(MAKING_PYTHON);
  let root: string;
  let session: Session;

  before(async function () {
    if (!existsSync(PROMPTS)) {
      console.log(`    skipped: ${PROMPTS} is not there`);
      return this.skip();
    }
    root = mkdtempSync(join(tmpdir(), 'heldout-suites-'));
    const lines = SUITES.map((name) => {
      const path = JSON.stringify(relative(root, join(REAL_DATA, 'eval', name)));
      return `  - { name: ${name}, format: ${name}, path: ${path}, use: eval }`;
    });
    writeFileSync(join(root, 'heldout.yaml'), `collections:\n${lines.join('\n')}\n`);
    session = await importedSession(root);
  });
  after(() => {
    if (!session) return;
    session.close();
    rmSync(root, { recursive: true, force: true });
  });

  async function scored(
    checkpoint: string,
    options: Partial<EvaluateOptions>,
    python = 'python3',
  ): Promise<{ results: ResultsFile; examples: ScoredExample[] }> {
    const backend = await openBackend(checkpoint, {
      ...{ root, python, tokenizer: TOKENIZER, device: 'cpu', precision: 'fp32', batchTokens: 4096 },
      signal: quiet().signal,
    });
    try {
      const path = join(root, 'results', 'suites.heldout-results.json');
      const usual = { name: 'suites', path, seed: 0, limit: 2, split: 'test', unconditional: false } as const;
      const given = { shots: [0, 5], maxTokens: 6, ...usual, ...options, ...quiet() };
      const results = await evaluate(session, backend, given);
      const examples: ScoredExample[] = [];
      for await (const example of readExamples(path, results)) examples.push(example);
      return { results, examples };
    } finally {
      await backend.close();
    }
  }

  it('ask for a chain of thought with the published prompts, byte for byte', async () => {
    const names = readdirSync(PROMPTS).map((file) => file.replace(/\.txt$/u, ''));
    for (const name of names) {
      const published = readFileSync(join(PROMPTS, `${name}.txt`), 'utf8')
        .split(/^-----\n/mu)[1]!
        .trimEnd();
      const query = { task: `bbh/${name}`, example: 7 };
      const { source, demonstrations } = await promptOf(
        session,
        instanceQuery.parse({ ...query, prompts: 'cot', shots: 3 }),
      );
      const plain = await promptOf(session, instanceQuery.parse(query));
      const asked = plain.source
        .slice(published.indexOf('\n\n') + 2)
        .slice(0, -plain.delimiter.length || undefined);
      const lead = "Let's think step by step.";
      assert.ok(source.startsWith(`${published}\n\nQ: `), name);
      assert.equal(source.slice(published.length).trimEnd(), `\n\nQ: ${asked.trimEnd()}\nA: ${lead}`, name);
      assert.equal(demonstrations.length, 3);
      for (const shown of demonstrations) assert.match(shown.target, /the answer is .+\.$/u, name);
    }
  });

  it('ask GSM8K as lm-evaluation-harness does, with the first of its train examples', async () => {
    const lines = readFileSync(join(REAL_DATA, 'eval/gsm8k/train.jsonl'), 'utf8').split('\n').slice(0, 5);
    const shown = lines.map((line) => {
      const { question, answer } = JSON.parse(line) as { question: string; answer: string };
      return `Question: ${question}\nAnswer: ${answer}\n\n`;
    });
    const query = { task: 'gsm8k/test', shots: 5, prompts: 'cot' };
    const { source, references } = await promptOf(session, instanceQuery.parse(query));
    assert.ok(source.startsWith(`${shown.join('')}Question: Janet`));
    assert.ok(source.endsWith('\nAnswer:'));
    assert.deepEqual(references, ['18']);
    const plain = await promptOf(session, instanceQuery.parse({ ...query, prompts: 'plain' }));
    assert.equal(plain.demonstrations.length, 5);
    for (const { target } of plain.demonstrations) assert.match(target, /^\d+$/u);
  });

  it('are scored without Python, each suite’s subtasks as one task', async () => {
    const { results, examples } = await scored(GRAPH, {});
    assert.deepEqual(results.failures, []);
    const tasks = results.tasks.filter(({ shots }) => shots === 0);
    assert.deepEqual(tasks.map(({ task, subtasks }) => `${task} ${subtasks}`).sort(), [
      'bbh 20',
      'gsm8k 2',
      'mmlu 2',
      'raft 9',
    ]);
    assert.equal(examples.length, (20 + 2 + 2 + 9) * 2 * 2);
    for (const { id, metric } of results.subtasks) {
      const wanted = /^(bbh|gsm8k)/u.test(id) ? 'finalAnswer' : 'accuracy';
      assert.equal(metric, wanted, id);
    }
    const banking = examples.find(({ task }) => task === 'raft/banking_77')!;
    assert.equal(banking.candidates?.length, 77);
    assert.equal(banking.logLikelihoods?.length, 77);
    for (const { kind, prediction, references, metrics } of examples) {
      if (kind === 'rank') assert.equal(metrics.accuracy, Number(references.includes(prediction!)));
      else
        assert.equal(metrics.finalAnswer, Number(finalAnswer(references[0]!) === finalAnswer(prediction!)));
    }
    const again = await scored(GRAPH, {});
    assert.equal(again.results.counts.scored, 0);
    assert.deepEqual(again.results.levels, results.levels);
  });

  it('are scored by PyTorch with their chains of thought', async function () {
    const python = await evaluationPython('torch', 'transformers');
    if ('missing' in python) {
      console.log(`      skipped: ${python.missing}`);
      return this.skip();
    }
    const checkpoint = join(root, 'tiny');
    const made = spawnSync(
      python.python,
      [join(PROJECT, 'test/oracles/tiny_opt.py'), checkpoint, TOKENIZER, '4096'],
      { encoding: 'utf8' },
    );
    assert.equal(made.status, 0, made.stderr);
    const options = {
      prompts: 'cot',
      shots: [0, 3],
      limit: 1,
      maxTokens: 4,
      tasks: ['bbh', 'gsm8k'],
    } as const;
    const { results, examples } = await scored(checkpoint, options, python.python);
    assert.deepEqual(results.failures, []);
    assert.equal(results.settings.prompts, 'cot');
    assert.ok(examples.every(({ template, kind }) => template === 'chain-of-thought' && kind === 'generate'));
    assert.deepEqual(
      new Set(
        examples.filter(({ task }) => task.startsWith('bbh')).map(({ shots, shown }) => shots === shown),
      ),
      new Set([true]),
    );
    assert.ok(results.subtasks.every(({ metric }) => metric === 'finalAnswer'));
    await assert.rejects(
      scored(checkpoint, { ...options, tasks: ['bbh', 'mmlu'] }, python.python),
      /"mmlu" names no task with a chain-of-thought prompt/,
    );
  });
});
