import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Record as ExampleRecord, TaskFacts, Template } from '../../server/collections/types.ts';
import { DELIMITERS, delimiterFor } from '../../server/prompts/delimiter.ts';
import { instanceText } from '../../server/prompts/document.ts';
import { InstanceBuilder, type PromptTask } from '../../server/prompts/instances.ts';
import { drawShots } from '../../server/prompts/shots.ts';
import { tokenCounter } from '../../server/prompts/tokens.ts';
import { TemplateError, textOf } from '../../server/prompts/types.ts';

const template: Template = { name: 'plain', language: 'jinja', text: '{{input}}|||{{output}}', strip: false };
const written: Template = {
  name: 'boolean',
  language: 'jinja',
  text: 'Is it so? {{input}} ||| {{answer_choices[label]}}',
  answerChoices: 'No ||| Yes',
  strip: true,
  file: 'templates.yaml',
  line: 3,
};

function taskOf(extra: Partial<TaskFacts>, examples: number, shotPool = examples): PromptTask {
  const facts: TaskFacts = {
    name: 'sums',
    instructions: 'instance',
    categories: [],
    sources: [],
    inputs: ['input'],
    targets: ['output'],
    templates: [template],
    ...extra,
  };
  return { id: 'c/sums', facts, examples, shotPool };
}

const records = (count: number): ExampleRecord[] =>
  Array.from({ length: count }, (_, at) => ({
    fields: { input: `question ${at}`, output: `answer ${at}`, label: at % 2 },
    references: [`answer ${at}`, `also ${at}`],
  }));

function builder(all: readonly ExampleRecord[]): InstanceBuilder {
  return new InstanceBuilder(async function* (_, numbers) {
    for (const number of numbers) yield { number, record: all[number]! };
  });
}

const request = { example: 1, template, shots: 0, seed: 3 };

describe('prompt construction', () => {
  it('puts a delimiter of the paper between source and target, but not after a colon', async () => {
    const instance = await builder(records(4)).build(taskOf({}, 4), request);
    assert.ok((DELIMITERS as readonly string[]).includes(instance.delimiter));
    assert.ok(textOf(instance.source).startsWith('question 1'));
    assert.ok(textOf(instance.source).endsWith(instance.delimiter));
    assert.equal(textOf(instance.target), 'answer 1');
    assert.deepEqual(instance.references, ['answer 1', 'also 1']);
    assert.equal(delimiterFor('Answer:', 't', 0, 0), '');
    assert.equal(delimiterFor('Answer: \n', 't', 0, 0), '');
    assert.equal(delimiterFor('', 't', 0, 0), '');
    const drawn = new Set(Array.from({ length: 200 }, (_, example) => delimiterFor('x', 't', example, 1)));
    assert.equal(drawn.size, DELIMITERS.length);
  });

  it('puts demonstrations between a definition and the example', async () => {
    const task = taskOf({ instructions: 'dataset', definition: 'Answer the question.' }, 10);
    const instance = await builder(records(10)).build(task, { ...request, shots: 3 });
    const text = textOf(instance.source);
    assert.ok(text.startsWith('Answer the question.\n\nquestion '));
    assert.equal(instance.demonstrations.length, 3);
    const at = instance.demonstrations.map(({ example }) => text.indexOf(`question ${example}`));
    assert.ok(
      at.every(
        (place) =>
          (place > 0 && place < text.indexOf('question 1\n')) || place < text.lastIndexOf('question 1'),
      ),
    );
    assert.ok(text.lastIndexOf('question 1') > Math.max(...at));
    assert.ok(instance.source.some((segment) => segment.origin === 'demonstration'));
  });

  it('repeats an instance-level template for each demonstration', async () => {
    const task = taskOf({ templates: [written] }, 6);
    const instance = await builder(records(6)).build(task, { ...request, template: written, shots: 2 });
    assert.equal(textOf(instance.source).split('Is it so?').length - 1, 3);
    assert.deepEqual(instance.candidates, ['No', 'Yes']);
    assert.deepEqual(instance.references, ['Yes']);
    assert.equal(instance.target[0]!.origin, 'choice');
  });

  it('uses the examples of the definition where the task has no train split', async () => {
    const demonstrations = [{ input: 'shown', output: 'so' }];
    const task = taskOf({ instructions: 'dataset', definition: 'Do it.', demonstrations }, 4, 0);
    const instance = await builder(records(4)).build(task, { ...request, shots: 2 });
    assert.deepEqual(
      instance.demonstrations.map(({ example }) => example),
      [-1],
    );
    assert.ok(textOf(instance.source).includes('shown'));
  });

  it('draws demonstrations from the pool, distinct, never the example, the same for a seed', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), fc.nat(8), fc.nat(), (example, pool, shots, seed) => {
        const drawn = drawShots('t', example, shots, pool, seed);
        assert.deepEqual(drawShots('t', example, shots, pool, seed), drawn);
        assert.equal(new Set(drawn).size, drawn.length);
        assert.equal(drawn.length, Math.min(shots, example < pool ? pool - 1 : pool));
        assert.ok(drawn.every((number) => number !== example && number >= 0 && number < pool));
      }),
    );
  });

  it('gives the overlap check source and target without delimiter, the record told apart', async () => {
    const instances = builder(records(2));
    const task = taskOf({ instructions: 'dataset', definition: 'Défi.' }, 2);
    const text = instanceText(task.facts, instances.instantiate(template, records(2)[1]!));
    assert.equal(text.text, 'Défi.\n\nquestion 1\nanswer 1');
    const bytes = Buffer.from(text.text);
    assert.deepEqual(
      text.content.map(([start, end]) => bytes.subarray(start, end).toString()),
      ['question 1', 'answer 1'],
    );
  });

  it('fails with a reason where there is no target', () => {
    const bare: Template = { ...template, text: 'only {{input}}' };
    assert.throws(() => builder([]).instantiate(bare, records(1)[0]!), TemplateError);
  });

  it('names the file of a tokenizer that is none', () => {
    assert.throws(() => tokenCounter('/no/such/tokenizer.json'), /not a tokenizer/);
    assert.equal(tokenCounter(undefined).count(' two  words\n'), 2);
  });
});
