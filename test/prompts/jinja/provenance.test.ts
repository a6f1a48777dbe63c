import assert from 'node:assert/strict';
import { parseJson } from '../../../server/base/json.ts';
import type { Fields } from '../../../server/collections/types.ts';
import { compileJinja, strip } from '../../../server/prompts/jinja/compile.ts';
import { textOf } from '../../../server/prompts/types.ts';
import { Grammar } from './fuzz.ts';
import { Random } from './random.ts';

const RECORD: Fields = {
  q: 'QUESTION',
  items: ['ONE', 'TWO'],
  label: 1,
  rows: [{ name: 'NAME' }],
  other: 'OTHER',
};

/** Segments in short: `template:text`, `field.name:text`, `choice:text`. */
function told(text: string, answerChoices?: string): string[] {
  const { parts } = compileJinja(text, { answerChoices }).render(RECORD);
  return parts
    .flat()
    .map(({ origin, field, text: shown }) => `${field ? `${origin}.${field}` : origin}:${shown}`);
}

describe('who wrote what of a rendering', function () {
  this.timeout(30_000);

  it('tells data, fields and constants apart', () => {
    assert.deepEqual(told("Q: {{ q }}{{ '!' }}"), ['template:Q: ', 'field.q:QUESTION', 'template:!']);
    assert.deepEqual(told('{{ q | lower }} {{ q[:2] }}'), ['field.q:question', 'template: ', 'field.q:QU']);
  });

  it('takes a sum and a ~ apart', () => {
    assert.deepEqual(told("{{ 'Say ' ~ q ~ '.' }}"), ['template:Say ', 'field.q:QUESTION', 'template:.']);
    assert.deepEqual(told("{{ 'Say ' + q + '.' }}"), ['template:Say ', 'field.q:QUESTION', 'template:.']);
    assert.deepEqual(told('{{ label + 1 }}'), ['field.label:2']);
  });

  it('follows loops, set, with, macros and captured blocks to the record', () => {
    assert.deepEqual(told('{% for x in items %}{{ x }},{% endfor %}'), [
      'field.items:ONE',
      'template:,',
      'field.items:TWO',
      'template:,',
    ]);
    assert.deepEqual(told('{% set a = q %}{% set b = a | lower %}{{ b }}'), ['field.q:question']);
    assert.deepEqual(told('{% with r = rows[0] %}{{ r.name }}{% endwith %}'), ['field.rows:NAME']);
    assert.deepEqual(told("{% macro m(x) %}{{ x }}{% endmacro %}{{ m(q) }}{{ m('c') }}"), [
      'field.q:QUESTIONc',
    ]);
    assert.deepEqual(told('{% set s %}a {{ q }} b{% endset %}{{ s }}'), ['field.q:a QUESTION b']);
    assert.deepEqual(told('{% filter lower %}a {{ q }}{% endfilter %}'), ['field.q:a question']);
    assert.deepEqual(told('{% for x in items %}{{ loop.index }}{{ loop.nextitem }}{% endfor %}'), [
      'template:1',
      'field.items:TWO',
      'template:2',
    ]);
    assert.deepEqual(told('{% for a, b in zip(items, items) %}{{ b }}{% endfor %}'), ['field.items:ONETWO']);
  });

  it('sees text that a list or a namespace was given on the way', () => {
    assert.deepEqual(
      told("{% set l = [] %}{% for x in items %}{% set _ = l.append(x) %}{% endfor %}{{ l | join('+') }}"),
      ['field.items:ONE+TWO'],
    );
    assert.deepEqual(
      told("{% set n = namespace(t='') %}{% for x in items %}{% set n.t = n.t ~ x %}{% endfor %}{{ n.t }}"),
      ['field.items:ONETWO'],
    );
    assert.deepEqual(told('{% set l = [] %}{% set m = l %}{% set _ = m.append(q) %}{{ l[0] }}'), [
      'field.q:QUESTION',
    ]);
    assert.deepEqual(told("{{ 'a' | replace('a', q) }}"), ['field.q:QUESTION']);
    assert.deepEqual(told('{{ missing | default(q) }}').at(-1), 'field.missing:QUESTION');
  });

  it('calls what a constant table gives the template’s, and a choice a choice', () => {
    assert.deepEqual(told("{{ ['no', 'yes'][label] }}"), ['template:yes']);
    assert.deepEqual(told("{{ 'yes' if label else 'no' }}"), ['template:yes']);
    assert.deepEqual(told('{{ answer_choices[label] }}', 'No ||| Yes'), ['choice:Yes']);
    assert.deepEqual(told("{{ answer_choices | join(' or ') }}", 'No ||| Yes'), ['choice:No or Yes']);
    assert.deepEqual(told('{{ answer_choices[label] }}', '{{ items | join("|||") }}'), ['field.items:TWO']);
  });

  it('splits at the separator wherever it comes from, and spares the fields’ own', () => {
    const { parts } = compileJinja('a {{ q }}||| b {{ other }}|{{ "|" }}| c').render({
      q: 'x ||| y',
      other: '|||',
    });
    assert.deepEqual(parts.map(textOf), ['a x ||| y', ' b |||', ' c']);
    assert.deepEqual(strip(parts).map(textOf), ['a x ||| y', 'b |||', 'c']);
  });

  it('names the variables in order of first use', () => {
    const template = compileJinja(
      '{% for x in items %}{{ q }}{{ x }}{% endfor %}{{ range(2) }}{% set z = 1 %}{{ z }}',
      { answerChoices: '{{ other }}' },
    );
    assert.deepEqual(template.variables, ['items', 'q', 'other']);
  });

  it("never calls the record's text the template's, in a thousand templates of the grammar", () => {
    const grammar = new Grammar(new Random(11));
    let pieces = 0;
    for (let i = 0; i < 1000; i++) {
      const text = grammar.template();
      const marked = marking(parseJson(grammar.record()));
      try {
        for (const segment of compileJinja(text)
          .render(marked as Fields)
          .parts.flat()) {
          pieces++;
          if (segment.origin === 'template')
            assert.doesNotMatch(segment.text, /\ue000/, `${text}\n${segment.text}`);
        }
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'TemplateError') throw error;
      }
    }
    assert.ok(pieces > 1000);
  });
});

/** Puts a character that no template writes into every text of a record. */
function marking(value: unknown): unknown {
  if (typeof value === 'string') return `\ue000${value}\ue000`;
  if (Array.isArray(value)) return value.map(marking);
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, marking(inner)]));
  }
  return value;
}
