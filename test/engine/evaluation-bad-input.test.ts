import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '../../server/engine/evaluation/evaluate.ts';
import type { Session } from '../../server/engine/session.ts';
import type { Backend } from '../../server/evaluation/backends/backend.ts';
import { onnxBackend } from '../../server/evaluation/backends/onnx.ts';
import { serverBackend } from '../../server/evaluation/backends/server.ts';
import { readExamples } from '../../server/evaluation/results.ts';
import type { ResultsFile, ScoredExample } from '../../server/protocol.ts';
import { CompletionsServer } from '../evaluation/completions-server.ts';
import { NgramModel, TOKENIZER } from '../evaluation/ngram.ts';
import { importedSession, PROJECT, quiet } from '../support/bench.ts';

const GRAPH = join(PROJECT, 'test/fixtures/scoring-graph/small.onnx');
const LONG = 'the well and the mill '.repeat(120);
const BENCH = `collections:
  - { name: quiz, format: jsonl, path: data, use: eval, split: test, fields: { input: q, target: a, candidates: c } }
`;

/** Records with what is to be said of each; null: it has a score. */
const RECORDS: [record: { q: string; a: string; c?: string[] }, said: RegExp | null][] = [
  [{ q: 'Is it dry?', a: 'yes', c: ['yes', 'no'] }, null],
  [{ q: 'Same?', a: 'yes', c: ['yes', 'yes', 'no'] }, null],
  [{ q: '', a: 'yes', c: ['yes', 'no'] }, null],
  [{ q: LONG, a: 'yes', c: ['yes', 'no'] }, null],
  [{ q: LONG, a: 'ok' }, null],
  [{ q: 'Is it wet?', a: 'yes', c: ['yes', ''] }, /^candidate 2 is empty: there is nothing to score$/],
  [{ q: 'Is it blue?', a: 'maybe', c: ['yes', 'no'] }, /^its reference "maybe" is none of the candidates$/],
  [{ q: 'Is it red?', a: '', c: ['yes', 'no'] }, /^it has no reference$/],
  [{ q: 'Is it old?', a: '', c: [] }, /^it has neither candidates nor references$/],
  [
    { q: 'Is it long?', a: LONG, c: [LONG, 'no'] },
    /^a candidate has \d+ tokens, and the context takes 256: there is no room/,
  ],
  [
    { q: 'a \uFEFF mark', a: 'yes', c: ['yes', 'no'] },
    /^the text has U\+FEFF, which tokenizers read differently/,
  ],
];

describe('an evaluation of bad input', function () {
  this.timeout(60_000);
  let root: string;
  let session: Session;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'heldout-bad-input-'));
    mkdirSync(join(root, 'data'));
    writeFileSync(join(root, 'heldout.yaml'), BENCH);
    const lines = RECORDS.map(([record]) => JSON.stringify(record));
    writeFileSync(join(root, 'data/quiz.jsonl'), `${lines.join('\n')}\n`);
    session = await importedSession(root);
  });
  after(() => {
    session.close();
    rmSync(root, { recursive: true, force: true });
  });

  async function scored(backend: Backend): Promise<{ results: ResultsFile; examples: ScoredExample[] }> {
    const path = join(root, 'results', 'bad.heldout-results.json');
    const options = {
      name: 'bad',
      path,
      shots: [0],
      seed: 0,
      limit: null,
      maxTokens: 4,
      unconditional: false,
    };
    const results = await evaluate(session, backend, { ...options, split: 'test', ...quiet() });
    const examples: ScoredExample[] = [];
    for await (const example of readExamples(path, results)) examples.push(example);
    await backend.close();
    return { results, examples };
  }

  /** What failed has no metric, takes no part in the score, and is counted. */
  function checkCounts({ results, examples }: { results: ResultsFile; examples: ScoredExample[] }): void {
    const failed = examples.filter((one) => one.failed !== undefined);
    assert.equal(results.counts.examples, examples.length);
    assert.equal(results.counts.failed, failed.length);
    assert.equal(
      results.failures.reduce((sum, { count }) => sum + count, 0),
      failed.length,
    );
    for (const { metrics, prediction } of failed) assert.deepEqual([metrics, prediction], [{}, null]);
    const [subtask] = results.subtasks;
    assert.equal(subtask!.failed, failed.length);
    assert.equal(subtask!.all?.count ?? 0, examples.length - failed.length);
  }

  it('says of each example why it has no score, and scores the others', async () => {
    const told = await scored(await onnxBackend(GRAPH, { tokenizer: TOKENIZER, hash: async () => 'graph' }));
    checkCounts(told);
    for (const [at, [record, said]] of RECORDS.entries()) {
      const example = told.examples.find((one) => one.example === at)!;
      if (said) assert.match(example.failed ?? '', said);
      else assert.equal(example.failed, undefined, record.q.slice(0, 40));
    }
    const cut = told.examples.filter(({ truncated }) => truncated > 0).map(({ example }) => example);
    assert.deepEqual(cut, [3, 4]);
    assert.equal(told.results.counts.truncated, 2);
    assert.deepEqual(told.examples[1]!.candidates, ['yes', 'no']);
  });

  it('counts what a server does not answer as failed, and asks for it again the next time', async () => {
    let answers: 'all' | 'half' | 'none' = 'all';
    const trouble = (request: number) =>
      answers === 'none' || (answers === 'half' && request % 2 === 0) ? ('nonsense' as const) : undefined;
    const conduct = { speaks: 'vllm', logprobs: 'right', trouble } as const;
    const server = await CompletionsServer.start(new NgramModel(), conduct);
    const open = async (then: typeof answers) => {
      answers = 'all';
      const options = { tokenizer: TOKENIZER, signal: quiet().signal, firstWait: 1, timeout: 500 };
      const backend = await serverBackend(server.address, options);
      answers = then;
      return backend;
    };
    try {
      const none = await scored(await open('none'));
      checkCounts(none);
      const lost = none.examples.filter(({ failed }) => failed?.startsWith('the server failed: '));
      assert.equal(lost.length, RECORDS.filter(([, said]) => said === null).length);
      assert.equal(none.results.subtasks[0]!.all, null);
      const half = await scored(await open('half'));
      checkCounts(half);
      assert.ok(half.examples.every(({ failed }) => !failed?.startsWith('the server failed')));
      assert.ok(half.results.counts.scored > 0);
      const again = await scored(await open('all'));
      // Failures are not kept: what has no room and what is refused is asked again.
      assert.equal(again.results.counts.scored, 2);
      assert.deepEqual(again.results.subtasks, half.results.subtasks);
    } finally {
      await server.stop();
    }
  });
});
