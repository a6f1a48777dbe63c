import assert from 'node:assert/strict';
import { parseJson } from '../../../server/base/json.ts';
import type { Fields } from '../../../server/collections/types.ts';
import { compileJinja } from '../../../server/prompts/jinja/compile.ts';
import { TemplateError, textOf } from '../../../server/prompts/types.ts';

function render(text: string, record = '{}'): string {
  return compileJinja(text)
    .render(parseJson(record) as Fields)
    .parts.map(textOf)
    .join('|||');
}

function failure(work: () => unknown): TemplateError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof TemplateError);
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('Jinja as Python renders it', () => {
  const cases: [string, string, string?][] = [
    ['{{ [none, true, 1.0, "it\'s", {"a": (1,)}] }}', `[None, True, 1.0, "it's", {'a': (1,)}]`],
    ['{{ x }} {{ [x] }}', '3.0 [3.0]', '{"x": 3.0}'],
    ['{{ x }}', '12345678901234567890123', '{"x": 12345678901234567890123}'],
    [
      '{{ 1e16 }} {{ 1e15 }} {{ 0.1 + 0.2 }} {{ 1e-5 }}',
      '1e+16 1000000000000000.0 0.30000000000000004 1e-05',
    ],
    ['{{ 2.5 | round }} {{ 3.5 | round }} {{ 7 // -2 }} {{ -7 % 3 }} {{ 7 / 2 }}', '2.0 4.0 -4 2 3.5'],
    ["{{ '😀é'[0] }}{{ '😀é' | length }}{{ 'abc'[::-1] }}{{ 'abc'[-1] }}", '😀2cbac'],
    ['a\n', 'a'],
    ['a\n\n', 'a\n'],
    ['{% if 1 %}\n  x\n{% endif %}\n', '\n  x\n'],
    ['a {%- if 1 -%} b {%- endif -%} c', 'abc'],
    ['{% raw %}{{ x }}{% endraw %}{# no #}', '{{ x }}'],
    ['{% for i in [1, 2] %}{{ x }}{% set x = i %}{% endfor %}{{ x }}', '000', '{"x": 0}'],
    ['{% for i in [1] %}{{ x }}{% endfor %}{% set x = 1 %}', '', '{"x": 5}'],
    ['{{ d.items }}{{ d["items"] }}', '<built-in method items of dict object>I', '{"d": {"items": "I"}}'],
    ['{{ {1: "a", true: "b"} }}', "{1: 'b'}"],
    ["{{ '%s is %05.1f' % ('x', 2) }}{{ '{:>4}|{!r}'.format(1, 'a') }}", "x is 002.0   1|'a'"],
    ["{{ ['b', 'A', 'c'] | sort | join }}{{ ['b', 'A'] | min }}", 'AbcA'],
    ['{{ "ß".upper() }}{{ "ǆ" | capitalize }}{{ "they\'re bill\'s" | title }}', "SSǅThey're Bill's"],
    ['{{ missing }}{{ missing | default("d") }}{% for x in missing %}x{% endfor %}', 'd'],
    ['{% set a, b = (1, 2) %}{{ a }}{{ b }}', '12'],
    ['{{ "a" "b" }}{{ 1 ~ 2 }}{{ 1 if false }}', 'ab12'],
  ];
  for (const [text, expected, record] of cases) {
    it(`renders ${JSON.stringify(text)}`, () => assert.equal(render(text, record), expected));
  }

  const errors: [string, number, number, RegExp][] = [
    ['a\n{{ x.y.z }}', 2, 7, /UndefinedError: 'x' is undefined|has no attribute/],
    ["one\n  {{ 'a' + 1 }}", 2, 10, /can only concatenate str/],
    ['{{ x | nofilter }}', 1, 8, /No filter named 'nofilter'/],
    ['{% if x %}\n\n{% endfor %}', 3, 4, /unknown tag 'endfor'/],
    ['{{ (1 }}', 1, 7, /expected/],
    ['x {# open', 1, 3, /Missing end of comment/],
    ['{% for x in 5 %}{% endfor %}', 1, 13, /'int' object is not iterable/],
    ['{{ 1 // 0 }}', 1, 6, /ZeroDivisionError/],
  ];
  for (const [text, line, column, message] of errors) {
    it(`says where ${JSON.stringify(text)} fails`, () => {
      const error = failure(() => render(text));
      assert.match(error.message, message);
      assert.equal(error.line, line);
      if (message.source.startsWith('Undefined')) assert.ok(error.column! > 1);
      else assert.equal(error.column, column);
    });
  }

  it('lets a filter that is unknown pass where it is not reached', () => {
    assert.equal(render('{% if false %}{{ x | nofilter }}{% endif %}ok'), 'ok');
    assert.match(
      failure(() => render('{% if true %}{{ x | nofilter }}{% endif %}')).message,
      /No filter named/,
    );
  });

  it('refuses a record that holds answer_choices, as PromptSource does', () => {
    assert.match(failure(() => render('{{ x }}', '{"answer_choices": []}')).message, /answer_choices/);
  });

  it('names the answer choices where their text is wrong', () => {
    const error = failure(() => compileJinja('{{ x }}', { answerChoices: 'Yes ||| {{ no' }));
    assert.match(error.message, /^in answer_choices: /);
    assert.equal(error.line, 1);
  });

  it('draws the same item for the same example every time, and not always the first', () => {
    const template = compileJinja('{{ items | choice }}{{ items | choice }}');
    const seen = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const record = { items: [`a${i}`, `b${i}`, `c${i}`] };
      const text = template.render(record).parts.map(textOf).join('');
      assert.equal(template.render(record).parts.map(textOf).join(''), text);
      seen.add(text.replaceAll(/\d/g, ''));
    }
    assert.ok(seen.size > 4);
  });
});
