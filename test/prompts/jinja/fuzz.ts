/** A grammar that writes Jinja templates, mostly well typed, and the records that they are rendered with. */
import type { Random } from './random.ts';

type Kind = 'text' | 'int' | 'float' | 'list' | 'dict' | 'bool' | 'any';

const TEXT_NAMES = ['title', 'body', 'label', 'empty', 'unicode', 'quoted', 'html'];
const LIST_NAMES = ['words', 'numbers', 'nothing', 'mixed', 'pairs'];
const DICT_NAMES = ['answers', 'meta', 'none_at_all'];

const STRINGS = [
  "'a'",
  '"b c"',
  "''",
  "', '",
  "'é'",
  "'😀'",
  "'A b-C d'",
  "'\\n'",
  "'x\\ty'",
  "'<b>'",
  "'10'",
  "'1.5'",
  '"it\'s"',
  "' pad '",
  "'%s'",
  "'aXbXc'",
];

const TEXT_FILTERS: (string | ((g: Grammar) => string))[] = [
  'upper',
  'lower',
  'title',
  'capitalize',
  'trim',
  'string',
  'striptags',
  'e',
  'forceescape',
  'urlencode',
  'safe',
  (g) => `truncate(${g.int()})`,
  (g) => `truncate(${g.random.below(20)}, ${g.bool()}, ${g.string()})`,
  (g) => `truncate(${g.random.below(12)}, true, '', 0)`,
  (g) => `replace(${g.string()}, ${g.string()})`,
  (g) => `replace(${g.string()}, ${g.string()}, ${g.random.below(3)})`,
  (g) => `center(${g.random.below(30)})`,
  (g) => `indent(${g.random.below(4)}${g.random.chance(0.5) ? `, first=${g.bool()}` : ''})`,
  (g) => `wordwrap(${1 + g.random.below(20)})`,
  (g) => `default(${g.expression('text')})`,
  (g) => `default(${g.expression('text')}, true)`,
  (g) => `trim(${g.string()})`,
  'reverse',
];

const TEXT_METHODS: ((g: Grammar) => string)[] = [
  () => 'upper()',
  () => 'lower()',
  () => 'title()',
  () => 'capitalize()',
  () => 'strip()',
  () => 'lstrip()',
  () => 'rstrip()',
  () => 'swapcase()',
  () => 'casefold()',
  (g) => `strip(${g.string()})`,
  (g) => `replace(${g.string()}, ${g.string()})`,
  (g) => `replace(${g.string()}, ${g.string()}, ${g.random.below(4) - 1})`,
  (g) => `center(${g.random.below(20)}, ${g.random.pick(["'*'", "' '", "'é'"])})`,
  (g) => `ljust(${g.random.below(20)})`,
  (g) => `rjust(${g.random.below(20)}, '.')`,
  (g) => `zfill(${g.random.below(12)})`,
  (g) => `join(${g.expression('list')})`,
  (g) => `format(${g.any()}, ${g.any()})`,
  (g) => `removeprefix(${g.string()})`,
  (g) => `removesuffix(${g.string()})`,
  (g) => `expandtabs(${g.random.below(9)})`,
];

const LIST_FILTERS: ((g: Grammar) => string)[] = [
  () => 'list',
  () => 'sort',
  () => 'unique | list',
  () => 'reverse | list',
  () => 'most_frequent',
  (g) => `sort(reverse=${g.bool()})`,
  () => 'sort(case_sensitive=true)',
  (g) =>
    `map(${g.random.pick(["'upper'", "'string'", "'length'", "'int'", "'abs'", "'default', 'x'"])}) | list`,
  (g) => `map(attribute=${g.random.pick(["'id'", "'name'", '0', "'name.0'", "'missing'"])}) | list`,
  (g) => `map(attribute='name', default=${g.any()}) | list`,
  (g) =>
    `select(${g.random.pick(["'string'", "'none'", "'odd'", "'defined'", "'eq', 1", "'in', [1, 2, 'a']", '', "'gt', 1"])}) | list`,
  (g) => `reject(${g.random.pick(["'number'", "'none'", "'even'", '', "'equalto', 'a'"])}) | list`,
  (g) => `selectattr('id'${g.random.pick(['', ", 'eq', 1", ", 'defined'"])}) | list`,
  (g) => `rejectattr('name'${g.random.pick(['', ", 'eq', 'x'"])}) | list`,
  (g) => `batch(${1 + g.random.below(3)}${g.random.pick(['', ", 'z'"])}) | list`,
  (g) => `slice(${1 + g.random.below(3)}${g.random.pick(['', ", 'z'"])}) | list`,
  (g) => `groupby(${g.random.pick(["'id'", "'name'", '0'])})`,
];

const TESTS = [
  'defined',
  'undefined',
  'none',
  'string',
  'number',
  'integer',
  'float',
  'boolean',
  'mapping',
  'sequence',
  'iterable',
  'true',
  'false',
  'odd',
  'even',
  'lower',
  'upper',
  'callable',
  'escaped',
];

/** Words that break a template in the ways that people do. */
const FAULTS = [
  '{{ }}',
  '{% endfor %}',
  '{{ title | nofilter }}',
  '{% if %}x{% endif %}',
  '{{ title',
  '{% for x in %}{% endfor %}',
  '{{ (title }}',
  "{{ 'open }}",
  '{% unknown %}',
  '{{ title is notest }}',
  '{{ a b }}',
  '{% set 1 = 2 %}',
  '{{ [1, 2 }}',
  '{{ title | }}',
  '{# open',
];

export class Grammar {
  readonly random: Random;
  private depth = 0;
  private names: { name: string; kind: Kind }[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  template(): string {
    this.names = [];
    let text = '';
    const parts = 1 + this.random.below(3);
    for (let i = 0; i < parts; i++) text += this.piece();
    if (this.random.chance(0.02)) text += this.random.pick(FAULTS);
    if (this.random.chance(0.2)) text += '\n';
    if (this.random.chance(0.3)) text += `|||${this.piece()}`;
    return text;
  }

  private data(): string {
    return this.random.pick([
      '',
      ' ',
      '\n',
      'Q: ',
      'Answer:\n',
      '  \n\t',
      'é ',
      '{ ',
      '}',
      '%',
      '# ',
      'a | b',
      '\r\n',
      '"',
      '{ { ',
      '~',
    ]);
  }

  private open(kind: '{' | '%'): string {
    return `{${kind}${this.random.chance(0.12) ? this.random.pick(['-', '-', '+']) : ''} `;
  }

  private close(kind: '}' | '%'): string {
    return ` ${this.random.chance(0.12) ? '-' : ''}${kind}}`;
  }

  private tag(inside: string): string {
    return this.open('%') + inside + this.close('%');
  }

  private piece(): string {
    const choice = this.random.next();
    if (this.depth > 3 || choice < 0.5)
      return this.data() + this.open('{') + this.any() + this.close('}') + this.data();
    this.depth++;
    const piece = this.statement(choice);
    this.depth--;
    return piece;
  }

  private body(): string {
    const known = this.names.length;
    let text = '';
    for (let i = 1 + this.random.below(2); i > 0; i--) text += this.piece();
    this.names.length = known;
    return text;
  }

  private fresh(kind: Kind): string {
    const name = this.random.pick(['x', 'y', 'item', 'acc', 'title']);
    this.names.push({ name, kind });
    return name;
  }

  private statement(choice: number): string {
    if (choice < 0.64) return this.loop();
    if (choice < 0.78) return this.condition();
    if (choice < 0.88) {
      const kind = this.kind();
      const value = this.expression(kind);
      return this.tag(`set ${this.fresh(kind)} = ${value}`) + this.data();
    }
    if (choice < 0.9) return `${this.tag('raw')}{{ not }} {% this %}${this.tag('endraw')}`;
    if (choice < 0.92)
      return `{#${this.random.pick(['', '-'])} a {{ comment }} ${this.random.pick(['', '-'])}#}${this.data()}`;
    return this.rareStatement();
  }

  private rareStatement(): string {
    switch (this.random.below(12)) {
      case 0: {
        const body = this.body();
        return (
          this.tag(`set ${this.fresh('text')}${this.random.pick(['', ' | upper', ' | trim | title'])}`) +
          body +
          this.tag('endset')
        );
      }
      case 1: {
        const kind = this.kind();
        const value = this.expression(kind);
        const name = this.fresh(kind);
        return this.tag(`with ${name} = ${value}`) + this.body() + this.tag('endwith');
      }
      case 2:
        return (
          this.tag(
            `filter ${this.random.pick(['upper', 'trim', "replace('a', 'b')", 'length', 'indent(2)'])}`,
          ) +
          this.body() +
          this.tag('endfilter')
        );
      case 3: {
        const name = this.random.pick(['show', 'item_of']);
        const call = `${name}(${this.any()}${this.random.pick(['', `, b=${this.any()}`, `, ${this.any()}`, ', c=1'])})`;
        this.names.push({ name: 'a', kind: 'any' }, { name: 'b', kind: 'any' });
        const head = this.tag(`macro ${name}(a, b=${this.any()})`) + this.body() + this.tag('endmacro');
        this.names.length -= 2;
        return `${head}{{ ${call} }}`;
      }
      case 4:
        return (
          this.tag('set ns = namespace(total=0, seen=[])') +
          this.tag(`for n in ${this.expression('list')}`) +
          this.tag('set ns.total = ns.total + 1') +
          this.tag('set _ = ns.seen.append(n)') +
          this.tag('endfor') +
          '{{ ns.total }}{{ ns.seen }}'
        );
      case 5:
        return (
          this.tag('set bag = []') +
          this.tag(`for n in ${this.expression('list')}`) +
          this.tag('if bag.append(n)') +
          this.tag('endif') +
          this.tag('endfor') +
          `{{ bag${this.random.pick(['', ' | length', "|join('/')", '.pop()', '[::-1]'])} }}`
        );
      case 7: {
        const name = this.random.pick(['x', 'item']);
        const known = this.names.length;
        this.names.push({ name, kind: 'any' });
        const body = this.body();
        this.names.length = known;
        const deeper = `{{ loop(${name}) if ${name} is iterable and ${name} is not string }}{{ loop.depth }}`;
        return (
          this.tag(`for ${name} in [1, [2, 3, [4]], ${this.any()}] recursive`) +
          body +
          deeper +
          this.tag('endfor')
        );
      }
      case 8:
        return (
          this.tag(`block ${this.random.pick(['one', 'two', 'three'])}`) + this.body() + this.tag('endblock')
        );
      case 9:
        return this.tag(`autoescape ${this.bool()}`) + this.body() + this.tag('endautoescape');
      case 10:
        return this.tag(`print ${this.any()}${this.random.pick(['', `, ${this.any()}`])}`);
      case 11:
        return `${this.tag('set x = 1')}${this.tag(`if ${this.expression('bool')}`)}${this.tag('set x = 2')}${this.tag('set z = x')}${this.tag('endif')}${this.tag('for y in [x, 3]')}{{ x }}{{ z }}${this.tag('set x = y')}${this.tag('set title = x')}{{ x }}${this.tag('endfor')}{{ x }}{{ z }}{{ title }}`;
      default:
        return `${this.tag('macro wrap(v)')}[{{ caller(v) }}]${this.tag('endmacro')}${this.tag(`call(u) wrap(${this.any()})`)}{{ u }}${this.body()}${this.tag('endcall')}`;
    }
  }

  private loop(): string {
    const iterable = this.expression(this.random.chance(0.95) ? 'list' : 'any');
    const known = this.names.length;
    const name = this.fresh('any');
    const target = this.random.chance(0.04) ? `${name}, other` : name;
    const test = this.random.chance(0.15) ? ` if ${this.expression('bool')}` : '';
    let body = this.body();
    if (this.random.chance(0.5)) {
      body += this.random.pick([
        '{{ loop.index }}',
        '{% if not loop.last %}, {% endif %}',
        '{{ loop.index0 }}',
        '{{ loop.revindex }}',
        '{{ loop.length }}',
        "{{ loop.cycle('odd', 'even') }}",
        '{{ loop.previtem }}',
        '{{ loop.nextitem }}',
        '{{ loop.first }}',
        `{{ loop.changed(${name}) }}`,
        `{{ ${name} }}`,
        '{{ loop.depth }}',
      ]);
    }
    this.names.length = known;
    const otherwise = this.random.chance(0.15) ? this.tag('else') + this.body() : '';
    return this.tag(`for ${target} in ${iterable}${test}`) + body + otherwise + this.tag('endfor');
  }

  private condition(): string {
    let text = this.tag(`if ${this.expression('bool')}`) + this.body();
    if (this.random.chance(0.2)) text += this.tag(`elif ${this.expression('bool')}`) + this.body();
    if (this.random.chance(0.5)) text += this.tag('else') + this.body();
    return text + this.tag('endif');
  }

  string(): string {
    return this.random.pick(STRINGS);
  }

  int(): string {
    return String(this.random.below(30) - 3);
  }

  bool(): string {
    return this.random.pick(['true', 'false', 'True', 'False']);
  }

  private kind(): Kind {
    return this.random.pick(['text', 'text', 'text', 'int', 'float', 'list', 'dict', 'bool', 'any'] as const);
  }

  any(): string {
    return this.expression(this.kind());
  }

  expression(wanted: Kind): string {
    const kind = this.random.chance(0.015) ? 'any' : wanted;
    const fitting = this.names.filter(
      (known) => known.kind === kind || (kind === 'text' && known.kind === 'any'),
    );
    if (fitting.length > 0 && this.random.chance(0.4)) {
      const { name, kind: known } = this.random.pick(fitting);
      return known !== 'any' ? name : kind === 'text' ? `(${name} | string)` : this.around(name);
    }
    if (++this.depth > 5) {
      this.depth--;
      return this.atom(kind);
    }
    const made = this.compound(kind);
    this.depth--;
    return made;
  }

  private around(name: string): string {
    if (this.random.chance(0.75)) return name;
    return this.random.pick([
      `${name} | string`,
      `${name}[0]`,
      `${name}.name`,
      `${name} ~ '!'`,
      `${name} | upper`,
      `(${name} or 'none')`,
      `${name}[1:]`,
      `${name}['text']`,
    ]);
  }

  private atom(kind: Kind): string {
    const { random } = this;
    switch (kind) {
      case 'text':
        return random.chance(0.6) ? random.pick(TEXT_NAMES) : this.string();
      case 'int':
        return random.chance(0.4) ? random.pick(['count', 'big', 'negative', 'zero']) : this.int();
      case 'float':
        return random.chance(0.5)
          ? random.pick(['score', 'whole', 'tiny', 'huge'])
          : random.pick(['1.0', '0.1', '2.5', '1e3', '1e20', '3.14159', '-0.5']);
      case 'list':
        return random.chance(0.75)
          ? random.pick([...LIST_NAMES, 'answers.text', 'rows', "meta['tags']", 'range(3)'])
          : `[${[this.atom('int'), this.atom('text'), this.atom('any')].slice(0, random.below(4)).join(', ')}]`;
      case 'dict':
        return random.chance(0.8)
          ? random.pick(DICT_NAMES)
          : random.pick(['{}', "{'a': 1, 2: 'b'}", "{'k': [1, 2]}", '{none: 1, true: 2, 1.0: 3}']);
      case 'bool':
        return random.chance(0.5) ? random.pick(['flag', 'off']) : this.bool();
      default:
        return random.chance(0.3)
          ? random.pick([
              'missing',
              'none',
              'null_field',
              'meta.missing',
              'none_at_all.x',
              '(1, 2)',
              "('a',)",
              '()',
            ])
          : this.atom(random.pick(['text', 'int', 'float', 'list', 'dict', 'bool'] as const));
    }
  }

  private compound(kind: Kind): string {
    const { random } = this;
    if (random.chance(0.45)) return this.atom(kind);
    switch (kind) {
      case 'text':
        return this.text();
      case 'int':
        return this.number('int');
      case 'float':
        return this.number('float');
      case 'list':
        return this.list();
      case 'dict':
        return random.pick([
          this.atom('dict'),
          `dict(${this.atom('dict')}, z=${this.any()})`,
          `{${this.string()}: ${this.any()}}`,
          'rows[0]',
          `rows[${this.expression('int')}]`,
        ]);
      case 'bool':
        return this.truth();
      default:
        return this.mixed();
    }
  }

  private text(): string {
    const { random } = this;
    const base = () => this.expression('text');
    switch (random.below(12)) {
      case 0:
        return `(${base()} + ${base()})`;
      case 1:
        return `(${base()} ~ ${this.any()})`;
      case 2: {
        const filter = random.pick(TEXT_FILTERS);
        return `(${base()} | ${typeof filter === 'string' ? filter : filter(this)})`;
      }
      case 3:
        return `${this.postfix(base())}.${random.pick(TEXT_METHODS)(this)}`;
      case 4:
        return `${this.postfix(base())}[${this.subscript()}]`;
      case 5:
        return `(${base()} if ${this.expression('bool')} else ${base()})`;
      case 6:
        return `(${this.expression('list')} | join(${this.string()}))`;
      case 7:
        return `(${random.pick(["'%s'", "'%d'", "'%5.2f'", "'%-6s|'", "'%r'", "'%05d'", "'%x'", "'%e'", "'%g'", "'%%'", "'%s %s'"])} % ${random.pick([this.any(), `(${this.any()}, ${this.any()})`, `(${this.any()},)`])})`;
      case 8:
        return `${random.pick(["'{}'", "'{0} {1}'", "'{:>8}'", "'{:.2f}'", "'{!r}'", "'{0!s:^9}'", "'{:,}'", "'{:e}'", "'{:05}'", "'{:%}'", "'{a}'", "'{:d}'"])}.format(${random.pick([this.any(), `${this.any()}, ${this.any()}`, `a=${this.any()}`])})`;
      case 9:
        return `(${base()} * ${random.below(4)})`;
      case 10:
        return `(${this.any()} | ${random.pick(['string', 'tojson', 'pprint', 'length', 'count', 'first', 'last'])})`;
      default:
        return `${random.pick(['answers', 'meta'])}.${random.pick(['text', 'name', 'tags', 'a'])}`;
    }
  }

  private postfix(text: string): string {
    return /^[\w.]+$|^'[^']*'$|^\(.*\)$/.test(text) ? text : `(${text})`;
  }

  private subscript(): string {
    const { random } = this;
    const bound = () =>
      random.pick(['', String(random.below(6) - 3), String(random.below(9)), 'none', this.atom('int')]);
    switch (random.below(4)) {
      case 0:
        return `${bound()}:${bound()}`;
      case 1:
        return `${bound()}:${bound()}:${random.pick(['', '1', '2', '-1', '-2', '0'])}`;
      case 2:
        return this.expression('int');
      default:
        return random.pick(['0', '-1', '1', "'text'", 'none', 'true', '99', '1.0']);
    }
  }

  private number(kind: 'int' | 'float'): string {
    const { random } = this;
    const part = () => this.expression(random.chance(0.7) ? kind : random.pick(['int', 'float'] as const));
    switch (random.below(9)) {
      case 0:
      case 1:
        return `(${part()} ${random.pick(['+', '-', '*', '/', '//', '%'])} ${part()})`;
      case 2:
        return `(${part()} ** ${random.pick(['2', '3', '0', '-1', '0.5'])})`;
      case 3:
        return `-${this.postfix(part())}`;
      case 4:
        return `(${part()} | ${random.pick(['abs', 'round', 'round(1)', 'round(2)', 'int', 'float', "round(1, 'floor')", "round(0, 'ceil')", 'round(-1)', 'filesizeformat'])})`;
      case 5:
        return `(${random.pick([this.expression('text'), this.expression('list')])} | ${random.pick(['length', 'count'])})`;
      case 6:
        return `(${random.pick(['numbers', '[1, 2.5]', 'mixed', this.expression('list')])} | ${random.pick(['sum', 'min', 'max', 'first', 'last', 'sum(start=1)'])})`;
      case 7:
        return `(${this.expression('text')} | ${random.pick(['int', 'float', 'wordcount', 'int(7)', 'int(base=16)', 'float(0.5)'])})`;
      default:
        return `${this.postfix(this.expression('text'))}.${random.pick(["count('a')", "find('b')", "index('a')", "rfind(' ')"])}`;
    }
  }

  private list(): string {
    const { random } = this;
    switch (random.below(10)) {
      case 0:
      case 1:
        return `(${this.expression('list')} | ${random.pick(LIST_FILTERS)(this)})`;
      case 2:
        return `${this.postfix(this.expression('list'))}[${this.subscript()}]`;
      case 3:
        return `(${this.expression('list')} + ${this.expression('list')})`;
      case 4:
        return `${this.postfix(this.expression('text'))}.${random.pick(['split()', "split(' ')", 'split(none, 1)', "rsplit(' ', 1)", 'splitlines()', "partition(' ')", "rpartition('a')", "split('')"])}`;
      case 5:
        return `range(${random.below(5)}${random.pick(['', `, ${random.below(9)}`, ', 9, 2', ', -5, -2'])})${random.pick(['', ' | list'])}`;
      case 6:
        return `[${Array.from({ length: random.below(4) }, () => this.any()).join(', ')}]`;
      case 7:
        return `${random.pick(['answers', 'meta', 'rows[0]'])}.${random.pick(['items()', 'keys()', 'values()', 'keys() | list', 'items() | list'])}`;
      case 8:
        return `zip(${this.expression('list')}, ${this.expression('list')})${random.pick(['', ' | list'])}`;
      default:
        return `(${this.expression('dict')} | ${random.pick(['dictsort', "dictsort(by='value')", 'list', 'items | list'])})`;
    }
  }

  private truth(): string {
    const { random } = this;
    switch (random.below(7)) {
      case 0:
      case 1:
        return `(${this.any()} ${random.pick(['==', '!=', '<', '>', '<=', '>='])} ${this.any()})`;
      case 2:
        return `(${this.any()} ${random.pick(['in', 'not in'])} ${random.pick([this.expression('list'), this.expression('text'), this.expression('dict')])})`;
      case 3:
        return `(${this.expression('bool')} ${random.pick(['and', 'or'])} ${this.expression('bool')})`;
      case 4:
        return `(not ${this.expression('bool')})`;
      case 5:
        return `(${this.any()} is ${random.pick(['', 'not '])}${random.pick([...TESTS, 'divisibleby 2', 'divisibleby(3)', "in 'abc'", 'sameas none', 'eq 1', 'ge 2', 'equalto "a"'])})`;
      default:
        return `(${this.expression('int')} < ${this.expression('int')} <= ${this.expression('int')})`;
    }
  }

  private mixed(): string {
    const { random } = this;
    switch (random.below(6)) {
      case 0:
        return `(${this.any()} or ${this.any()})`;
      case 1:
        return `(${this.any()} and ${this.any()})`;
      case 2:
        return `${this.postfix(this.expression('dict'))}[${random.pick(["'text'", "'a'", '1', "'missing'", 'none', this.atom('any')])}]`;
      case 3:
        return `${this.postfix(this.expression('dict'))}.get(${random.pick(["'text'", "'a'", '2', `'q', ${this.any()}`])})`;
      case 4:
        return `(${this.any()} | ${random.pick(['first', 'last', 'random', 'choice', 'attr("x")', 'default("d")', 'd(1, true)', 'min', 'max', 'list', 'tojson', 'tojson(indent=2)'])})`;
      default:
        return `(${this.any()}, ${this.any()})`;
    }
  }

  /** A record as a JSON text. */
  record(): string {
    const { random } = this;
    const text = () =>
      random.pick([
        'Plain words here.',
        'Ünïcödé 日本 😀 x',
        'say "it\'s"',
        "O'Neil",
        '<b>Bold</b> & more',
        '',
        ' spaced  out ',
        'line one\nline two\r\nthree',
        'a-b c_d e.f',
        'MiXeD CaSe',
        '3.7',
        '42',
        'tab\tbed',
        'ǆ ß ﬁ ΑΣ Σ',
        'a ||| b',
        'x'.repeat(40),
        'aXbXc',
        '\u00a0nb\u200b',
        '\ud83d\ude00',
        'İstanbul',
      ]);
    const number = () => random.pick(['0', '1', '2', '-3', '7', '1000000', '12345678901234567890']);
    const float = () =>
      random.pick([
        '1.0',
        '0.0',
        '-0.0',
        '2.5',
        '3.14159',
        '1e16',
        '1e-7',
        '123456789.123',
        '0.1',
        '1e22',
        '-1.5',
        '5e-324',
        '1.7976931348623157e308',
      ]);
    const value = (): string =>
      random.pick([
        () => JSON.stringify(text()),
        number,
        float,
        () => 'null',
        () => random.pick(['true', 'false']),
        () => '[]',
        () => `[${number()}, ${JSON.stringify(text())}]`,
        () => '{}',
      ])();
    const list = (make: () => string, most: number) =>
      `[${Array.from({ length: random.below(most + 1) }, make).join(', ')}]`;
    const string = () => JSON.stringify(text());
    const row = () => `{"id": ${number()}, "name": ${string()}, "text": ${value()}}`;
    const fields: [string, () => string][] = [
      ['title', string],
      ['body', string],
      ['label', string],
      ['empty', () => '""'],
      ['unicode', string],
      ['quoted', string],
      ['html', string],
      ['count', number],
      ['big', () => random.pick(['9007199254740993', '100000000000000000000', '9007199254740991'])],
      ['negative', () => '-7'],
      ['zero', () => '0'],
      ['score', float],
      ['whole', () => '3.0'],
      ['tiny', () => '1e-10'],
      ['huge', () => '1.5e300'],
      ['flag', () => 'true'],
      ['off', () => 'false'],
      ['null_field', () => 'null'],
      ['none_at_all', () => 'null'],
      ['words', () => list(string, 4)],
      ['numbers', () => list(() => (random.chance(0.7) ? number() : float()), 4)],
      ['nothing', () => '[]'],
      ['mixed', () => list(value, 4)],
      ['pairs', () => list(() => `[${value()}, ${value()}]`, 3)],
      ['rows', () => list(row, 3)],
      ['answers', () => `{"text": ${list(string, 3)}, "name": ${string()}, "items": ${value()}}`],
      ['meta', () => `{"tags": ${list(string, 3)}, "a": ${value()}, "name": ${value()}}`],
    ];
    return `{${fields.map(([name, make]) => `"${name}": ${random.chance(0.006) ? value() : make()}`).join(', ')}}`;
  }
}
