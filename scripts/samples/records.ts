import { QUARRY } from './facts.ts';
import { dice, rows } from './random.ts';
import { BOAT_REVIEWS } from './reviews.ts';
import { villages, yesNoQuestions } from './villages.ts';

type Row = { [field: string]: string | number | string[] };

const KITCHEN: readonly (readonly [
  question: string,
  answer: string,
  wrong: string,
  wrong2: string,
  explanation: string,
])[] = [
  [
    'What should {name} use to lift {food} out of a hot oven?',
    'thick gloves',
    'a paper napkin',
    'bare hands',
    'Cloth that is thick keeps the heat of the {food} away from the skin.',
  ],
  [
    'Why does {name} salt the water before the barley goes in?',
    'for the taste',
    'to cool it down',
    'to make it thicker',
    'Salt moves into the barley while it cooks.',
  ],
  [
    'Where will {fruit} keep longest in {month}?',
    'on a cool shelf',
    'on the stove',
    'in the sun',
    'Heat makes {fruit} go bad sooner.',
  ],
  [
    '{name} has burned the {food}. What helps against the smell?',
    'an open window',
    'a closed lid',
    'more salt',
    'Fresh air carries off what hangs over the {food}.',
  ],
  [
    'How can one tell at {shop} that {fruit} are ripe?',
    'they give a little when pressed',
    'they are hard as stone',
    'they float on oil',
    'Ripe {fruit} grow soft.',
  ],
  [
    'Which thing from the {room} opens a tin for {name}?',
    'a tin opener',
    'a {tool} handle',
    'a tea towel',
    'It was made to cut the lid of a tin.',
  ],
];

const NEWS: readonly (readonly [headline: string, body: string, topic: string])[] = [
  [
    '{fruit} dearer at {place} market',
    'Traders at {place} asked a third more for {fruit} on {day}. {name}, who has a stall by the pump, blames the late frost and the price of crates.',
    '0',
  ],
  [
    '{place} rowers win by a length',
    'The eight from {place} came home first on {day} in spite of a broken oar. {name} steered; the losing crew paid for the supper.',
    '1',
  ],
  [
    '{weather} due over {place}',
    'The harbour office warns of {weather} from {day} on. Small craft should be tied twice, says {name}, and washing brought indoors.',
    '2',
  ],
  [
    '{instrument} concert fills the hall',
    '{name} played the {instrument} to a full house at {place}. Two pieces were new, and one of them had to be given again.',
    '3',
  ],
  [
    'Maker of {craft} takes on hands',
    'The works on {street} will hire twenty people before {month}. Orders for {craft} have doubled, according to {name} in the office.',
    '0',
  ],
  [
    'No goals on {street}',
    'A match without a goal and almost without a shot: {place} and its guests shared the points in {month}, and {name} in goal was hardly seen.',
    '1',
  ],
  [
    'Driest {month} since the mill burned',
    'The gauge on {street} measured next to nothing. {name} reads it each {day} and has not emptied the glass for five weeks.',
    '2',
  ],
  [
    'Painted {animal} divides {place}',
    'A mural of a {colour} {animal} on {street} is called a joy by some and a scandal by {name}. The artist has asked for a larger wall.',
    '3',
  ],
];

const DOORSTEP: readonly (readonly [document: string, summary: string, title: string])[] = [
  [
    '{name} set out on {day} to return a {tool} to {name2}. On {street} the strap broke and the {tool} slid down a drain. A {job} with a long hook got it out again, and now all three share a bench at {shop} every week.',
    '{name} lost a {tool} in a drain and made two friends.',
    'The {tool} in the drain',
  ],
  [
    'For a month somebody had been leaving {fruit} on the steps of the {club}. {name} kept watch from the {room} and saw a child with a handcart. It was the youngest of {name2}, who thought that the members looked hungry.',
    'The child of {name2} was the one who left {fruit} for the {club}.',
    'Who left the {fruit}?',
  ],
  [
    'The clock at {place} has been ten minutes slow since {month}. People have got used to it, {name} says, and the trains leave by it. When a {job} put it right last {day}, half of {street} came late to work.',
    'Setting the clock of {place} right made people late.',
    'A slow clock',
  ],
  [
    'A {animal} walked into {shop} as it opened. It drank from a bucket, looked at the {colour} hats and lay down by the till. {name} served around it until the owner came with a rope and an apology, and {food} for everybody.',
    'A {animal} spent a morning in {shop}.',
    'An early customer',
  ],
];

const NOTES: readonly (readonly [first: string, second: string, same: string])[] = [
  ['Key is under the {colour} pot, {name}.', 'You will find the key beneath the {colour} pot, {name}.', '1'],
  ['No {club} this {day}.', 'The {club} skips its {day} meeting.', '1'],
  ['{name} fed the {animal} already.', 'Somebody please feed the {animal} of {name}.', '0'],
  ['Bus to {place} from {street}.', 'From {street} no bus goes to {place}.', '0'],
  ['Swap my {tool} for {fruit}?', 'I would give a {tool} to get {fruit}.', '1'],
];

const number = (text: string) => Number(text);

export function villageRecords(): Row[] {
  return villages()
    .slice(0, 16)
    .flatMap((village, at) =>
      yesNoQuestions(village, at).map((asked) => ({
        passage: village.passage,
        question: asked.question,
        label: asked.label,
      })),
    );
}

export const boatRecords = (): Row[] =>
  rows('boats', 30, BOAT_REVIEWS).map(([text, label]) => ({ text, label: number(label) }));

export function kitchenRecords(): Row[] {
  const chance = dice('kitchen order');
  return rows('kitchen', 30, KITCHEN).map(([question, answer, wrong, wrong2, explanation]) => ({
    question,
    choices: chance.shuffled([answer, wrong, wrong2]),
    answer,
    explanation,
  }));
}

/** These go into a Parquet file. */
export const newsRecords = (): Row[] =>
  rows('news', 40, NEWS).map(([headline, body, topic]) => ({
    headline: headline.charAt(0).toUpperCase() + headline.slice(1),
    body,
    topic: number(topic),
  }));

export const doorstepRecords = (): Row[] =>
  rows('doorstep', 24, DOORSTEP).map(([document, summary, title]) => ({ document, summary, title }));

export const noteRecords = (): Row[] =>
  rows('notes', 36, NOTES).map(([first, second, same]) => ({ first, second, same: number(same) }));

export const quarryRecords = (): Row[] =>
  rows('quarry', 30, QUARRY).map(([premise, hypothesis, label]) => ({
    premise,
    hypothesis,
    label: number(label),
  }));
