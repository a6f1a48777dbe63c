import assert from 'node:assert/strict';
import { compileJinja, strip } from '../../server/prompts/jinja/compile.ts';
import { textOf } from '../../server/prompts/types.ts';
import type { RenderTemplate } from '../../server/templates/findings/context.ts';
import { check, QUESTIONS, withCode, yamlOf } from './helpers.ts';

const render: RenderTemplate = (template, fields) => {
  const rendered = compileJinja(template.text, { answerChoices: template.answerChoices }).render(fields);
  const [source = [], target = []] = strip(rendered.parts);
  return { source: textOf(source), target: textOf(target), choices: rendered.answerChoices };
};

const [plain, polite, exam] = QUESTIONS as [
  (typeof QUESTIONS)[0],
  (typeof QUESTIONS)[0],
  (typeof QUESTIONS)[0],
];
const RECORDS = [
  { passage: 'The tide was high at six.', question: 'When was the tide high?', answer: 'at six' },
  { passage: 'Two boats came in.', question: 'Who sank?', answer: '' },
];

describe('findings on templates', () => {
  it('finds the template that asks for the question, and says why', async () => {
    const found = withCode(await check(yamlOf(QUESTIONS)), 'alters-semantics');
    assert.deepEqual(
      found.map(({ template }) => template),
      ['generate_question'],
    );
    const [finding] = found;
    assert.equal(finding?.kind, 'inverted');
    assert.match(finding?.message ?? '', /the target prints `question`; .*target is `answer`/);
    assert.ok(finding!.score > 0.45 && finding!.score <= 1);
  });

  it('is surer, and says so plainly, where a person has declared the task', async () => {
    const declarationOf = () => ({ inputs: ['passage', 'question'], targets: ['answer'] });
    const found = withCode(await check(yamlOf(QUESTIONS), { declarationOf }), 'alters-semantics');
    assert.deepEqual(
      found.map(({ template, severity }) => [template, severity]),
      [['generate_question', 'warning']],
    );
    assert.match(found[0]!.message, /the target prints `question`; this task's target is `answer`/);
  });

  it('finds a task that is turned round as a whole', async () => {
    const declarationOf = () => ({ inputs: ['passage', 'answer'], targets: ['question'] });
    const found = await check(yamlOf(QUESTIONS.slice(0, 5)), { declarationOf });
    const [finding] = withCode(found, 'task-inverted');
    assert.match(
      finding?.message ?? '',
      /all 5 templates ask for something else than the declared targets \(`question`\)/,
    );
    assert.equal(withCode(found, 'alters-semantics').length, 5);
    assert.equal(withCode(found, 'metadata-contradiction').length, 5);
  });

  it('gives a Jinja error its line and column in the file', async () => {
    const text = `dataset: harbour\ntemplates:\n  a: !Template\n    jinja: |-\n      {{passage}}\n      {{ question | }} ||| {{answer}}\n    name: broken\n`;
    const [finding] = withCode(await check(text), 'jinja-error');
    assert.equal(finding?.line, 6);
    assert.ok(finding!.column >= 7 && finding!.column <= 21, `column ${finding?.column}`);
    assert.equal(finding?.severity, 'error');
  });

  it('finds no and several separators, and offers to add one', async () => {
    const found = await check(
      yamlOf([
        plain,
        { name: 'none', jinja: '{{passage}}' },
        { name: 'two', jinja: '{{passage}} ||| {{answer}} ||| x' },
      ]),
    );
    const [none] = withCode(found, 'no-separator');
    assert.equal(none?.template, 'none');
    const fix = none?.fixes?.[0];
    assert.equal(fix?.kind === 'edit' && fix.edits[0]?.text, ' ||| ');
    assert.equal(withCode(found, 'several-separators')[0]?.template, 'two');
  });

  it('finds a target that is empty: always, or on some records', async () => {
    const always = await check(yamlOf([plain, { name: 'hollow', jinja: '{{passage}} |||  ' }]));
    assert.equal(withCode(always, 'empty-target')[0]?.template, 'hollow');
    const some = await check(yamlOf([plain]), { optionsOf: () => ({ records: RECORDS, render }) });
    assert.match(withCode(some, 'empty-target')[0]?.message ?? '', /empty on 1 of 2 records/);
  });

  it('finds fields that the records lack, and slips of the pen without records', async () => {
    const slip = { name: 'slip', jinja: 'Read: {{pasage}} {{question}} ||| {{answer}}' };
    const withRecords = await check(yamlOf([plain, slip]), { optionsOf: () => ({ records: RECORDS }) });
    const [finding] = withCode(withRecords, 'unknown-field');
    assert.match(finding?.message ?? '', /no record has the field `pasage`: did you mean `passage`\?/);
    assert.equal(finding!.endColumn - finding!.column, 'pasage'.length);
    const without = withCode(await check(yamlOf([plain, polite, exam, slip])), 'unknown-field');
    assert.deepEqual(
      without.map(({ template, severity }) => [template, severity]),
      [['slip', 'information']],
    );
  });

  it('finds the answer given away in the source', async () => {
    const leak = { name: 'leak', jinja: '{{passage}} The answer is {{answer}}. {{question}} ||| {{answer}}' };
    assert.equal(withCode(await check(yamlOf([plain, leak])), 'answer-in-source')[0]?.template, 'leak');
  });

  it('finds choices that are missing though the metadata has them, and shown though it has not', async () => {
    const found = await check(
      yamlOf([
        {
          name: 'hidden',
          jinja: '{{note}} How is the sea? ||| {{answer_choices[mood]}}',
          choices: 'calm ||| rough',
          inPrompt: true,
        },
        {
          name: 'shown',
          jinja: '{{note}} Calm or rough? {{answer_choices | join(", ")}} ||| {{answer_choices[mood]}}',
          choices: 'calm ||| rough',
          inPrompt: false,
        },
        {
          name: 'right',
          jinja: 'Is it calm or rough? {{note}} ||| {{answer_choices[mood]}}',
          choices: 'calm ||| rough',
          inPrompt: true,
        },
      ]),
    );
    assert.deepEqual(
      withCode(found, 'choices-missing').map(({ template }) => template),
      ['hidden'],
    );
    assert.deepEqual(
      withCode(found, 'metadata-contradiction').map(({ template }) => template),
      ['shown'],
    );
  });

  it('finds templates that are the same but for white space, and names given twice', async () => {
    const found = await check(
      yamlOf([plain, { ...plain, name: 'again', jinja: `${plain.jinja}  ` }, { ...polite, name: 'plain' }]),
    );
    assert.deepEqual(
      withCode(found, 'duplicate-template').map(({ template }) => template),
      ['again', 'plain'],
    );
  });

  it('reports a template that fails on records', async () => {
    const failing = { name: 'failing', jinja: '{{passage}} ||| {{ answer + 1 }}' };
    const found = await check(yamlOf([plain, failing]), { optionsOf: () => ({ records: RECORDS, render }) });
    assert.match(withCode(found, 'jinja-error')[0]?.message ?? '', /on 2 of 2 records/);
  });

  it('says of records that a condition leaves out how many they are, and no more', async () => {
    const guarded = {
      name: 'guarded',
      jinja: '{% if answer == "rope" %}{{question}} ||| {{answer}}{% endif %}',
    };
    const found = await check(yamlOf([guarded]), { optionsOf: () => ({ records: RECORDS, render }) });
    const [left] = withCode(found, 'empty-target');
    assert.match(left?.message ?? '', /prints nothing for \d of 2 records/);
    assert.deepEqual(withCode(found, 'jinja-error'), []);
  });

  it('finds the answer where the source picks the same choice as the target', async () => {
    const hint = {
      name: 'hint',
      jinja: '{{q}} (It is {{answer_choices[label]}}.) ||| {{answer_choices[label]}}',
      choices: 'a ||| b',
    };
    const list = {
      name: 'list',
      jinja: '{{q}} {{answer_choices | join(", ")}} ||| {{answer_choices[label]}}',
      choices: 'a ||| b',
    };
    const found = withCode(await check(yamlOf([hint, list])), 'answer-in-source');
    assert.deepEqual(
      found.map(({ template }) => template),
      ['hint'],
    );
  });

  it('checks the first of very many templates, and says so', async () => {
    const many = Array.from({ length: 230 }, (_, n) => ({ name: `t${n}`, jinja: `{{q}} ${n} ||| {{a}}` }));
    const found = await check(yamlOf(many));
    assert.match(
      withCode(found, 'too-many-templates')[0]?.message ?? '',
      /230 templates: only the first 200/,
    );
  });
});
