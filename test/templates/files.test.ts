import assert from 'node:assert/strict';
import { checkFile, readTemplateFile } from '../../server/templates/check.ts';
import { check, QUESTIONS, withCode, yamlOf } from './helpers.ts';

describe('files of templates', () => {
  it('places the text of every kind of scalar', () => {
    const text = [
      'dataset: harbour',
      'templates:',
      '  a:',
      "    jinja: 'It''s {{one}}",
      '',
      "      and {{two}} ||| {{three}}'",
      '    name: single',
      '  b:',
      '    jinja: "Caf\\xE9 \\',
      '      {{one}}\\n\\t{{two}} ||| \\"{{three}}\\""',
      '    name: double',
      '  c:',
      '    jinja: |-',
      '      {{one}}',
      '        {{two}} ||| {{three}}',
      '    name: block',
      '  d:',
      '    jinja: >-',
      '      {{one}}',
      '      {{two}}',
      '      ||| {{three}}',
      '    name: folded',
      '',
    ].join('\n');
    const lines = text.split('\n');
    const [task] = readTemplateFile('/bench/templates.yaml', text).tasks;
    assert.equal(task?.templates.length, 4);
    for (const placed of task!.templates) {
      for (const word of ['one', 'two', 'three']) {
        const at = placed.template.text.indexOf(word);
        const range = placed.textAt(at, at + word.length);
        assert.equal(
          lines[range.line - 1]?.slice(range.column - 1, range.endColumn - 1),
          word,
          placed.template.name,
        );
      }
    }
  });

  it('gives each YAML fault one finding at its line and keeps the rest', async () => {
    const good = yamlOf(QUESTIONS);
    const tagged = good.replace('!Template\n', '!Pattern\n');
    assert.equal(withCode(await check(tagged), 'yaml-unknown-tag')[0]?.line, 3);
    const twice = good.replace('    reference:', '    name: again\n    reference:');
    const [duplicate] = withCode(await check(twice), 'yaml-duplicate-key');
    assert.match(duplicate?.message ?? '', /"name" stands twice/);
    const broken = `${good}  late: !Template\n    jinja: "{{passage}\n`;
    const found = await check(broken);
    assert.ok(withCode(found, 'yaml-error').length > 0);
    assert.equal(
      readTemplateFile('/bench/templates.yaml', broken).tasks[0]?.templates.length,
      QUESTIONS.length,
    );
    assert.equal(withCode(found, 'alters-semantics').length, 1);
  });

  it('says what a template lacks', async () => {
    const text = 'dataset: harbour\ntemplates:\n  a:\n    name: bare\n  b: 3\n  c:\n    jinja: x ||| y\n';
    const found = withCode(await check(text), 'template-incomplete');
    assert.deepEqual(
      found.map(({ line }) => line),
      [3, 5, 6],
    );
  });

  it('follows anchors, refuses a bomb of aliases and a missing anchor', async () => {
    const anchored = yamlOf(QUESTIONS.slice(0, 2))
      .replace('languages:\n', 'languages: &tongues\n')
      .replace(/languages:\n\s+- en/, 'languages: *tongues');
    assert.deepEqual(
      readTemplateFile('/bench/templates.yaml', anchored).tasks[0]?.templates.map(
        ({ template }) => template.languages,
      ),
      [['en'], ['en']],
    );
    const missing = await check(
      'dataset: d\ntemplates:\n  a:\n    name: n\n    jinja: x ||| y\n    metadata: *gone\n',
    );
    assert.match(missing.map(({ message }) => message).join('\n'), /gone/);
    const bomb = `a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\ndataset: d\ntemplates: *c\n`;
    assert.ok((await check(bomb)).length > 0);
  });

  it('answers for files that hold something else', async () => {
    for (const text of [
      '',
      '- 1\n- 2\n',
      'dataset: d\n',
      '\0\0\0',
      'x: [',
      '{{{{',
      'templates: {a: {b: {c: 1}}}',
    ]) {
      const found = await check(text);
      assert.ok(found.length > 0, JSON.stringify(text));
      assert.ok(found.every(({ line }) => line >= 1));
    }
    assert.equal((await checkFile('/nowhere/templates.yaml'))[0]?.code, 'file-unreadable');
  });

  it('reads a file of 10 MB', async function () {
    this.timeout(120_000);
    const long = 'The gulls cried over the quay. '.repeat(1100);
    const many = Array.from({ length: 300 }, (_, index) => ({
      name: `t${index}`,
      jinja: `${long}{{passage}} ${index} ||| {{answer}}`,
    }));
    const text = yamlOf(many);
    assert.ok(text.length > 10_000_000);
    const found = await check(text);
    assert.equal(withCode(found, 'yaml-error').length, 0);
    assert.equal(readTemplateFile('/bench/templates.yaml', text).tasks[0]?.templates.length, 300);
  });

  it('sends FLAN patterns through the same findings', async () => {
    const text = [
      'PATTERNS = {',
      '    "harbour": [',
      '        ("{passage}\\n{question}", "{answer}"),',
      '        ("Read: {passage}\\nAnswer this: {question}", "{answer}"),',
      '        ("{question} ({passage})", "{answer}"),',
      '        ("Text: {passage} Question: {question}", "{answer}"),',
      '        ("Write a question for the answer {answer} on: {passage}", "{question}"),',
      '        ("{passage}\\n{question}", "{answer}"),',
      '    ],',
      '    "odd": [("{a", "{b}"), make()],',
      '}',
    ].join('\n');
    const found = await checkFile('/bench/templates.py', { text });
    const altering = withCode(found, 'alters-semantics');
    assert.deepEqual(
      altering.map(({ line }) => line),
      [7],
    );
    assert.equal(altering[0]?.kind, 'inverted');
    assert.deepEqual(
      withCode(found, 'duplicate-template').map(({ line }) => line),
      [8],
    );
    assert.deepEqual(
      withCode(found, 'jinja-error').map(({ line }) => line),
      [10],
    );
    assert.equal(withCode(found, 'template-incomplete')[0]?.line, 10);
    const [broken] = withCode(found, 'jinja-error');
    const lines = text.split('\n');
    assert.equal(lines[broken!.line - 1]?.slice(broken!.column - 1, broken!.endColumn - 1), '"{a"');
  });
});
