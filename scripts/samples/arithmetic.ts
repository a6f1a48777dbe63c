import { dice, fill, type Values } from './random.ts';

export interface WordProblem {
  question: string;
  /** Sentences with their sums; the last one gives the result. */
  steps: string[];
  result: number;
}

/** Twelve questions that stand in gsm8k/test and, word for word, in task003_workshop_arithmetic. */
export const COPIED: readonly WordProblem[] = [
  {
    question:
      'Marit glazes 14 bowls in the morning and twice as many after lunch. Five of the bowls crack in the kiln overnight. How many sound bowls does she take to the market?',
    steps: [
      'After lunch she glazes 14 * 2 = 28 bowls.',
      'Together that is 14 + 28 = 42.',
      'Five crack, so 42 - 5 = 37 remain.',
    ],
    result: 37,
  },
  {
    question:
      'The ferry to Oxlode carries 48 passengers when full. It crosses six times on Saturday, always full except for the last crossing, which is half empty. How many passengers does it carry that day?',
    steps: [
      'Five full crossings carry 5 * 48 = 240.',
      'The last carries 48 / 2 = 24.',
      'The total is 240 + 24 = 264.',
    ],
    result: 264,
  },
  {
    question:
      'Bertram saves the coins from his jacket in a jar. He finds 35 cents in it on Monday, and every day after that he adds 15 cents. How many cents are in the jar when he has added for eight days?',
    steps: ['Eight days add 8 * 15 = 120 cents.', 'With the first coins that is 120 + 35 = 155.'],
    result: 155,
  },
  {
    question:
      'A rope of 90 metres is cut into three pieces. The second is ten metres longer than the first, and the third is as long as the first two together. How many metres long is the first piece?',
    steps: [
      'The third piece is half of the rope, 90 / 2 = 45.',
      'The first two make 45, and without the extra ten 45 - 10 = 35.',
      'Half of 35 is 35 / 2 = 17.5.',
    ],
    result: 17.5,
  },
  {
    question:
      'Celeste binds books for the parish. Each book takes 12 sheets of card and she wastes one sheet for every four books. How many sheets must she order to bind forty books?',
    steps: [
      'Forty books take 40 * 12 = 480 sheets.',
      'She wastes 40 / 4 = 10.',
      'She orders 480 + 10 = 490.',
    ],
    result: 490,
  },
  {
    question:
      'Two beekeepers share a stall. The first brings 26 jars of honey, the second nine fewer. By noon they have sold all but eleven jars. How many jars have they sold by noon?',
    steps: [
      'The second brings 26 - 9 = 17 jars.',
      'Together they bring 26 + 17 = 43.',
      'They have sold 43 - 11 = 32.',
    ],
    result: 32,
  },
  {
    question:
      'The choir sits in rows of seven. At the winter concert four rows are full and the fifth has only three singers in it. Six singers stay at home with colds. How many singers does the choir have?',
    steps: [
      'Four rows hold 4 * 7 = 28 singers.',
      'With the fifth row that is 28 + 3 = 31.',
      'Those at home count too, 31 + 6 = 37.',
    ],
    result: 37,
  },
  {
    question:
      'Zeno walks to the quarry at four kilometres an hour and cycles back at twelve. The quarry is six kilometres from his door. How many minutes does he spend on the way there and back?',
    steps: [
      'Walking takes 6 / 4 = 1.5 hours, which is 90 minutes.',
      'Cycling takes 6 / 12 = 0.5 hours, which is 30 minutes.',
      'Together 90 + 30 = 120.',
    ],
    result: 120,
  },
  {
    question:
      'A tin of paint covers nine square metres. Ines wants to give two coats to a fence that is thirty metres long and one and a half metres high, on one side only. How many tins does she need?',
    steps: [
      'The fence measures 30 * 1.5 = 45 square metres.',
      'Two coats make 45 * 2 = 90.',
      'She needs 90 / 9 = 10 tins.',
    ],
    result: 10,
  },
  {
    question:
      'At the plant swap everyone brings three pots and takes home two. The pots left over fill five crates of eight pots each. How many people came to the plant swap?',
    steps: [
      'The crates hold 5 * 8 = 40 pots.',
      'Each person leaves 3 - 2 = 1 pot behind.',
      'So 40 / 1 = 40 people came.',
    ],
    result: 40,
  },
  {
    question:
      'Wendel copies a map by hand. He draws a quarter of its 64 squares on the first evening and half of those that are left on the second. How many squares are still to be drawn?',
    steps: [
      'The first evening gives 64 / 4 = 16 squares, so 64 - 16 = 48 are left.',
      'Half of them, 48 / 2 = 24, follow on the second.',
      'There remain 48 - 24 = 24.',
    ],
    result: 24,
  },
  {
    question:
      'A clockmaker charges 18 crowns for cleaning and four crowns for every wheel that he replaces. Agnes pays 50 crowns for the hall clock. How many wheels were replaced?',
    steps: ['Without the cleaning she pays 50 - 18 = 32 crowns.', 'That is 32 / 4 = 8 wheels.'],
    result: 8,
  },
];

type Maker = (chance: ReturnType<typeof dice>, values: Values) => WordProblem;
const between = (chance: ReturnType<typeof dice>, low: number, high: number) =>
  low + chance.below(high - low + 1);

const EXAM: readonly Maker[] = [
  (chance, v) => {
    const [a, b, c] = [between(chance, 3, 9), between(chance, 11, 19), between(chance, 2, 8)];
    return {
      question: fill(
        `{name} picks ${a} baskets of {fruit} with ${b} in each, then gives ${c} of the {fruit} to {name2}. How many {fruit} does {name} keep?`,
        chance,
        v,
      ),
      steps: [
        `The baskets hold ${a} * ${b} = ${a * b}.`,
        `After the gift ${a * b} - ${c} = ${a * b - c} are left.`,
      ],
      result: a * b - c,
    };
  },
  (chance, v) => {
    const [a, b, c] = [between(chance, 20, 60), between(chance, 5, 15), between(chance, 2, 4)];
    return {
      question: fill(
        `On {day} ${a} people visit the {festival} at {place}. On the next day ${b} more come than before, and each of them buys ${c} tickets. How many tickets are sold on the second day?`,
        chance,
        v,
      ),
      steps: [
        `The second day brings ${a} + ${b} = ${a + b} people.`,
        `They buy ${a + b} * ${c} = ${(a + b) * c} tickets.`,
      ],
      result: (a + b) * c,
    };
  },
  (chance, v) => {
    const [a, b] = [between(chance, 4, 12), between(chance, 3, 9)];
    return {
      question: fill(
        `A {job} in {place} earns ${a} crowns an hour and works ${b} hours on {day}. The {tool} that broke that day costs ${a} crowns. What is left of the day's pay?`,
        chance,
        v,
      ),
      steps: [
        `The pay is ${a} * ${b} = ${a * b} crowns.`,
        `Without the {tool} it is ${a * b} - ${a} = ${a * b - a}.`.replace('{tool}', v.tool ?? 'tool'),
      ],
      result: a * b - a,
    };
  },
  (chance, v) => {
    const [a, b] = [2 * between(chance, 10, 30), between(chance, 3, 9)];
    return {
      question: fill(
        `{name} has ${a} metres of fence for the {animal} run. Half of it rots over the winter, and {name2} lends ${b} metres. How long a fence can {name} build in {month}?`,
        chance,
        v,
      ),
      steps: [
        `Half of it is ${a} / 2 = ${a / 2}.`,
        `With the loan that makes ${a / 2} + ${b} = ${a / 2 + b}.`,
      ],
      result: a / 2 + b,
    };
  },
];

const WORKSHOP: readonly Maker[] = [
  (chance, v) => {
    const [a, b] = [between(chance, 5, 25), between(chance, 5, 25)];
    return {
      question: fill(
        `There are ${a} planks of {material} in the {room} and ${b} on the cart outside. Add them up.`,
        chance,
        v,
      ),
      steps: [],
      result: a + b,
    };
  },
  (chance, v) => {
    const [a, b] = [between(chance, 2, 9), between(chance, 12, 30)];
    return {
      question: fill(`One {tool} costs ${b} crowns at {shop}. What do ${a} of them cost {name}?`, chance, v),
      steps: [],
      result: a * b,
    };
  },
  (chance, v) => {
    const [a, b] = [between(chance, 40, 90), between(chance, 5, 35)];
    return {
      question: fill(
        `{name} the {job} had ${a} nails. ${b} went into a {colour} bench. Count those that remain.`,
        chance,
        v,
      ),
      steps: [],
      result: a - b,
    };
  },
];

function problems(seed: string, count: number, makers: readonly Maker[]): WordProblem[] {
  const chance = dice(seed);
  return Array.from({ length: count }, (_, number) => makers[number % makers.length]!(chance, {}));
}

/** The exam: 28 questions of its own and the 12 copied ones, mixed. */
export const exam = (): WordProblem[] =>
  dice('exam order').shuffled([...problems('exam', 28, EXAM), ...COPIED]);

/** The train task: 28 sums of its own and the 12 copied ones, mixed. */
export const workshop = (): WordProblem[] =>
  dice('workshop order').shuffled([...problems('workshop', 28, WORKSHOP), ...COPIED]);

/** GSM8K's answer: each sum carries a calculator mark, the last line is `#### result`. */
export function examAnswer(problem: WordProblem): string {
  const lines = problem.steps.map((step) =>
    step.replace(
      /([\d.]+ [-+*/] [\d.]+) = ([\d.]*\d)/g,
      (_, sum: string, value: string) => `${sum} = <<${sum.replaceAll(' ', '')}=${value}>>${value}`,
    ),
  );
  return [...lines, `#### ${problem.result}`].join('\n');
}
