import { dice, fill, rows, type Values } from './random.ts';

type Turn = readonly [asked: string, answered: string];

const FERRY: readonly (readonly Turn[])[] = [
  [
    [
      'Good morning, is the boat to {place} running?',
      'Good morning! It is, though the {weather} may slow it down.',
    ],
    ['And may I bring my {animal}?', 'On a lead, yes, and for free.'],
    ['Then two tickets for {day}, please.', 'Two for {day}. Pier three, ten minutes before the bell.'],
  ],
  [
    ['I left my {object} on board last {day}.', 'What colour is it?'],
    ['It is {colour}.', 'We have it here. Ask for {name} at the desk.'],
  ],
  [
    ['What does it cost to take a {vehicle} across?', 'Nine crowns, and four for each person in it.'],
    ['That is dear!', 'It was dearer before {month}.'],
  ],
];

/** ParlAI's YAML: `acts`, each a dialogue of acts. */
export function ferryDesk(): { acts: { [key: string]: string | boolean | string[] }[][] } {
  const chance = dice('ferry desk');
  return {
    acts: Array.from({ length: 15 }, (_, number) => {
      const values: Values = {};
      const turns = FERRY[number % FERRY.length]!;
      return turns.map(([asked, answered], turn) => ({
        id: 'ferry_desk',
        text: fill(asked, chance, values),
        labels: [fill(answered, chance, values)],
        episode_done: turn === turns.length - 1,
      }));
    }),
  };
}

const ALLOTMENT: readonly (readonly string[])[] = [
  [
    'How is your {plant} this year, {name}?',
    'Eaten by a {animal}, I am sorry to say.',
    'Try a net, it helped with mine.',
    'I might borrow yours once you are done.',
  ],
  [
    'Is the gate to {street} locked at night?',
    'From {month} on it is, {name} has the key.',
    'Then I shall come round before supper.',
  ],
  [
    'You dig as if you had lost a {object}.',
    'I have! It fell out of my pocket on {day}.',
    'What will you give me if I find it?',
    'Half of my {fruit}.',
  ],
];

/** Conversations as JSONL: `{dialog: [[{id, text}, {id, text}], …]}`. */
export function allotmentChat(): { dialog: { id: string; text: string }[][] }[] {
  const chance = dice('allotment chat');
  return Array.from({ length: 12 }, (_, number) => {
    const values: Values = {};
    const said = ALLOTMENT[number % ALLOTMENT.length]!.map((text, turn) => ({
      id: turn % 2 === 0 ? 'digger' : 'neighbour',
      text: fill(text, chance, values),
    }));
    const dialog = [];
    for (let turn = 0; turn < said.length; turn += 2) dialog.push(said.slice(turn, turn + 2));
    return { dialog };
  });
}

const WALKS = [
  'Leave {place} by the stile behind {shop} and keep the wall on your left.',
  'After rain the ford is no place for thin shoes; {name} once lost both there.',
  'A {animal} may follow you as far as the second gate.',
  'On {street} the path turns to {material} underfoot and climbs for a good half hour.',
  'From the top one sees {place2}, and on clear days the masts at {place3}.',
  'There is a bench up there with room for two and a {object}.',
  'Go down by the {fruit} trees, where a {job} used to live.',
  'The last mile follows the old tram line, so nobody can go wrong.',
];

const REPAIRS = [
  'The {instrument} came to my bench in {month} with a crack as long as a thumb.',
  'I warmed the glue, waited for the {weather} to pass, and pressed the wood for one night.',
  '{name} says that the {colour} varnish is older than the shop.',
  'Nothing is lost by waiting; a joint that is hurried opens again.',
  'For the {object} I cut a new hinge from {material} and filed it by lamp light.',
  'A {tool} with a loose head was the next in line.',
  'When {name2} fetched it on {day} we shared some {food} and did not talk of money.',
  'I keep each screw in the lid of the jar it came from.',
];

const ALMANAC = [
  '{month}. Sow {plant} under glass and {plant2} in the open.',
  'If there is {weather} in the first week, expect little of the {fruit}.',
  'The {festival} at {place} falls on a {day} this year.',
  'Mend what is made of {material} while the evenings are long.',
  'Folk at {place2} say that a {animal} seen before breakfast brings a letter.',
  'Whoever owns a {vehicle} should grease it now.',
  'Lift the roots of the {plant3} and hang them in the {room}.',
  'The {club} opens its doors to guests once in the month.',
];

function texts(seed: string, count: number, sentences: readonly string[]): string[] {
  const chance = dice(seed);
  return Array.from({ length: count }, () => {
    const values: Values = {};
    const chosen = chance.shuffled(sentences).slice(0, 5);
    return chosen.map((sentence) => fill(sentence, chance, values)).join(' ');
  });
}

export const walks = () => texts('walks', 12, WALKS);
export const repairNotes = () => texts('repairs', 12, REPAIRS);
export const almanac = () => texts('almanac', 12, ALMANAC);

export const lostAndFound = () =>
  rows('lost and found', 24, [
    [
      'A {colour} {object} was handed in by {name} on {day}, found on a seat of the {vehicle} to {place}.',
      '{object}',
    ],
    ['{name} the {job} brought us a {object} that somebody had left in the {room} of {shop}.', '{object}'],
    ['Under the snow on {street} lay a {object}; it must have been there since {month}.', '{object}'],
  ] as const);

export const herbarium = () =>
  rows('herbarium', 20, [
    ['Sheet {10-99}: {plant}, picked by {name} near {place} in {month}. Who picked the plant?', '{name}'],
    [
      'Sheet {10-99}: found growing on {material} at {street}, {plant}, dried in the {room}. What plant is it?',
      '{plant}',
    ],
  ] as const);
