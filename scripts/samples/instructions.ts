import { workshop } from './arithmetic.ts';
import { FOLLOWS_OR_NOT, SAME_OR_NOT, SHED_FACTS } from './facts.ts';
import { gardenDeduction } from './puzzles.ts';
import { rows } from './random.ts';
import { INN_REVIEWS } from './reviews.ts';
import { openQuestions, villages } from './villages.ts';

interface Shown {
  input: string;
  output: string;
  explanation: string;
}

interface Instructions {
  stem: string;
  source: string;
  category: string;
  domain: string;
  definition: string;
  positive: Shown[];
  /** Input and outputs. */
  instances: (readonly [input: string, ...outputs: string[]])[];
}

/** A long definition that task008 and task009 share: boilerplate, not a leak. */
export const TWO_STATEMENTS =
  'In this task you will be shown a pair of statements about everyday life, written one below the other. Read both with care and do not use anything that you know from elsewhere. Decide whether the relation that the examples show holds between the two. Answer with a single word in lower case, either yes or no, and write nothing else after it.';

const MINUTES: readonly (readonly [string, string])[] = [
  [
    '{name} opened the meeting of the {club}. The roof of the {room} leaks again. After some talk {name2} offered to ask the {job} for a price. The {festival} was put off until {month}.',
    'Roof repair to be priced; {festival} moved to {month}.',
  ],
  [
    'Present were nine members of the {club}. {name} reported that the {instrument} has been sold. The money goes into new chairs. {name2} voted against and wished that to be written down.',
    'Sale of the {instrument} pays for chairs, against the vote of {name2}.',
  ],
  [
    'The treasurer was late because of {weather} on {street}. Fees for the {club} stay as they are. {name} will bring {food} to the next evening, which falls on a {day}.',
    'Fees unchanged; next evening on {day}.',
  ],
  [
    'A letter from {place} was read aloud. They invite the {club} to a match in {month}. {name} will drive the {vehicle}. Nobody has found the {colour} banner yet.',
    'The {club} goes to {place} in {month}.',
  ],
];

const LETTERS: readonly (readonly [string, string])[] = [
  [
    'Dear {name}, the {plant} is growing well, but the {animal} have eaten half of it.',
    'Dear {name}, the {plant} is growing well, but the {animal} has eaten half of it.',
  ],
  [
    'me and {name} has dug the plot at {place} twice over',
    '{name} and I have dug the plot at {place} twice over.',
  ],
  [
    'We was hoping that you could of lent us the {tool}.',
    'We were hoping that you could have lent us the {tool}.',
  ],
  [
    'Their is a new {job} on {street}, did you saw her?',
    'There is a new {job} on {street}, did you see her?',
  ],
  [
    'I seen less {fruit} on the tree then in {month}.',
    'I have seen less {fruit} on the tree than in {month}.',
  ],
];

const POSTCARDS: readonly (readonly [string, string])[] = [
  [
    'Its raining since {day} and the tent at {place} leak.',
    'It has been raining since {day} and the tent at {place} leaks.',
  ],
  ['{name} dont like the {food}, he eat only bread.', "{name} doesn't like the {food}, he eats only bread."],
  [
    'Yesterday we goes to see a {animal} who sat on a {vehicle}.',
    'Yesterday we went to see a {animal} that sat on a {vehicle}.',
  ],
  ['The most oldest house here have {colour} shutters.', 'The oldest house here has {colour} shutters.'],
];

export function instructionTasks(): Instructions[] {
  return [
    {
      stem: 'task001_village_reading_answering',
      source: 'village_reader',
      category: 'Question Answering',
      domain: 'History',
      definition:
        'Read the passage and answer the question under it. Use words of the passage wherever that is possible and keep the answer as short as you can.',
      positive: [
        {
          input:
            'Passage: Three sisters ran the mill at Foxearth until it burned down.\nQuestion: Who ran the mill?',
          output: 'three sisters',
          explanation: 'The first words of the passage name them.',
        },
        {
          input:
            'Passage: The toll was a penny for a cart and nothing for walkers.\nQuestion: What did a cart pay?',
          output: 'a penny',
          explanation: 'The passage gives the toll for carts.',
        },
      ],
      instances: villages()
        .slice(8, 24)
        .flatMap((village, number) =>
          openQuestions(village, number).map(
            (asked) => [`Passage: ${village.passage}\nQuestion: ${asked.question}`, asked.answer] as const,
          ),
        ),
    },
    {
      stem: 'task003_workshop_arithmetic',
      source: 'workshop_sums',
      category: 'Mathematics',
      domain: 'Mathematics',
      definition:
        'You are given a sum in words, as one meets it at a workbench. Work it out and give the number alone, with no unit.',
      positive: [
        {
          input: 'Two boxes hold six hinges each. How many hinges are there?',
          output: '12',
          explanation: 'Two times six is twelve.',
        },
      ],
      instances: workshop().map((problem) => [problem.question, String(problem.result)] as const),
    },
    {
      stem: 'task004_garden_deduction',
      source: 'garden_deduction',
      category: 'Commonsense Classification',
      domain: 'Logic',
      definition:
        'Use the clues to find the order of the plants, then choose the option that answers the question. Give its letter in brackets.',
      positive: [
        {
          input: 'The fig is left of the vine. Which plant is leftmost?\nOptions:\n(A) The vine\n(B) The fig',
          output: '(B)',
          explanation: 'The clue says so.',
        },
      ],
      instances: gardenDeduction().map((puzzle) => [puzzle.input, puzzle.target] as const),
    },
    {
      stem: 'task005_riverside_reviews_sentiment',
      source: 'riverside_reviews',
      category: 'Sentiment Analysis',
      domain: 'Reviews -> Travel',
      definition:
        "You get a guest's review of an inn by a river. Label it POSITIVE if the guest was pleased and NEGATIVE if not.",
      positive: [
        { input: 'Lovely, all of it.', output: 'POSITIVE', explanation: 'The guest praises everything.' },
      ],
      instances: rows('inn reviews', 40, INN_REVIEWS),
    },
    {
      stem: 'task006_minutes_summarization',
      source: 'club_minutes',
      category: 'Summarization',
      domain: 'Public Life',
      definition: 'Sum up the minutes of a club meeting in one line that says what was decided.',
      positive: [
        {
          input: 'All agreed to buy a kettle. The rest was gossip.',
          output: 'A kettle will be bought.',
          explanation: 'Only the decision counts.',
        },
      ],
      instances: rows('minutes', 24, MINUTES),
    },
    {
      stem: 'task007_letter_correction',
      source: 'allotment_letters',
      category: 'Grammar Error Correction',
      domain: 'Letters',
      definition:
        'Each input is a sentence from a letter with mistakes of grammar in it. Write the sentence without the mistakes and change nothing else.',
      positive: [{ input: 'He go home.', output: 'He goes home.', explanation: 'The verb must agree.' }],
      instances: rows('letters', 30, LETTERS),
    },
    {
      stem: 'task008_two_statements_paraphrase',
      source: 'village_talk',
      category: 'Text Matching',
      domain: 'Everyday Life',
      definition: TWO_STATEMENTS,
      positive: [
        {
          input: 'A: Tea is served at four.\nB: At four, tea is served.',
          output: 'yes',
          explanation: 'Both say the same.',
        },
      ],
      instances: rows('same or not', 30, SAME_OR_NOT),
    },
    {
      stem: 'task009_two_statements_entailment',
      source: 'porch_inferences',
      category: 'Textual Entailment',
      domain: 'Everyday Life',
      definition: TWO_STATEMENTS,
      positive: [
        {
          input: 'First: All lamps are lit.\nSecond: The hall lamp is lit.',
          output: 'yes',
          explanation: 'The hall lamp is one of them.',
        },
      ],
      instances: rows('follows or not', 30, FOLLOWS_OR_NOT),
    },
    {
      stem: 'task010_shed_facts_verification',
      source: 'shed_almanac',
      category: 'Fact Verification',
      domain: 'Handicraft',
      definition:
        'Judge a claim about keeping tools and a garden. Write supported when good practice agrees with the claim, else refuted.',
      positive: [
        {
          input: 'Water freezes in pipes that nobody drains.',
          output: 'supported',
          explanation: 'Pipes are drained for that reason.',
        },
      ],
      instances: SHED_FACTS.map(([, claim, holds]) => [claim, holds ? 'supported' : 'refuted'] as const),
    },
    {
      stem: 'task011_postcard_correction',
      source: 'allotment_letters',
      category: 'Grammar Error Correction',
      domain: 'Letters',
      definition:
        'Mend the grammar of a line that somebody wrote on a postcard. The meaning has to stay as it is.',
      positive: [{ input: 'We is here.', output: 'We are here.', explanation: 'Plural subject.' }],
      instances: rows('postcards', 20, POSTCARDS),
    },
  ];
}

/** One file as Super-NaturalInstructions writes it. */
export function instructionFile(task: Instructions): string {
  const content = {
    Contributors: ['Heldout'],
    Source: [task.source],
    URL: [`https://example.org/${task.source}`],
    Categories: [task.category],
    Reasoning: [],
    Definition: [task.definition],
    Input_language: ['English'],
    Output_language: ['English'],
    Instruction_language: ['English'],
    Domains: [task.domain],
    'Positive Examples': task.positive,
    'Negative Examples': [],
    Instances: task.instances.map(([input, ...output], number) => ({
      id: `${task.stem.slice(0, 7)}-${String(number + 1).padStart(3, '0')}`,
      input,
      output,
    })),
    'Instance License': ['Apache 2.0'],
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}
