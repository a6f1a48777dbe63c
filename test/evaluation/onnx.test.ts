import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { randomFor } from '../../server/base/random.ts';
import { describedGraph } from '../../server/evaluation/backends/onnx/description.ts';
import { type Graph, loadGraph } from '../../server/evaluation/backends/onnx/graph.ts';
import { type Ranking, ranked } from '../../server/evaluation/backends/onnx/ranking.ts';
import { type Writing, written } from '../../server/evaluation/backends/onnx/writing.ts';
import { onnxBackend } from '../../server/evaluation/backends/onnx.ts';
import { refusalOf } from '../../server/evaluation/backends/sequences.ts';
import { loadTokenizer } from '../../server/prompts/tokens.ts';
import type { ScoreRequest } from '../../server/protocol.ts';
import { ask } from '../oracles/python.ts';
import { MAKING_PYTHON } from '../runner/python.ts';
import { PROJECT } from '../support/bench.ts';
import { answersOf, withoutCache } from './answers.ts';
import { TOKENIZER } from './ngram.ts';
import { requests } from './onnx-requests.ts';
import { evaluationPython } from './python.ts';

const GRAPH = join(PROJECT, 'test/fixtures/scoring-graph/small.onnx');
const CACHED = join(PROJECT, 'test/fixtures/cached-graph/small.onnx');
const signal = new AbortController().signal;
const hash = async () => 'hash';
const open = (path = GRAPH) => onnxBackend(path, { tokenizer: TOKENIZER, hash });

describe('the ONNX backend', function () {
  this.timeout(300_000);

  for (const [kind, path] of [
    ['without a cache', GRAPH],
    ['with a cache', CACHED],
  ] as const) {
    it(`scores a candidate the same alone, beside others, and in a batch: a graph ${kind}`, async () => {
      const backend = await open(path);
      const all = requests().filter((one) => one.kind === 'rank');
      const some = [...all.slice(0, 10), ...all.slice(-10)];
      const together = await answersOf(backend, all);
      for (const one of some) {
        const answer = together.get(one.id)!;
        assert.ok('log_likelihoods' in answer);
        const single = await answersOf(
          backend,
          one.continuations.map((text, at): ScoreRequest => ({ ...one, id: `${at}`, continuations: [text] })),
        );
        for (const [at, sum] of answer.log_likelihoods.entries()) {
          const alone = single.get(`${at}`)!;
          assert.ok('log_likelihoods' in alone && Math.abs(alone.log_likelihoods[0]! - sum) < 5e-5);
          assert.equal(alone.tokens[0], answer.tokens[at]);
        }
      }
      await backend.close();
    });
  }

  it('writes greedily what it would score as greedy', async () => {
    const backend = await open();
    const prefix = 'The mill and';
    const written = (await answersOf(backend, [{ id: 'w', kind: 'generate', prefix, max_tokens: 6 }])).get(
      'w',
    )!;
    assert.ok('text' in written && written.tokens <= 6);
    const tokens = loadTokenizer(TOKENIZER);
    // Only where the text gives the same tokens again can it be scored as a text.
    const ids = tokens.ids(prefix + written.text);
    if (ids.length === tokens.ids(prefix).length + written.tokens) {
      const scored = (
        await answersOf(backend, [{ id: 's', kind: 'rank', prefix, continuations: [written.text] }])
      ).get('s')!;
      assert.ok('greedy' in scored && scored.greedy?.[0] === true);
    }
    await backend.close();
  });

  it('writes with a cache, and ranks after what is shared, as it does where it reads every text whole', async () => {
    const { vocabulary, own } = describedGraph(CACHED);
    const graph = await loadGraph(CACHED, vocabulary, own);
    const whole = withoutCache(graph);
    const random = randomFor('written');
    const ids = (count: number) => Array.from({ length: count }, () => 3 + random.below(vocabulary - 3));
    const begun = ids(60);
    const prompts = [3, 90, 1, 40, 190, 7, 40].map((length) => ids(length));
    prompts.push(...[1, 5, 30, 2, 9, 4].map((length) => [...begun, ...ids(length)]));
    // Tokens that end a text: so many that some of the texts meet one.
    const ends = new Set(Array.from({ length: 30 }, (_, at) => at * 32));
    const texts = () =>
      prompts.map((prompt, at): Writing => {
        return { id: `${at}`, prompt, written: [], most: 10 + 10 * (at % 6), truncated: 0, done: false };
      });
    const [one, other] = [texts(), texts()];
    for await (const _ of written(graph, one, ends, signal));
    for await (const _ of written(whole, other, ends, signal));
    assert.deepEqual(one, other);
    assert.ok(
      one.some(({ written, most }) => written.length < most) &&
        one.some(({ written }) => written.length > 20),
    );
    const rankings = prompts.map((prompt, at): Ranking => {
      const sequences = [1, 3, 2].map((more) => ({
        ids: [...prompt, ...ids(more)],
        from: prompt.length,
        truncated: 0,
      }));
      return { id: `${at}`, sequences };
    });
    const scores = async (by: Graph) => {
      const found = new Map<string, number[]>();
      for await (const answer of ranked(by, rankings, signal))
        if ('log_likelihoods' in answer) found.set(answer.id, answer.log_likelihoods);
      return rankings.flatMap(({ id }) => found.get(id)!);
    };
    const expected = await scores(whole);
    assert.ok((await scores(graph)).every((score, at) => Math.abs(score - expected[at]!) < 5e-5));
    await graph.close();
  });

  it('writes a text the same alone and beside others, whatever its stops', async () => {
    const backend = await open(CACHED);
    const all = requests().filter((one) => one.kind === 'generate');
    const together = await answersOf(backend, all);
    for (const one of all) {
      const alone = await answersOf(backend, [one]);
      assert.deepEqual(together.get(one.id), alone.get(one.id));
    }
    await backend.close();
  });

  it('fails a request that has no room or no tokens, or that its tokenizer reads otherwise', async () => {
    const backend = await open();
    const asked = (id: string, continuation: string, prefix = 'x'): ScoreRequest => ({
      id,
      kind: 'rank',
      prefix,
      continuations: [continuation],
    });
    const answers = await answersOf(backend, [
      asked('long', ` ${'well '.repeat(400)}`),
      asked('empty', ''),
      asked('mark', ' y', 'a\uFEFFb'),
      asked('good', ' y'),
    ]);
    const reason = (id: string) => {
      const answer = answers.get(id)!;
      return 'error' in answer ? answer.error : '';
    };
    assert.match(reason('long'), /no room/);
    assert.match(reason('empty'), /no tokens/);
    assert.match(reason('mark'), /U\+FEFF/);
    assert.equal(reason('good'), '');
    await backend.close();
  });

  it('refuses files that are no scoring graph', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heldout-graph-'));
    try {
      await assert.rejects(open(join(folder, 'none.onnx')), /no such file/);
      writeFileSync(join(folder, 'bad.onnx'), 'not a graph');
      await assert.rejects(open(join(folder, 'bad.onnx')), /export-onnx/);
      cpSync(GRAPH.replace('.onnx', '.json'), join(folder, 'bad.json'));
      await assert.rejects(open(join(folder, 'bad.onnx')), /not an ONNX model/);
      cpSync(join(PROJECT, 'media/models/semantics.onnx'), join(folder, 'bad.onnx'));
      await assert.rejects(open(join(folder, 'bad.onnx')), /is no scoring graph \(it lacks input_ids/);
      // As Optimum's lie: a configuration beside them, and no description.
      rmSync(join(folder, 'bad.json'));
      writeFileSync(join(folder, 'config.json'), '{"vocab_size": 960, "eos_token_id": 2}');
      await assert.rejects(
        open(join(folder, 'bad.onnx')),
        /is no language model of Optimum's \(it lacks input_ids/,
      );
      writeFileSync(join(folder, 'config.json'), '{}');
      await assert.rejects(
        open(join(folder, 'bad.onnx')),
        /config\.json.*is no configuration of a language model/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the embedded tokenizer', () => {
  it('gives the tokens of the native one for 10,000 drawn texts, or the text is refused', async function () {
    this.timeout(MAKING_PYTHON);
    const oracle = await evaluationPython('tokenizers');
    if ('missing' in oracle) {
      console.log(`      skipped: ${oracle.missing}`);
      return this.skip();
    }
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom(
        ' ',
        '  ',
        '\n\n',
        '\t',
        '</s>',
        '<s>',
        "don't",
        'Ⅷ',
        '\u00a0',
        '\u2009',
        '\u0085',
        '\u200d',
        '１２',
        '3,14',
        'ß',
      ),
    );
    const drawn = fc
      .sample(fc.array(piece, { maxLength: 8 }), { numRuns: 10_000, seed: 11 })
      .map((parts) => parts.join(''));
    const texts = drawn.filter((text) => text.isWellFormed());
    const theirs = (await ask<number[] | null>(oracle.python, 'tokens.py', [TOKENIZER, ...texts])).slice(1);
    const tokenizer = loadTokenizer(TOKENIZER);
    let refused = 0;
    for (const [at, text] of texts.entries()) {
      if (refusalOf(text) !== undefined) refused++;
      else assert.deepEqual(tokenizer.ids(text), theirs[at], JSON.stringify(text));
    }
    assert.ok(texts.length > 9_900 && refused < 1000, `${texts.length} texts, ${refused} refused`);
  });
});
