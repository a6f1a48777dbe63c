import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  finalAnswer,
  finalAnswerMatch,
  lastNumber,
  lastNumberMatch,
} from '../../server/evaluation/metrics/final-answer.ts';
import { ask } from '../oracles/python.ts';
import { MAKING_PYTHON, type RunnerPython } from '../runner/python.ts';
import { evaluationPython } from './python.ts';

describe('the answer of a chain of thought', () => {
  it('is the number after "####", else what "the answer is", else the text', () => {
    assert.equal(finalAnswer('2 + 2 = 4.\n#### 1,234'), '1234');
    assert.equal(finalAnswer('#### $1,234.50.'), '1234.50');
    assert.equal(finalAnswer('#### -7\n#### 8'), '-7');
    assert.equal(finalAnswer('So the answer is (B).\nAnd more.'), '(B)');
    assert.equal(finalAnswer('The answer is: 12,000.'), '12000');
    assert.equal(finalAnswer('the answer is ] ) }.'), '] ) }');
    assert.equal(finalAnswer(' plain. '), 'plain');
    assert.equal(finalAnswer(''), '');
  });

  it('is read up to a question that the model asks itself', () => {
    assert.equal(finalAnswer('So the answer is (B).\n\nQ: Next\nA: So the answer is (C).'), '(B)');
    assert.equal(finalAnswer('It is unclear.\n\nQuestion: 1 + 1?\nAnswer: 2\n#### 2'), 'It is unclear');
    assert.equal(lastNumber('It is 12.\n\nQuestion: 1 + 1?\nAnswer: 2'), '12');
  });

  it('counts where it is a reference’s', () => {
    assert.equal(finalAnswerMatch(['1234'], 'thus #### 1,234'), 1);
    assert.equal(finalAnswerMatch(['(A)', 'A'], 'So the answer is A.'), 1);
    assert.equal(finalAnswerMatch(['valid'], 'So the answer is invalid.'), 0);
    assert.equal(lastNumberMatch(['18'], 'She makes 9 * 2 = $18 a day'), 1);
    assert.equal(lastNumberMatch(['18'], 'eighteen'), 0);
    assert.equal(lastNumberMatch(['(A)'], '18'), undefined);
  });

  it('is the harness’s on drawn texts', async function () {
    this.timeout(MAKING_PYTHON);
    const own = process.env.HELDOUT_ORACLES_PYTHON;
    const oracle: RunnerPython = own ? { python: own } : await evaluationPython('lm_eval');
    if ('missing' in oracle) {
      console.log(`      skipped: ${oracle.missing}`);
      return this.skip();
    }
    const part = fc.constantFrom(
      ...[
        '#### ',
        '####',
        '72',
        '1,234',
        '-5',
        '$18',
        '3.50',
        '.',
        ', ',
        '\n',
        ' is ',
        '(B)',
        'the answer is ',
      ],
      ...['So ', '<<9*2=18>>', '%', '- ', 'no'],
    );
    const texts = fc.sample(
      fc.array(part, { maxLength: 14 }).map((parts) => parts.join('')),
      { numRuns: 3000, seed: 11 },
    );
    const told = await ask<{ strict: string; flexible: string; bbh: string }>(
      oracle.python,
      'final_answers.py',
      texts,
    );
    assert.equal(told.length, texts.length);
    const bare = (text: string) => text.replace(/[,$]/gu, '').replace(/\.$/u, '').trim();
    const compared = { strict: 0, flexible: 0, bbh: 0 };
    for (const [at, text] of texts.entries()) {
      const { strict, flexible, bbh } = told[at]!;
      assert.equal(lastNumber(text) ?? '[invalid]', flexible, JSON.stringify(text));
      compared.flexible++;
      if (strict !== '[invalid]') {
        assert.equal(bare(finalAnswer(text)), bare(strict), JSON.stringify(text));
        compared.strict++;
      }
      // The harness takes the last character off, whatever it is.
      else if (/the answer is [^\n]+\.(\n|$)/u.test(text) && !/the answer is:|the answer is \n/u.test(text)) {
        assert.equal(bare(finalAnswer(text)), bare(bbh), JSON.stringify(text));
        compared.bbh++;
      }
    }
    assert.ok(
      Object.values(compared).every((count) => count > 20),
      JSON.stringify(compared),
    );
  });
});
