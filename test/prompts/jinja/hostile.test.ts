import assert from 'node:assert/strict';
import { compileJinja } from '../../../server/prompts/jinja/compile.ts';
import { TemplateError, textOf } from '../../../server/prompts/types.ts';

const MS = 300;
/** The time of the processor that stopping may take past the limit: the clock on the wall counts other work too. */
const GRACE = 100;

const ENDLESS: [string, string][] = [
  ['a long loop', '{% for a in range(10**9) %}{% endfor %}'],
  ['a long loop that prints', '{% for a in range(10**9) %}x{% endfor %}'],
  [
    'loops in loops',
    '{% for a in range(99999) %}{% for b in range(99999) %}{{ a * b }}{% endfor %}{% endfor %}',
  ],
  ['a list of a billion', '{{ range(10**9) | list }}'],
  ['a sum of a billion', '{{ range(10**9) | sum }}'],
  ['a join of a billion', '{{ range(10**9) | join }}'],
  ['membership in a long zip', '{{ 1 in zip(range(10**9), range(10**9)) }}'],
  ['a long text', "{{ 'a' * 10**9 }}"],
  [
    'a text that doubles',
    "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
  ],
  [
    'a text that doubles by replacing',
    "{% set ns = namespace(x='aa') %}{% for i in range(99) %}{% set ns.x = ns.x.replace('a', 'aa') %}{% endfor %}",
  ],
  [
    'a list that doubles',
    '{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}',
  ],
  [
    'a list that grows while it is walked',
    '{% set l = [1] %}{% for x in l %}{% set _ = l.append(x) %}{% endfor %}',
  ],
  [
    'many long texts',
    "{% set l = [] %}{% for i in range(10**6) %}{% set _ = l.append('a' * 3999999) %}{% endfor %}",
  ],
  [
    'many long texts by upper',
    "{% set s = 'a' * 3999999 %}{% set l = [] %}{% for i in range(10**6) %}{% set _ = l.append((s ~ i) | upper) %}{% endfor %}",
  ],
  ['a big number', '{{ 9 ** (9 ** 9) }}'],
  [
    'a number that squares',
    '{% set ns = namespace(x=3) %}{% for i in range(99) %}{% set ns.x = ns.x * ns.x %}{% endfor %}{{ ns.x }}',
  ],
  [
    'a shared list in a list',
    '{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}',
  ],
  [
    'shared lists compared',
    '{% set a = namespace(x=[1]) %}{% set b = namespace(x=[1]) %}{% for i in range(60) %}{% set a.x = [a.x, a.x] %}{% set b.x = [b.x, b.x] %}{% endfor %}{{ a.x == b.x }}',
  ],
  [
    'shared lists as JSON',
    '{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}',
  ],
  [
    'shared lists, pretty',
    '{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | pprint }}',
  ],
  [
    'shared tuples as a key',
    '{% set ns = namespace(x=(1,)) %}{% for i in range(60) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ {ns.x: 1} }}',
  ],
  ['a macro in itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
  [
    'two macros in one another',
    '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}',
  ],
  [
    'a macro that calls itself twice',
    '{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(90) }}',
  ],
  ['a block in itself', '{% block b %}{{ self.b() }}{% endblock %}'],
  [
    'a recursive loop over itself',
    '{% set l = [] %}{% set _ = l.append(l) %}{% for x in l recursive %}{{ loop(x) }}{% endfor %}',
  ],
  ['a wide number', "{{ '%999999999d' % 1 }}"],
  ['a precise number', "{{ '%.999999999f' % 1.5 }}"],
  ['a wide format', "{{ '{:999999999}'.format(1) }}"],
  ['a wide field from an argument', "{{ '%*d' % (999999999, 1) }}"],
  ['a wide centre', "{{ 'x' | center(10**9) }}"],
  ['a wide line', "{{ 'x'.ljust(10**9) }}"],
  ['a deep indent', "{{ 'x\\ny' | indent(10**9) }}"],
  ['wide tabs', "{{ '\\t'.expandtabs(10**9) }}"],
  ['many zeros', "{{ 'x'.zfill(10**9) }}"],
  ['a batch filled up', "{{ [1] | batch(10**9, 'x') | list }}"],
  ['slices without end', '{{ [1] | slice(10**9) | list }}'],
  ['fills between all characters', "{{ ('a' * 10**6).replace('', 'b' * 10**6) }}"],
  [
    'a list that holds itself, compared',
    '{% set a = [] %}{% set b = [] %}{% set _ = a.append(a) %}{% set _ = b.append(b) %}{{ a == b }}',
  ],
  ['a list that holds itself, as JSON', '{% set a = [] %}{% set _ = a.append(a) %}{{ a | tojson }}'],
  [
    'a cycler asked for ever',
    '{% set c = cycler(1, 2) %}{% for x in range(10**9) %}{{ c.next() }}{% endfor %}',
  ],
  ['addresses in a long word', "{{ ('a@' * 10**6) | urlize }}"],
];

const DEEP: [string, string][] = [
  ['parentheses', `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`],
  ['lists', `{{ ${'['.repeat(50_000)}${']'.repeat(50_000)} }}`],
  ['nots', `{{ ${'not '.repeat(50_000)}1 }}`],
  ['signs', `{{ ${'-'.repeat(50_000)}1 }}`],
  ['ifs', `${'{% if 1 %}'.repeat(20_000)}${'{% endif %}'.repeat(20_000)}`],
  ['conditions', `{{ ${'1 if 1 else '.repeat(50_000)}1 }}`],
  ['sums', `{{ ${'1 + '.repeat(50_000)}1 }}`],
  ['filters', `{{ 'a'${' | upper'.repeat(50_000)} }}`],
  ['attributes', `{{ a${'.a'.repeat(50_000)} }}`],
];

/** Ways to the inside of JavaScript or Python: each prints nothing, or is an error. */
const REACHING = [
  "{{ ''.constructor }}",
  "{{ ''['constructor'] }}",
  "{{ '' | attr('constructor') }}",
  '{{ text.__proto__ }}',
  "{{ text['__proto__'] }}",
  '{{ list.constructor }}{{ list.length }}{{ list.push }}{{ list.map }}',
  '{{ dict.constructor }}{{ dict.hasOwnProperty }}{{ dict.toString }}{{ dict.valueOf }}',
  '{{ constructor }}{{ __proto__ }}{{ toString }}{{ hasOwnProperty }}',
  '{{ this }}{{ globalThis }}{{ process }}{{ require }}{{ module }}{{ Function }}{{ eval }}',
  '{{ range.constructor }}{{ range.prototype }}{{ range.call }}{{ range.bind }}{{ range.apply }}',
  '{{ namespace().constructor }}{{ namespace().__proto__ }}{{ namespace().dict }}',
  '{% for x in [1] %}{{ loop.constructor }}{{ loop.iterator }}{{ loop.recurse }}{% endfor %}',
  '{{ cycler(1).constructor }}{{ joiner().constructor }}',
  '{% macro m() %}{% endmacro %}{{ m.constructor }}{{ m.call }}{{ m.__init__ }}',
  "{{ ''.__class__ }}{{ [].__class__ }}{{ (1).__class__ }}{{ range.__globals__ }}",
  "{{ ''.__class__.__mro__[1].__subclasses__() }}",
  "{{ '{0.__class__}'.format(text) }}",
  "{{ '{0.constructor}'.format(text) }}",
  "{{ '{a[__proto__]}'.format(a=dict) }}",
  "{{ '%(constructor)s' % dict }}",
  "{{ [text] | map(attribute='constructor') | join }}",
  "{{ [dict] | map(attribute='__proto__') | join }}",
  "{{ text | map('constructor') | list }}",
  "{{ [1] | select('__proto__') | list }}",
  '{{ text | constructor }}',
  '{{ text is constructor }}',
  '{{ self.constructor }}{{ self.__proto__ }}',
  "{% block x %}{% endblock %}{{ self['constructor'] }}",
  '{{ lipsum.__globals__ }}{{ cycler.__init__.__globals__ }}',
  '{{ config }}{{ request }}{{ get_flashed_messages }}',
];

/** What a value of JavaScript's own would print. */
const LEAKS = /native code|\[object|=>|class |function|<built-in|<class/;

const RECORD = { text: 'harmless', list: [1, 2], dict: { a: 1 } };

/** Milliseconds that this process has worked. */
function busy(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

describe('hostile templates', () => {
  for (const [name, text] of ENDLESS) {
    it(`stops ${name}`, function () {
      this.timeout(30_000);
      const start = busy();
      const template = compileJinja(text, { limits: { ms: MS } });
      assert.throws(() => template.render(RECORD), TemplateError);
      const took = busy() - start;
      assert.ok(took < MS + GRACE, `took ${Math.round(took)} ms`);
    });
  }

  for (const [name, text] of DEEP) {
    it(`bears a depth of ${name}`, function () {
      this.timeout(30_000);
      const start = busy();
      try {
        compileJinja(text, { limits: { ms: MS } }).render(RECORD);
      } catch (error) {
        assert.ok(error instanceof TemplateError, String(error));
      }
      assert.ok(busy() - start < 1000);
    });
  }

  for (const text of REACHING) {
    it(`reaches nothing by ${text}`, () => {
      let printed = '';
      try {
        printed = compileJinja(text)
          .render(RECORD)
          .parts.flat()
          .map((segment) => segment.text)
          .join('');
      } catch (error) {
        assert.ok(error instanceof TemplateError, String(error));
      }
      assert.doesNotMatch(printed, LEAKS);
    });
  }

  it('prints fields whose names are those of JavaScript', () => {
    const record = JSON.parse('{"__proto__": "p", "constructor": {"__proto__": [1], "toString": "t"}}');
    const text =
      "{{ __proto__ }} {{ constructor.toString }} {{ constructor['__proto__'] }} {{ constructor }}";
    const printed = compileJinja(text).render(record).parts.map(textOf).join('');
    assert.equal(printed, "p t [1] {'__proto__': [1], 'toString': 't'}");
    assert.equal(Object.getPrototypeOf({}).toString, Object.prototype.toString);
  });

  it('leaves the record as it was', () => {
    const record = { list: [1, { a: 2 }], dict: { k: 'v' } };
    const text =
      "{% set _ = list.append(3) %}{% set _ = list[1].update(a=9) %}{% set _ = dict.pop('k') %}{{ list }}{{ dict }}";
    const printed = compileJinja(text).render(record).parts.map(textOf).join('');
    assert.equal(printed, "[1, {'a': 9}, 3]{}");
    assert.deepEqual(record, { list: [1, { a: 2 }], dict: { k: 'v' } });
  });

  it('is none the worse after a limit was reached', () => {
    const bad = compileJinja('{% for a in range(10**9) %}{% endfor %}', { limits: { ms: 50 } });
    const good = compileJinja('{% for a in range(3) %}{{ a }}{% endfor %}');
    for (let i = 0; i < 3; i++) {
      assert.throws(() => bad.render({}), TemplateError);
      assert.equal(good.render({}).parts.map(textOf).join(''), '012');
    }
  });
});
