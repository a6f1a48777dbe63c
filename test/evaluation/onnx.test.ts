import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Backend } from '../../server/evaluation/backends/backend.ts';
import { onnxBackend } from '../../server/evaluation/backends/onnx.ts';
import { refusalOf } from '../../server/evaluation/backends/sequences.ts';
import { loadTokenizer } from '../../server/prompts/tokens.ts';
import type { ScoreAnswer, ScoreRequest } from '../../server/protocol.ts';
import { ask } from '../oracles/python.ts';
import { MAKING_PYTHON } from '../runner/python.ts';
import { PROJECT } from '../support/bench.ts';
import { TOKENIZER } from './ngram.ts';
import { evaluationPython } from './python.ts';

const GRAPH = join(PROJECT, 'test/fixtures/scoring-graph/small.onnx');
const signal = new AbortController().signal;
const hash = async () => 'hash';
const open = (path = GRAPH) => onnxBackend(path, { tokenizer: TOKENIZER, hash });

async function answersOf(
  backend: Backend,
  requests: readonly ScoreRequest[],
): Promise<Map<string, ScoreAnswer>> {
  const answers = new Map<string, ScoreAnswer>();
  const given = (async function* () {
    yield* requests;
  })();
  for await (const answer of backend.run(given, signal)) answers.set(answer.id, answer);
  return answers;
}

/** Prompts of several lengths, some beyond the context, with candidates of one and of many tokens, and an empty one. */
function requests(): ScoreRequest[] {
  const words = ['well', 'mill', 'Garrowby', 'the', 'lamp,', '17', 'né', '\n', '😀'];
  const drawn = fc.sample(
    fc.record({
      prefix: fc
        .array(fc.constantFrom(...words), { maxLength: 120, size: 'max' })
        .map((list) => list.join(' ').trimEnd()),
      ends: fc.array(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 5 }), {
        minLength: 2,
        maxLength: 5,
      }),
    }),
    { numRuns: 40, seed: 3 },
  );
  const ranked = drawn.map(
    ({ prefix, ends }, at): ScoreRequest => ({
      id: `r${at}`,
      kind: 'rank',
      prefix,
      continuations: [...new Set(ends.map((list) => ` ${list.join(' ')}`))],
    }),
  );
  const written = drawn
    .slice(0, 8)
    .map(({ prefix }, at): ScoreRequest => ({ id: `w${at}`, kind: 'generate', prefix, max_tokens: 20 }));
  return [...ranked, ...written];
}

describe('the ONNX backend', function () {
  this.timeout(300_000);

  it('scores a candidate the same alone, beside others, and in a batch', async () => {
    const backend = await open();
    const all = requests().filter((one) => one.kind === 'rank');
    const together = await answersOf(backend, all);
    const alone = await answersOf(
      backend,
      all
        .slice(0, 10)
        .flatMap((one) =>
          one.continuations.map(
            (text, at): ScoreRequest => ({ ...one, id: `${one.id}/${at}`, continuations: [text] }),
          ),
        ),
    );
    for (const one of all.slice(0, 10)) {
      const answer = together.get(one.id)!;
      assert.ok('log_likelihoods' in answer);
      for (const [at, sum] of answer.log_likelihoods.entries()) {
        const single = alone.get(`${one.id}/${at}`)!;
        assert.ok('log_likelihoods' in single && Math.abs(single.log_likelihoods[0]! - sum) < 5e-5);
        assert.equal(single.tokens[0], answer.tokens[at]);
      }
    }
    await backend.close();
  });

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
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('agrees with PyTorch on a checkpoint exported now', async function () {
    this.timeout(MAKING_PYTHON);
    const oracle = await evaluationPython('torch', 'transformers', 'onnxscript', 'onnxruntime');
    if ('missing' in oracle) {
      console.log(`      skipped: ${oracle.missing}`);
      return this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), 'heldout-onnx-'));
    try {
      const run = (...args: string[]) => {
        const env = { ...process.env, PYTHONPATH: join(PROJECT, 'server/runner') };
        const result = spawnSync(oracle.python, args, { encoding: 'utf8', env });
        assert.equal(result.status, 0, result.stderr);
      };
      const checkpoint = join(folder, 'checkpoint');
      run(join(PROJECT, 'test/oracles/tiny_opt.py'), checkpoint, TOKENIZER);
      run('-m', 'heldout_runner.export_onnx', checkpoint, join(folder, 'tiny.onnx'));
      const backend = await open(join(folder, 'tiny.onnx'));
      const all = requests();
      const answers = await answersOf(backend, all);
      type Theirs = { log_likelihoods: number[]; greedy: boolean[] } | { text: string } | null;
      const theirs = (await ask<Theirs>(oracle.python, 'likelihoods.py', [checkpoint, ...all])).slice(1);
      let cut = 0;
      for (const [at, { id }] of all.entries()) {
        const [answer, expected] = [answers.get(id)!, theirs[at]!];
        if ('text' in expected) {
          assert.ok('text' in answer);
          assert.equal(answer.text, expected.text);
        } else {
          assert.ok('log_likelihoods' in answer, JSON.stringify(answer));
          assert.deepEqual(answer.greedy, expected.greedy);
          if (answer.truncated > 0) cut++;
          for (const [place, sum] of answer.log_likelihoods.entries())
            assert.ok(Math.abs(sum - expected.log_likelihoods[place]!) < 5e-5, `${id}: ${sum}`);
        }
      }
      assert.ok(cut > 0, 'no prompt was beyond the context');
      await backend.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
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
