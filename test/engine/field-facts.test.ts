import assert from 'node:assert/strict';
import { parseJson } from '../../server/base/json.ts';
import type { Fields } from '../../server/collections/types.ts';
import { fieldFacts, isEmpty } from '../../server/engine/field-facts.ts';
import { phraseOf } from '../../server/engine/template-phrase.ts';
import { isTemplateFile } from '../../server/engine/template-places.ts';

describe('what records show of their fields', () => {
  it('names types in words, and samples that differ', () => {
    const records = [
      '{"text": "one  two\\n three", "label": 0, "score": 1.0, "tags": ["a"], "at": {"x": 1, "y": 2}, "ok": true}',
      '{"text": "", "label": 1, "score": 2.5, "tags": [], "at": {"x": 3, "y": 4}, "ok": false}',
      '{"text": "one  two\\n three", "label": 1, "score": 1e3, "tags": null, "at": {"x": 1, "y": 2}, "ok": true}',
      '{"label": 0}',
    ].map((line) => parseJson(line) as Fields);
    const facts = new Map(fieldFacts(records).map((field) => [field.name, field]));
    const type = (name: string) => facts.get(name)?.type;
    assert.deepEqual(['text', 'label', 'score', 'tags', 'at', 'ok'].map(type), [
      'text',
      'whole number',
      'number',
      'list of text or null or list',
      'object with x, y',
      'true or false',
    ]);
    assert.deepEqual(facts.get('text')?.samples, ['one two three']);
    assert.deepEqual(facts.get('label')?.samples, ['0', '1']);
    assert.deepEqual(
      facts.get('label')?.labels,
      new Map([
        ['0', 2],
        ['1', 2],
      ]),
    );
    assert.equal(facts.get('text')?.labels, undefined);
    assert.deepEqual([null, '', ' ', [], 0, false, 'x'].map(isEmpty), [
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('phrases a template in one line, fields in braces', () => {
    const phrase = (text: string, language: 'jinja' | 'format' = 'jinja') =>
      phraseOf({ name: 'x', language, text, strip: true });
    assert.equal(
      phrase(
        'Read:\n{{ passage | trim }}{# note #}\n{% if a %}Now{% endif %} {{answers.text[0]}}? ||| {{b}}',
      ),
      'Read: {passage} Now {answers.text}?',
    );
    assert.equal(phrase('{{ ["a", "b"] | join }} {{ text.split()[0] }}|||x'), '{…} {text}');
    assert.equal(phrase('Say {end}|||{start}', 'format'), 'Say {end}');
    assert.equal(phrase(`${'long '.repeat(100)}|||x`).length, 160);
  });

  it('knows the files of templates by their names', () => {
    const yes = [
      'templates.yaml',
      'a/templates.yml',
      'C:\\b\\templates.yaml',
      'flan/templates.py',
      'flan_templates_2.py',
    ];
    const no = ['a/mytemplates.yaml', 'templates.json', 'templates/x.py', 'templates.yaml/x'];
    assert.deepEqual([yes.every(isTemplateFile), no.some(isTemplateFile)], [true, false]);
  });
});
