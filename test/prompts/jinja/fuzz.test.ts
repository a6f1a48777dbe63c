import assert from 'node:assert/strict';
import { pythonOracle } from '../../oracles/python.ts';
import { compare, type Question, shown, summary } from './compare.ts';
import { Grammar } from './fuzz.ts';
import { Random } from './random.ts';

const SEED = Number(process.env.HELDOUT_FUZZ_SEED ?? 20_240);
const TEMPLATES = Number(process.env.HELDOUT_FUZZ_TEMPLATES ?? 10_000);
const RECORDS = 2;

describe('templates and records that a grammar writes', function () {
  this.timeout(170_000);

  it(`renders ${TEMPLATES * RECORDS} pairs as Python does, or fails where Python fails`, async function () {
    const oracle = pythonOracle();
    if ('missing' in oracle) {
      console.log(`      skipped: ${oracle.missing}`);
      this.skip();
    }
    const grammar = new Grammar(new Random(SEED));
    const questions = Array.from({ length: TEMPLATES }, (_, i): Question => {
      const text = grammar.template();
      const records = Array.from({ length: RECORDS }, () => grammar.record());
      return { name: `fuzz ${i}`, language: 'jinja', text, answer_choices: null, records };
    });
    const counts = await compare(oracle.python, questions);
    console.log(`      ${summary(counts)}`);
    const wrong = counts.differences.length;
    const errors = counts.bothErrors + counts.pythonFails;
    assert.ok(counts.equal > 0.4 * counts.pairs, summary(counts));
    assert.ok(wrong <= 0.001 * (counts.pairs - counts.addresses), shown(counts.differences, 20));
    assert.ok(counts.bothErrors >= 0.95 * errors, shown(counts.differences, 20));
    assert.equal(counts.placed, counts.bothErrors);
  });
});
