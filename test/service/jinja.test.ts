import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import '../../server/prompts/jinja/compile.ts';
import { filters } from '../../server/prompts/jinja/filter-table.ts';
import { globals } from '../../server/prompts/jinja/globals.ts';
import { tests } from '../../server/prompts/jinja/tests.ts';
import { methods } from '../../server/prompts/python/str-table.ts';
import { placedIn, rangeIn, templatesIn, textPlaceAt } from '../../server/service/templates/documents.ts';
import { scanJinja, typingAt } from '../../server/service/templates/jinja-scan.ts';
import { FILTERS, GLOBALS, METHODS, TESTS } from '../../server/service/templates/jinja-words.ts';
import { REAL_DATA } from '../support/bench.ts';

/** What stands at the mark `‸`. */
function typing(marked: string) {
  return typingAt(marked.replace('‸', ''), marked.indexOf('‸'));
}

describe('the template language while it is typed', () => {
  it('has a word on every filter, test, method and global that templates can use, and on no other', () => {
    assert.deepEqual(Object.keys(FILTERS).sort(), [...filters.keys()].sort());
    const words = [...tests.keys()].filter((name) => /^\w+$/.test(name));
    const synonyms: Record<string, string> = {
      equalto: 'eq',
      greaterthan: 'gt',
      lessthan: 'lt',
    };
    for (const name of words) assert.ok((synonyms[name] ?? name) in TESTS, name);
    for (const name of Object.keys(TESTS)) assert.ok(tests.has(name), name);
    for (const name of methods.keys()) assert.ok(name in METHODS, name);
    const own = new Set([...globals.keys(), 'loop', 'answer_choices']);
    assert.deepEqual(Object.keys(GLOBALS).sort(), [...own].sort());
  });

  it('covers the text without gaps, whatever it is given', () => {
    const odd = [
      '{{ a | b(c=1).d["e"] }} {# x #}{%- if a is not none and b in (1, 2.5) -%} ||| {% endif %}',
      '{{ "unclosed',
      "{% set x = 'a}}b' %}{{ x }",
      '}} %} #} ||||||',
      '{{',
      '{#',
      '\u{1f980}{{ \u00e9t\u00e9 }}',
      '{{ {"a": {"b": 1}}["a"] }}',
    ];
    for (const text of odd) {
      let at = 0;
      for (const token of scanJinja(text)) {
        assert.ok(token.from >= at && token.to > token.from, text);
        assert.equal(text.slice(at, token.from).trim(), '');
        assert.equal(token.text, text.slice(token.from, token.to));
        at = token.to;
      }
      assert.equal(text.slice(at).trim(), '', text);
    }
  });

  it('tells fields from names that the template gives', () => {
    const kinds = Object.fromEntries(
      scanJinja(
        '{% for word in text.split() %}{{ loop.index }} {{ word | upper }}{% endfor %}{{ word2 if x is defined }}',
      ).map(({ text, kind }) => [text, kind]),
    );
    assert.deepEqual(
      ['word', 'text', 'split', 'loop', 'index', 'upper', 'word2', 'x', 'defined', 'if', 'for'].map(
        (name) => kinds[name],
      ),
      [
        'local',
        'field',
        'method',
        'local',
        'property',
        'filter',
        'field',
        'field',
        'test',
        'keyword',
        'keyword',
      ],
    );
  });

  it('knows what can be typed where', () => {
    const cases: [string, string, string][] = [
      ['Hello ‸', 'text', 'value'],
      ['{{ ‸', 'expression', 'value'],
      ['{{ a ‸}}', 'expression', 'value'],
      ['{{ a }} ‸', 'text', 'value'],
      ['{{ a | tr‸', 'expression', 'filter'],
      ['{{ a.b.‸', 'expression', 'member'],
      ['{{ a if b is ‸', 'expression', 'test'],
      ['{{ a if b is not de‸', 'expression', 'test'],
      ['{% ‸', 'statement', 'value'],
      ['{% if ‸', 'expression', 'value'],
      ['{{ a["‸', 'string', 'value'],
      ['{# ‸', 'comment', 'value'],
      ['{# x #}‸', 'text', 'value'],
      ['a ||| ‸', 'text', 'value'],
    ];
    for (const [marked, where, after] of cases) {
      const found = typing(marked);
      assert.deepEqual([found.where, found.after], [where, after], marked);
    }
    assert.deepEqual(typing('{{ answers.text.‸').path, ['answers', 'text']);
    assert.deepEqual(typing('{{ f(x).‸').path, []);
    assert.deepEqual([typing('{{ que‸').word, typing('{{ que‸').from], ['que', 3]);
    assert.equal(typing('{{ a }} ||| {{ ‸').target, true);
  });

  it('finds every token of the real templates where their files write it', function () {
    const folder = join(REAL_DATA, 'promptsource', 'templates');
    if (!existsSync(folder)) return this.skip();
    this.timeout(120_000);
    let seen = 0;
    for (const { parentPath, name } of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (name !== 'templates.yaml') continue;
      const path = join(parentPath, name);
      const document = TextDocument.create(pathToFileURL(path).href, 'yaml', 1, readFileSync(path, 'utf8'));
      const open = templatesIn(document)!;
      for (const { placed } of placedIn(open)) {
        for (const text of placed.texts) {
          for (const { kind, from, to, text: written } of scanJinja(text.text)) {
            // These may be folded over lines or hold escapes of YAML.
            if (kind === 'text' || kind === 'comment' || kind === 'string') continue;
            const range = rangeIn(open, text, from, to);
            assert.equal(document.getText(range), written, `${path}:${range.start.line + 1}`);
            assert.equal(textPlaceAt(open, range.start)?.offset, from);
            seen++;
          }
        }
      }
    }
    assert.ok(seen > 50_000, `${seen} tokens`);
  });
});
