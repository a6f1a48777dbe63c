import assert from 'node:assert/strict';
import type { Record as ExampleRecord, TaskFacts, Template } from '../../server/collections/types.ts';
import { InstanceBuilder, type PromptTask, trainingText } from '../../server/prompts/instances.ts';
import { drawShotCount, type Loss, shotsDistribution } from '../../server/prompts/metaicl.ts';
import { drawShots } from '../../server/prompts/shots.ts';
import { type Instance, textOf } from '../../server/prompts/types.ts';
import { chiSquareP } from '../support/chi-square.ts';

/** A task in the shape of Super-NaturalInstructions: one definition, worked examples, inputs. */
const colours: TaskFacts = {
  name: 'colour_words',
  instructions: 'dataset',
  definition: 'Given a sentence, write the colour that it names.',
  categories: [],
  sources: [],
  inputs: ['input'],
  targets: ['output'],
  demonstrations: [
    { input: 'The barn door was painted red.', output: 'red' },
    { input: 'She chose the green boat.', output: 'green' },
  ],
  templates: [{ name: 'default', language: 'jinja', text: '{{input}}|||{{output}}', strip: false }],
};

/** A task in the shape of PromptSource: a pattern for each example. */
const pattern: Template = {
  name: 'does_it_follow',
  language: 'jinja',
  text: '{{premise}}\nDoes it follow that "{{hypothesis}}"? Yes or no? ||| {{answer_choices[label]}}',
  answerChoices: 'No ||| Yes',
  strip: true,
  file: 'templates.yaml',
  line: 1,
};
const follows: TaskFacts = { ...colours, name: 'follows', instructions: 'instance', definition: undefined };

const sentences: ExampleRecord[] = ['blue', 'white', 'black', 'brown'].map((colour) => ({
  fields: { input: `The cart by the mill is ${colour}.`, output: colour },
  references: [colour],
}));
const claims: ExampleRecord[] = ['ferry', 'market', 'bridge'].map((what, at) => ({
  fields: { premise: `The ${what} opens at nine.`, hypothesis: `The ${what} is open at ten`, label: at % 2 },
  references: [],
}));

function build(
  facts: TaskFacts,
  records: readonly ExampleRecord[],
  shots: number,
  how: { metaicl?: Loss; example?: number; shotPool?: number; template?: Template } = {},
): Promise<Instance> {
  const { metaicl, example = 0, shotPool = records.length, template = facts.templates[0]! } = how;
  const task: PromptTask = { id: `c/${facts.name}`, facts, examples: records.length, shotPool };
  const builder = new InstanceBuilder(async function* (_, numbers) {
    for (const number of numbers) yield { number, record: records[number]! };
  });
  return builder.build(task, { example, template, shots, seed: SEED, metaicl });
}

const SEED = 7;

describe('numbers of demonstrations', () => {
  it('leave 92.5 % zero-shot with a = 4 and 67.1 % with a = 2, with K = 5', () => {
    const [often] = shotsDistribution({ shape: 4, maxShots: 5 });
    const [seldom] = shotsDistribution({ shape: 2, maxShots: 5 });
    assert.equal(often!.toFixed(3), '0.925');
    // 1 / (1 + 1/4 + 1/9 + 1/16 + 1/25 + 1/36) = 0.67055; the paper prints 67.1 %.
    assert.equal((seldom! * 100).toFixed(1), '67.1');
    for (const shape of [1, 2, 4]) {
      const shares = shotsDistribution({ shape, maxShots: 5 });
      assert.equal(shares.length, 6);
      assert.ok(Math.abs(shares.reduce((sum, share) => sum + share) - 1) < 1e-12);
    }
  });

  it('are drawn so, the same for a seed and a key', () => {
    const zipf = { shape: 2, maxShots: 5 };
    const draws = 40_000;
    const counts = new Array<number>(6).fill(0);
    for (let at = 0; at < draws; at++) counts[drawShotCount(zipf, 3, 'c/t', at)]!++;
    const due = shotsDistribution(zipf).map((share) => share * draws);
    assert.ok(chiSquareP(counts, due) > 1e-3, `${counts}`);
    assert.equal(drawShotCount(zipf, 3, 'c/t', 5), drawShotCount(zipf, 3, 'c/t', 5));
  });
});

describe('prompts in the shapes of the paper', () => {
  it('definition, the definition’s worked examples, the input', async () => {
    const { source, target, delimiter } = await build(colours, sentences, 2, { shotPool: 0 });
    assert.equal(delimiter, DELIMITER);
    assert.equal(
      textOf(source),
      [
        'Given a sentence, write the colour that it names.',
        `The barn door was painted red.${DELIMITER} red`,
        `She chose the green boat.${DELIMITER} green`,
        `The cart by the mill is blue.${DELIMITER}`,
      ].join('\n\n'),
    );
    assert.equal(textOf(target), 'blue');
  });

  it('instance-level few-shot: the pattern filled for each demonstration, then for the example', async () => {
    const instance = await build(follows, claims, 1, { template: pattern });
    const [shown] = drawShots('c/follows', 0, 1, claims.length, SEED);
    const what = ['ferry', 'market', 'bridge'];
    const asked = (at: number) =>
      `The ${what[at]} opens at nine.\nDoes it follow that "The ${what[at]} is open at ten"? Yes or no?`;
    const mark = instance.delimiter.startsWith('\n') ? instance.delimiter : ` ${instance.delimiter}`;
    assert.equal(
      textOf(instance.source),
      `${asked(shown!)}${mark} ${['No', 'Yes', 'No'][shown!]}\n\n${asked(0)}${mark}`,
    );
    assert.deepEqual([textOf(instance.target), instance.candidates], ['No', ['No', 'Yes']]);
  });

  it('MetaICL: three line feeds around demonstrations, the loss on the target or from the first one on', async () => {
    for (const metaicl of ['plain', 'suffix'] as const) {
      const instance = await build(colours, sentences, 2, { metaicl, shotPool: 0 });
      const text = trainingText(instance);
      assert.equal(
        text,
        [
          `Given a sentence, write the colour that it names.\n\nThe barn door was painted red.${DELIMITER} red`,
          `She chose the green boat.${DELIMITER} green`,
          `The cart by the mill is blue.${DELIMITER} blue`,
        ].join('\n\n\n'),
      );
      const lost = instance.loss.map(([start, end]) => text.slice(start, end));
      assert.deepEqual(
        lost,
        metaicl === 'plain'
          ? ['blue']
          : [
              `red\n\n\nShe chose the green boat.${DELIMITER} green\n\n\nThe cart by the mill is blue.${DELIMITER} blue`,
            ],
      );
    }
  });

  it('MetaICL without demonstrations is the plain prompt', async () => {
    const plain = await build(colours, sentences, 0);
    for (const metaicl of ['plain', 'suffix'] as const)
      assert.deepEqual(await build(colours, sentences, 0, { metaicl }), plain);
    const text = trainingText(plain);
    assert.deepEqual(
      plain.loss.map(([start, end]) => text.slice(start, end)),
      ['blue'],
    );
  });
});

/** The delimiter that the seed draws for the first example. */
const DELIMITER = '\nOutput:';
