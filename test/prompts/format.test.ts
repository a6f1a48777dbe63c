import assert from 'node:assert/strict';
import { compileFormat } from '../../server/prompts/format.ts';
import { TemplateError, textOf } from '../../server/prompts/types.ts';
import { pythonOracle } from '../oracles/python.ts';
import { compare, type Question, shown, summary } from './jinja/compare.ts';
import { Random } from './jinja/random.ts';

const NAMES = [
  'question',
  'options_',
  'answer',
  'count',
  'score',
  'whole',
  'flag',
  'nothing',
  'list',
  'meta',
  'big',
];
const SPECS = [
  '',
  ':',
  ':>10',
  ':<5',
  ':^9',
  ':*^12',
  ':d',
  ':05d',
  ':,',
  ':_',
  ':x',
  ':#x',
  ':b',
  ':o',
  ':c',
  ':e',
  ':.2f',
  ':.0f',
  ':10.3f',
  ':+',
  ':-',
  ': ',
  ':%',
  ':.1%',
  ':g',
  ':.3g',
  ':G',
  ':n',
  ':s',
  ':.3',
  ':.3s',
  ':=+8',
  ':08.2f',
  ':{width}',
  ':>{width}.{places}',
  ':é>6',
  ':z.0f',
  ':#.3g',
  ':,.2f',
  ':_x',
  ':010,d',
];
const CONVERSIONS = ['', '', '', '!r', '!s', '!a', '!x', '!'];
const PATHS = ['', '', '', '', '[0]', '[-1]', '[a]', '.real', '.name', '[a][0]', '.upper', '[', '.'];
const LITERALS = [
  'Question: ',
  '\n\n',
  '{{',
  '}}',
  '{{x}}',
  ' é ',
  '"',
  "it's ",
  '%s ',
  '',
  '',
  'OPTIONS:\n',
];
const FAULTS = [
  '{',
  '}',
  '{question',
  '{question!}',
  '{0}',
  '{}',
  '{question]',
  '{missing}',
  '{question:{',
  '{ question }',
  '{question.}',
  '{question!rr}',
];

function pattern(random: Random): string {
  let text = '';
  for (let i = 1 + random.below(4); i > 0; i--) {
    text += random.pick(LITERALS);
    if (random.chance(0.015)) text += random.pick(FAULTS);
    const spec = random.chance(0.8) ? '' : random.pick(SPECS);
    const path = random.chance(0.93) ? '' : random.pick(PATHS);
    const conversion = random.chance(0.9) ? '' : random.pick(CONVERSIONS);
    text += `{${random.pick(NAMES)}${path}${conversion}${spec}}`;
  }
  return text + random.pick(LITERALS);
}

function record(random: Random): string {
  const text = () =>
    JSON.stringify(
      random.pick([
        'plain text',
        'Ünï 日本 😀',
        '"quoted"',
        "it's",
        '',
        'a ||| b',
        '{braces}',
        'line\nbreak',
        'x'.repeat(30),
      ]),
    );
  const float = () =>
    random.pick(['1.0', '0.5', '-2.75', '1e20', '123456.789', '0.0', '-0.0', '1e-7', '99.995', '1234567.5']);
  return `{"question": ${text()}, "options_": ${text()}, "answer": ${text()}, "count": ${random.pick(['0', '7', '-42', '1234567', '955'])},
    "score": ${float()}, "whole": 3.0, "flag": ${random.pick(['true', 'false'])}, "nothing": null, "list": [${text()}, 2, 3.0],
    "meta": {"a": [${text()}], "name": 1}, "big": 123456789012345678901234567890, "width": ${random.pick(['8', '12', '"5"'])}, "places": 2}`;
}

describe('FLAN patterns', function () {
  this.timeout(120_000);

  it('fills 10,000 pattern and record pairs as Python does, or fails where Python fails', async function () {
    const oracle = pythonOracle();
    if ('missing' in oracle) {
      console.log(`      skipped: ${oracle.missing}`);
      this.skip();
    }
    const random = new Random(3);
    const questions = Array.from({ length: 5000 }, (_, i): Question => {
      const text = random.chance(0.5) ? `${pattern(random)}|||${pattern(random)}` : pattern(random);
      return {
        name: `pattern ${i}`,
        language: 'format',
        text,
        answer_choices: null,
        records: [record(random), record(random)],
      };
    });
    const counts = await compare(oracle.python, questions);
    console.log(`      ${summary(counts)}`);
    assert.ok(counts.equal > 0.4 * counts.pairs);
    assert.equal(counts.differences.length, 0, shown(counts.differences, 20));
    assert.equal(counts.placed, counts.bothErrors);
  });

  it('tells the pattern and the fields apart', () => {
    const template = compileFormat('Q: {question}\n{options_}{{}}|||{answer!r:>5}');
    const { parts } = template.render({ question: 'why ||| not', options_: 'OPTIONS', answer: 'a' });
    assert.deepEqual(parts, [
      [
        { text: 'Q: ', origin: 'template' },
        { text: 'why ||| not', origin: 'field', field: 'question' },
        { text: '\n', origin: 'template' },
        { text: 'OPTIONS', origin: 'field', field: 'options_' },
        { text: '{}', origin: 'template' },
      ],
      [{ text: "  'a'", origin: 'field', field: 'answer' }],
    ]);
    assert.deepEqual(template.variables, ['question', 'options_', 'answer']);
  });

  const errors: [string, number, number, RegExp][] = [
    ['line one\n  {question', 2, 3, /expected '}'/],
    ['a } b', 1, 3, /Single '}'/],
    ['ok|||{gone}', 1, 6, /the record has no field 'gone'/],
    ['{question:d}', 1, 1, /Unknown format code 'd'/],
    ['{question.__class__}', 1, 1, /no attribute '__class__'/],
    ['{question.constructor}', 1, 1, /no attribute 'constructor'/],
    ['{question:999999999}', 1, 1, /more than/],
  ];
  for (const [text, line, column, message] of errors) {
    it(`says where ${JSON.stringify(text)} fails`, () => {
      assert.throws(
        () => compileFormat(text).render({ question: 'q' }),
        (error: unknown) => {
          assert.ok(error instanceof TemplateError);
          assert.match(error.message, message);
          assert.deepEqual([error.line, error.column], [line, column]);
          return true;
        },
      );
    });
  }

  it('gives the text of the parts in order', () => {
    assert.deepEqual(compileFormat('{a}|||{b}|||{a}').render({ a: 1, b: 2.5 }).parts.map(textOf), [
      '1',
      '2.5',
      '1',
    ]);
  });
});
