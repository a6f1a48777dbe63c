import { dice } from './random.ts';
import { BANKS } from './words.ts';

/** A short passage about an invented village, with the facts that questions can be asked about. */
export interface Village {
  place: string;
  founder: string;
  year: number;
  craft: string;
  festival: string;
  month: string;
  material: string;
  families: number;
  passage: string;
}

type Facts = Omit<Village, 'passage'>;

const SURNAMES =
  'Abelard,Bristow,Cutler,Dunnock,Ellery,Farrant,Goslin,Hathersage,Ibbot,Jessop,Kemble,Lorimer,Musgrove,Nettleton,Orchard,Pargeter,Quillan,Rookby,Sadler,Trewin,Underhay,Vesper,Whitlow,Yardley'.split(
    ',',
  );

const HOUSE_MATERIALS = ['oak', 'slate', 'brick', 'granite', 'pine', 'clay'];

type Frame = (facts: Facts) => string;

/** Three groups of eight villages, each with two frames of its own: groups share no wording. */
const FRAMES: readonly (readonly [Frame, Frame])[] = [
  [
    (f) =>
      `${f.place} lies where the river bends twice. ${f.founder} settled there in ${f.year} with ${f.families} families and began to make ${f.craft}, which boats carried down to the coast. The meeting hall, built of ${f.material}, still stands by the water, and every ${f.month} ${f.place} holds its ${f.festival} on the green beside it.`,
    (f) =>
      `A stone at the crossroads names ${f.founder} as the founder of ${f.place}. In ${f.year} the first roof of ${f.material} was raised, and before ten years were over ${f.families} families had moved in. Merchants came for the ${f.craft} of ${f.place}; visitors now come in ${f.month} for the ${f.festival}, when the lanes are closed to carts.`,
  ],
  [
    (f) =>
      `Until ${f.year} there was nothing but a ford at ${f.place}. Then ${f.founder}, tired of the sea, bought the land and had a row of ${f.material} cottages built for ${f.families} families. Their ${f.craft} sold well. A painting in the chapel shows the first ${f.festival}, and it has come round in ${f.month} ever since, in good years and in bad.`,
    (f) =>
      `Old letters describe ${f.place} as a hungry place until ${f.founder} opened a workshop for ${f.craft} in ${f.year}. With wages came a school of ${f.material}, a bakery and, in time, ${f.families} families. The ${f.festival} began as a thank-you supper given by ${f.founder}; ${f.place} still keeps it on the second weekend of ${f.month}.`,
  ],
  [
    (f) =>
      `For two centuries the people of ${f.place} lived from ${f.craft}. The trade was brought by ${f.founder}, who arrived in ${f.year} after a quarrel with a landlord in the north, and ${f.families} families followed. Their houses of ${f.material} were small but warm. When the last yard closed, only the ${f.festival}, held each ${f.month}, kept the memory of ${f.founder} alive.`,
    (f) =>
      `Travellers to ${f.place} notice the chimneys first. They belong to sheds of ${f.material} that ${f.founder} put up in ${f.year} to turn out ${f.craft}. Of the ${f.families} families that worked there, four still keep a key. They meet in ${f.month}, at the ${f.festival}, to tell each other the same stories.`,
  ],
];

/** Twenty-four villages, no two with the same name or founder. */
export function villages(): Village[] {
  const chance = dice('villages');
  const surnames = chance.shuffled(SURNAMES);
  return BANKS.place!.map((place, number) => {
    const facts: Facts = {
      place,
      founder: `${chance.pick(BANKS.name!)} ${surnames[number]}`,
      year: 1540 + chance.below(330),
      craft: chance.pick(BANKS.craft!),
      festival: chance.pick(BANKS.festival!),
      month: chance.pick(BANKS.month!),
      material: chance.pick(HOUSE_MATERIALS),
      families: 11 + chance.below(60),
    };
    return { ...facts, passage: FRAMES[Math.floor(number / 8)]![number % 2]!(facts) };
  });
}

/** Two open questions on a village with short answers. */
export function openQuestions(village: Village, number: number): { question: string; answer: string }[] {
  const all = [
    { question: `Who founded ${village.place}?`, answer: village.founder },
    { question: `What did the people of ${village.place} make?`, answer: village.craft },
    { question: `In which month is the ${village.festival} held?`, answer: village.month },
    { question: `How many families are mentioned?`, answer: String(village.families) },
  ];
  return [all[number % 4]!, all[(number + 1) % 4]!];
}

/** Two yes/no questions on a village, one of each answer; they ask for other facts than the open ones. */
export function yesNoQuestions(village: Village, number: number): { question: string; label: 0 | 1 }[] {
  const other = HOUSE_MATERIALS.find((material) => material !== village.material)!;
  return number % 2 === 0
    ? [
        { question: `did ${village.place} exist as a settlement before ${village.year - 20}`, label: 0 },
        { question: `is ${village.material} named as a building material in the text`, label: 1 },
      ]
    : [
        { question: `was something built of ${other} according to the text`, label: 0 },
        { question: `does the text name a year later than ${village.year - 1}`, label: 1 },
      ];
}
