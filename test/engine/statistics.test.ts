import assert from 'node:assert/strict';
import { join } from 'node:path';
import { instanceView } from '../../server/engine/instance-view.ts';
import type { Session } from '../../server/engine/session.ts';
import { statistics } from '../../server/engine/statistics.ts';
import { statisticsMarkdown } from '../../server/engine/statistics-text.ts';
import { LENGTH_EDGES, Lengths } from '../../server/prompts/lengths.ts';
import { instanceQuery, statisticsQuery } from '../../server/protocol.ts';
import { importedSession, quiet, sampleBench } from '../support/bench.ts';

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} instead of ${expected}`);
}

describe('statistics of a bench', function () {
  this.timeout(30_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;
  let tokenizer: string;

  before(async () => {
    bench = sampleBench();
    tokenizer = join(bench.root, 'data/tokenizer.json');
    session = await importedSession(bench.root);
  });
  after(() => {
    session.close();
    bench.remove();
  });

  const view = (query = {}) => statistics(session, statisticsQuery.parse(query), quiet());

  it('count collections, categories, tasks, examples and prompts', async () => {
    const { rows, total } = await view();
    assert.equal(rows.length, session.bench.collections.length);
    const tasks = session.catalog.tasks();
    assert.equal(total.tasks, tasks.length);
    assert.equal(
      total.examples,
      tasks.reduce((sum, task) => sum + task.examples, 0),
    );
    const promptsource = rows.find(({ collection }) => collection === 'promptsource')!;
    const own = tasks.filter(({ collection }) => collection === 'promptsource');
    near(promptsource.promptsPerTask, own.reduce((sum, task) => sum + task.templates, 0) / own.length);
    assert.equal(
      promptsource.categories,
      new Set(own.map(({ id }) => session.placementOf(id).category)).size,
    );
  });

  it('measure each prompt as the Inspector counts it, in words and in tokens', async () => {
    for (const given of [undefined, tokenizer]) {
      const { rows, unit } = await view({ collections: ['gsm8k'], tokenizer: given });
      const lengths: number[] = [];
      for (let example = 0; example < 40; example++) {
        const query = instanceQuery.parse({ task: 'gsm8k/test', example, tokenizer: given });
        lengths.push((await instanceView(session, query)).tokens.source);
      }
      const mean = lengths.reduce((sum, length) => sum + length) / 40;
      const { promptLength, sampled, histogram } = rows[0]!;
      assert.equal(unit, given ? 'tokens' : 'words');
      assert.equal(sampled, 40);
      near(promptLength!.mean, mean);
      near(promptLength!.std ** 2, lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / 40);
      assert.equal(promptLength!.longest, Math.max(...lengths));
      histogram.forEach((share, bin) => {
        const [from, to] = [LENGTH_EDGES[bin - 1] ?? 0, LENGTH_EDGES[bin] ?? Infinity];
        near(share, lengths.filter((length) => length >= from && length < to).length / 40);
      });
    }
  });

  it('count all from its parts, draw no more than asked for, and give a seed the same figures', async () => {
    const few = await view({ sample: 5, seed: 3 });
    assert.ok(few.rows.every(({ tasks, sampled, failed }) => sampled + failed <= 5 * tasks));
    assert.deepEqual(await view({ sample: 5, seed: 3 }), few);
    const rows = few.rows.filter(({ promptLength }) => promptLength !== null);
    assert.ok(rows.length >= 15);
    assert.ok(few.total.histogram.every((share) => share >= 0));
    near(
      few.total.histogram.reduce((sum, share) => sum + share),
      1,
    );
    const plain = few.rows.find(({ collection }) => collection === 'pretraining')!;
    assert.deepEqual([plain.tasks, plain.promptLength], [3, null]);
  });

  it('weigh the sums of parts', () => {
    const [one, two, both] = [new Lengths(), new Lengths(), new Lengths()];
    one.add(10);
    two.add(20);
    two.add(40);
    both.addAll(one, 30);
    both.addAll(two, 10);
    both.addAll(new Lengths(), 50);
    // 30 of 10, 5 of 20, 5 of 40.
    near(both.summary()!.mean, 15);
    near(both.summary()!.std ** 2, (30 * 25 + 5 * 25 + 5 * 625) / 40);
    assert.equal(new Lengths().summary(), null);
  });

  it('stand in a Markdown table with what they rest on', async () => {
    const text = statisticsMarkdown(await view({ collections: ['quiz', 'flan'] }));
    const lines = text.split('\n');
    assert.equal(
      lines[0],
      '| Collection | Categories | Tasks | Examples | Prompts per task | Prompt length, mean (words) | std |',
    );
    assert.match(lines[2]!, /^\| flan \| 1 \| 2 \| 0 \| 3\.0 \| – \| – \|$/u);
    assert.match(lines[3]!, /^\| quiz \| 1 \| 1 \| 20 \| 1\.0 \| 7\.0 \| 0\.0 \|$/u);
    assert.match(text, /of 20 prompts: up to 100 a task, drawn by seed 0/);
    await assert.rejects(view({ collections: ['quizz'] }), /did you mean "quiz"/);
  });
});
