import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exactMatch, exactMatchNormalised } from '../../server/evaluation/metrics/exact-match.ts';
import { macroF1 } from '../../server/evaluation/metrics/macro-f1.ts';
import { distinctCandidates, rank, rightCandidates, winner } from '../../server/evaluation/metrics/rank.ts';
import { bestRougeL, rougeL } from '../../server/evaluation/metrics/rouge.ts';
import { scoreExample } from '../../server/evaluation/score-example.ts';
import { ask } from '../oracles/python.ts';
import { MAKING_PYTHON } from '../runner/python.ts';
import { evaluationPython } from './python.ts';

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

describe('Rouge-L', () => {
  it('has the values that rouge-score gives', () => {
    const cases: [reference: string, prediction: string, expected: number][] = [
      ['the cat sat on the mat', 'the cat lay on a mat', 2 / 3],
      ['A B c', 'c b a', 1 / 3],
      ['', 'x', 0],
      ['Ünïcode café 3.14', 'cafe 3 14 unicode', 4 / 9],
      ['one two three four', 'two four', 2 / 3],
      ['running dogs', 'run dog', 0],
      ['Kelvin \u212a sign', 'kelvin k sign', 1],
    ];
    for (const [reference, prediction, expected] of cases) close(rougeL(reference, prediction), expected);
    assert.equal(bestRougeL(['red', 'blue sky'], 'the blue sky'), rougeL('blue sky', 'the blue sky'));
    assert.equal(bestRougeL([], 'anything'), 0);
  });

  it('agrees with rouge-score on drawn texts', async function () {
    this.timeout(MAKING_PYTHON);
    const oracle = await evaluationPython('rouge_score');
    if ('missing' in oracle) {
      console.log(`      skipped: ${oracle.missing}`);
      return this.skip();
    }
    const word = fc.constantFrom(
      'a',
      'the',
      'well',
      'Well,',
      'İstanbul',
      'ǅ',
      '3.5',
      "don't",
      'ſ',
      '\u2028',
      'x-y',
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
      fc.string({ unit: 'binary', maxLength: 30 }).filter((drawn) => drawn.isWellFormed()),
    );
    const pairs = fc.sample(fc.tuple(text, text), { numRuns: 2000, seed: 7 });
    const expected = await ask<number>(oracle.python, 'rouge.py', pairs);
    assert.equal(expected.length, pairs.length);
    for (const [at, [reference, prediction]] of pairs.entries())
      close(rougeL(reference, prediction), expected[at]!);
  });
});

describe('exact match', () => {
  it('compares character for character, but for white space at the ends', () => {
    assert.equal(exactMatch(['Yes', 'No'], ' No\n'), 1);
    assert.equal(exactMatch(['Yes'], 'yes'), 0);
    assert.equal(exactMatchNormalised(['Yes!'], 'y-e-s'), 1);
    assert.equal(exactMatchNormalised(['a  b'], 'A b.'), 1);
    assert.equal(exactMatchNormalised(['naïve'], 'naive'), 0);
  });
});

describe('rank classification', () => {
  it('gives a tie to the first, and scores within the tolerance are a tie', () => {
    assert.deepEqual(winner([-2, -1, -1]), { chosen: 1, tied: true });
    assert.deepEqual(winner([-1.000004, -1]), { chosen: 0, tied: true });
    assert.deepEqual(winner([-1.00004, -1]), { chosen: 1, tied: false });
    assert.deepEqual(winner([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]), { chosen: 0, tied: true });
    assert.throws(() => winner([Number.NaN, -1]), /not a number/);
  });

  it('takes duplicates for one, and a reference for each candidate of its text', () => {
    assert.deepEqual(distinctCandidates(['yes', 'no', 'yes']), ['yes', 'no']);
    assert.deepEqual(rightCandidates(['yes', ' no', 'maybe'], ['no ', 'maybe']), [1, 2]);
  });

  it('has variants that can disagree', () => {
    const ranked = rank(['no', 'by all means'], [1], [-2, -3], [1, 3], [-1, -8]);
    assert.deepEqual(ranked, {
      chosen: 0,
      tied: false,
      accuracy: 0,
      accuracyPerToken: 1,
      accuracyPerByte: 1,
      accuracyUnconditional: 1,
    });
  });

  it('fails what makes no sense instead of counting it as wrong', () => {
    const asked = {
      task: 'c/t',
      example: 0,
      template: 'x',
      shots: 0,
      shown: 0,
      kind: 'rank' as const,
      references: ['a'],
      candidates: ['a', 'b'],
      overlap: null,
    };
    const answer = { id: '', log_likelihoods: [-1, -2], tokens: [1, 1], truncated: 0 };
    assert.equal(scoreExample(asked, answer).metrics.accuracy, 1);
    for (const wrong of [
      { ...answer, log_likelihoods: [-1] },
      { ...answer, tokens: [1, 0] },
      { ...answer, log_likelihoods: [Number.NaN, -1] },
      { id: '', text: 'a', tokens: 1, truncated: 0 },
      { id: '', error: 'the server failed' },
    ]) {
      const scored = scoreExample(asked, wrong);
      assert.ok(scored.failed);
      assert.deepEqual(scored.metrics, {});
    }
  });
});

describe('macro-F1', () => {
  it('is the mean over classes', () => {
    const answers = [
      { right: 'a', predicted: 'a' },
      { right: 'a', predicted: 'b' },
      { right: 'b', predicted: 'b' },
      { right: 'c', predicted: 'b' },
    ];
    // a: 2·1/(2+1), b: 2·1/(1+3), c: 0.
    close(macroF1(answers)!, (2 / 3 + 1 / 2 + 0) / 3);
    assert.equal(macroF1([]), null);
  });
});
