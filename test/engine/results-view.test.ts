import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { evaluateCheckpoint } from '../../server/engine/evaluation/evaluate-checkpoint.ts';
import {
  compareFiles,
  exportedResults,
  resultsRows,
  scoredExamples,
} from '../../server/engine/evaluation/results-view.ts';
import type { Session } from '../../server/engine/session.ts';
import { readExamples, readResults } from '../../server/evaluation/results.ts';
import {
  evaluateQuery,
  exportQuery,
  type ResultsFile,
  type ScoredExample,
  scoredQuery,
} from '../../server/protocol.ts';
import { PROJECT, quiet, sampleBench, scannedSession } from '../support/bench.ts';
import { turned } from '../support/turned-graph.ts';

const GRAPHS = join(PROJECT, 'test/fixtures/scoring-graph');

/** Per cent with four decimals at most; what is not known is empty. */
const inCsv = (value: number | undefined) =>
  value === undefined ? '' : String(Number((value * 100).toFixed(4)));

describe('results as they are looked at', function () {
  this.timeout(180_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;
  let first: string;
  let second: string;

  before(async () => {
    bench = sampleBench();
    session = await scannedSession(bench.root);
    const models = join(bench.root, 'models');
    mkdirSync(models);
    copyFileSync(join(bench.root, 'data/tokenizer.json'), join(models, 'tokenizer.json'));
    const graph = readFileSync(join(GRAPHS, 'small.onnx'));
    const evaluateGraph = async (name: string, bytes: Uint8Array) => {
      writeFileSync(join(models, `${name}.onnx`), bytes);
      copyFileSync(join(GRAPHS, 'small.json'), join(models, `${name}.json`));
      const checkpoint = join(models, `${name}.onnx`);
      const tasks = ['mmlu', 'promptsource'];
      const query = evaluateQuery.parse({ checkpoint, tasks, shots: [0, 2], limit: 6 });
      const { file } = await evaluateCheckpoint(session, query, { ...quiet(), onLine: () => {} });
      return file;
    };
    first = await evaluateGraph('small', graph);
    second = await evaluateGraph('turned', turned(graph));
  });
  after(() => {
    session.close();
    bench.remove();
  });

  async function all(file: string): Promise<ScoredExample[]> {
    const examples: ScoredExample[] = [];
    for await (const example of readExamples(file, readResults(file))) examples.push(example);
    return examples;
  }

  it('are listed newest first; what can’t be read says why', () => {
    const broken = join(bench.root, 'results/broken.heldout-results.json');
    writeFileSync(broken, '{"heldout": "results"');
    const rows = resultsRows(bench.root);
    assert.deepEqual(
      rows.map(({ file }) => file),
      [second, first, broken],
    );
    assert.match(rows[2]!.problem!, /can't be read as results/);
    assert.ok(rows[0]!.summary!.levels.length > 0);
  });

  it('give pages of examples that add up to the file', async () => {
    const examples = await all(first);
    const { subtasks } = readResults(first);
    let seen = 0;
    for (const { id: task, shots } of subtasks) {
      const own = examples.filter((one) => one.task === task && one.shots === shots);
      const paged: ScoredExample[] = [];
      for (let start = 0; start < own.length; start += 4) {
        const page = await scoredExamples(scoredQuery.parse({ file: first, task, shots, start, count: 4 }));
        assert.equal(page.total, own.length);
        paged.push(...page.rows.map(({ scored }) => scored));
      }
      assert.deepEqual(paged, own);
      seen += own.length;
    }
    assert.equal(seen, examples.length);
  });

  it('tell right, wrong and failed apart, and what another run scored otherwise', async () => {
    const task = 'promptsource/village_boolq';
    const ask = async (only: string) => {
      const query = { file: first, task, shots: 0, only, beside: second, count: 200 };
      return scoredExamples(scoredQuery.parse(query));
    };
    const [whole, right, wrong, failed, differ] = [
      await ask('all'),
      await ask('right'),
      await ask('wrong'),
      await ask('failed'),
      await ask('differ'),
    ];
    assert.equal(right.total + wrong.total + failed.total, whole.total);
    assert.ok(failed.total > 0 && right.rows.every(({ score }) => score === 1));
    assert.ok(failed.rows.every(({ scored, score }) => scored.failed !== undefined && score === null));
    const others = new Map(
      (await all(second)).map((one) => [
        JSON.stringify([one.task, one.shots, one.example, one.template]),
        one,
      ]),
    );
    for (const { scored, beside } of whole.rows) {
      const key = JSON.stringify([scored.task, scored.shots, scored.example, scored.template]);
      assert.deepEqual(beside!.scored, others.get(key));
    }
    const changed = whole.rows.filter(({ score, beside }) => score !== beside!.score);
    assert.deepEqual(differ.rows, changed);
  });

  it('are compared and exported, clean scores in tables of their own', async () => {
    const comparison = await compareFiles(first, second);
    assert.equal(comparison, await compareFiles(first, second));
    assert.ok(comparison.rows.some(({ difference }) => difference !== 0));
    const query = exportQuery.parse({ files: [second, first], format: 'markdown', against: first });
    const text = await exportedResults(query);
    const titles = text.split('\n').filter((line) => line.startsWith('**'));
    assert.ok(titles.includes('**Levels, 0/2 shots**'), text);
    assert.ok(titles.includes('**Levels, 0/2 shots, on examples without overlap**'), text);
    assert.equal(titles.at(-1), `**${comparison.b} against ${comparison.a}**`);
  });

  it('are exported as one CSV that a program reads: a row for each score, numbers in columns of their own', async () => {
    const query = exportQuery.parse({ files: [second, first], format: 'csv', against: first, tasks: true });
    const records = parseCsv(await exportedResults(query), { columns: true }) as Record<string, string>[];
    const runs = [second, first].map(readResults);
    const scores = (run: ResultsFile) => [...run.levels, ...run.categories, ...run.tasks, ...run.subtasks];
    assert.deepEqual(
      records.map(({ score, clean_score }) => [score, clean_score]),
      runs.flatMap(scores).map(({ all, clean }) => [inCsv(all?.score), inCsv(clean?.score)]),
    );
    assert.ok(records.some(({ score, clean_score }) => clean_score !== '' && clean_score !== score));
    const { rows } = await compareFiles(first, second);
    const compared = records.filter(({ difference }) => difference !== '');
    assert.equal(compared.length, rows.length);
    for (const record of compared) {
      const row = rows.find(
        ({ what, name, level, shots }) =>
          what === record.what &&
          name === record.name &&
          level === record.level &&
          `${shots}` === record.shots,
      )!;
      assert.deepEqual(
        [record.difference, record.difference_low, record.p],
        [inCsv(row.difference), inCsv(row.interval?.[0]), row.p === null ? '' : String(row.p)],
      );
    }
  });

  it('say so where the examples are not there', async () => {
    const alone = join(bench.root, 'alone.heldout-results.json');
    copyFileSync(first, alone);
    await assert.rejects(
      scoredExamples(scoredQuery.parse({ file: alone, task: 'mmlu/x', shots: 0 })),
      /is missing: it belongs to alone/,
    );
  });
});
