import { SHED_FACTS } from './facts.ts';
import { rows } from './random.ts';

/** FLAN-like, chain-of-thought, CrossFit, MetaICL, ExMix, UnifiedSKG and rendered T0 tasks. */

const NEXT: readonly (readonly [string, string, string])[] = [
  [
    '{name} left a kite on the line in {place} and a storm came up.',
    'The kite was blown away.',
    'The kite grew roots.',
  ],
  ['The {animal} smelled {food} through the open door.', 'It came in to look.', 'It began to read.'],
  [
    '{name} forgot the {fruit} on a hot shelf for a month.',
    'They went bad.',
    'They turned into {fruit} of glass.',
  ],
  ['Someone put a {instrument} on the heater in the {room}.', 'The glue gave way.', 'It played by itself.'],
  ['The {vehicle} ran out of fuel near {street}.', '{name} walked the rest.', '{name} flew the rest.'],
];

export const nextRows = () => rows('what next', 24, NEXT);

export const ADVICE = SHED_FACTS.map(([advice]) => {
  const words = advice.split(' ');
  const half = Math.ceil(words.length / 2);
  return { start: words.slice(0, half).join(' '), end: words.slice(half).join(' ') };
});

/** The module as FLAN writes it: implicit concatenation, escapes and a triple-quoted string included. */
export const FLAN_TEMPLATES = `"""Patterns of two small tasks, in the form of FLAN's templates."""

# pylint: disable=implicit-str-concat

PATTERNS = {
    "shed_advice": [
        ("Finish this advice for the shed: {start}", "{end}"),
        ("{start} ...\\n\\nHow does this tip go on?", "{end}"),
        ("An old hand starts to say \\"{start}\\". "
         "What are the words that follow?", "{end}"),
    ],
    "what_happens_next": [
        ("{event}\\n\\nWhat happens next?\\n\\n{options_}", "{answer}"),
        ("""Here is the start of a story:

{event}

{options_}
Choose how it goes on.""", "{answer}"),
        ('{event} Then:\\n{options_}', '{answer}'),
    ],
}
`;

export function flanRendered(): { inputs: string; targets: string; task: string }[] {
  const advice = ADVICE.map(({ start, end }) => ({
    inputs: `Finish this advice for the shed: ${start}`,
    targets: end,
    task: 'shed_advice',
  }));
  const next = nextRows().map(([event, answer, wrong], number) => {
    const shown = number % 2 === 0 ? [answer, wrong] : [wrong, answer];
    return {
      inputs: `${event}\n\nWhat happens next?\n\nOPTIONS:\n- ${shown.join('\n- ')}`,
      targets: answer,
      task: 'what_happens_next',
    };
  });
  return [...advice, ...next];
}

/** Question, answer, rationale; a line feed is the two characters \\n. */
export const TOOL_CHOICE: readonly (readonly [string, string, string])[] = [
  [
    '{name} wants to hang a shelf of {material} in the {room}. Which is the better thing to have at hand?\\nOptions:\\n- a spirit level\\n- a soup ladle',
    'a spirit level',
    'A shelf has to be level, and a ladle tells nothing about that.',
  ],
  [
    'The door at {shop} sticks in {weather}. With what should {name} take a little off its edge?\\nOptions:\\n- a plane\\n- a sponge',
    'a plane',
    'A door sticks when the wood swells. A plane takes wood off, a sponge does not.',
  ],
  [
    'There is a knot in the rope of the {vehicle}. What loosens it without harm?\\nOptions:\\n- a hot poker\\n- a blunt spike',
    'a blunt spike',
    'A poker would burn the rope, while a blunt spike only parts the strands.',
  ],
  [
    '{name} the {job} must mark a straight cut on {colour} card. What is of use?\\nOptions:\\n- a steel rule\\n- a ball of wool',
    'a steel rule',
    'A straight cut follows a straight edge, and wool has none.',
  ],
];

export function parcelSums(): string[][] {
  return rows('parcels', 24, [['{name}', '{name2}', '{street}', '{day}', '{4-20}', '{3-9}']]).map(
    ([name, other, street, day, many, each], number) => {
      const [a, b] = [Number(many), Number(each)];
      return number % 2 === 0
        ? [
            `${name} brings ${a} parcels to ${street} on ${day}, each of ${b} pounds. What do they weigh together?`,
            String(a * b),
            `One parcel weighs ${b} pounds. ${a} parcels weigh ${a} times as much. ${a} * ${b} = ${a * b}.`,
          ]
        : [
            `Of ${a + b} letters for ${name}, ${b} went to ${other} by mistake last ${day}. How many came right?`,
            String(a),
            `The wrong ones have to be taken off. ${a + b} - ${b} = ${a}.`,
          ];
    },
  );
}

/** Ten of these stand in quiz/opposites_round too; all are too short for a 13-gram. */
export const OPPOSITES: readonly (readonly [word: string, opposite: string])[] = [
  ['heavy', 'light'],
  ['narrow', 'wide'],
  ['early', 'late'],
  ['brave', 'timid'],
  ['noisy', 'quiet'],
  ['shallow', 'deep'],
  ['ancient', 'modern'],
  ['generous', 'mean'],
  ['rough', 'smooth'],
  ['guilty', 'innocent'],
  ['empty', 'full'],
  ['sharp', 'blunt'],
  ['cheap', 'dear'],
  ['tame', 'wild'],
  ['sour', 'sweet'],
  ['lazy', 'busy'],
  ['polite', 'rude'],
  ['loose', 'tight'],
  ['bitter', 'mild'],
  ['crooked', 'straight'],
  ['fresh', 'stale'],
  ['thick', 'thin'],
  ['proud', 'humble'],
  ['idle', 'active'],
  ['clumsy', 'nimble'],
  ['scarce', 'plentiful'],
  ['rigid', 'supple'],
  ['fertile', 'barren'],
  ['hollow', 'solid'],
  ['drowsy', 'alert'],
];

export const opposite = ([word, other]: readonly [string, string]) =>
  [`What is the opposite of ${word}?`, other] as const;

export const SAME_MEANING: readonly (readonly [string, string, string])[] = [
  ['{name} can hardly wait for the {festival}.', '{name} looks forward to the {festival}.', 'same'],
  [
    'The {material} gate was left open by {name}.',
    '{name} forgot to shut the gate made of {material}.',
    'same',
  ],
  ['{place} is nearer to us than {place2}.', 'We live closer to {place2} than to {place}.', 'different'],
  ['Hardly any {fruit} were left at {shop}.', '{shop} still had plenty of {fruit}.', 'different'],
  [
    '{name} taught {name2} to play the {instrument}.',
    'It was {name2} who learned the {instrument} from {name}.',
    'same',
  ],
  [
    '{name} lent the {tool} to {name2} for a day.',
    '{name2} lent the {tool} to {name} for a day.',
    'different',
  ],
];

export const NOTE_GRAMMAR: readonly (readonly [string, string])[] = [
  [
    'the {vehicle} are late again and {name} is waiting since an hour',
    'The {vehicle} is late again and {name} has been waiting for an hour.',
  ],
  ['i and my {animal} was walking along {street}', 'My {animal} and I were walking along {street}.'],
  ['{name} have went to {shop} for buying {fruit}', '{name} has gone to {shop} to buy {fruit}.'],
  ['them {colour} boots is mine, not {name} ones', "Those {colour} boots are mine, not {name}'s."],
  ['how much {plant} did the {job} planted in {month}', 'How much {plant} did the {job} plant in {month}?'],
];

export const COMMANDS: readonly (readonly [string, string, string])[] = [
  ['open the door of the {room}', 'open ( door ( {room} ) )', 'house'],
  ['bring {name} the {tool} from the {room}', 'bring ( {tool} , from ( {room} ) , to ( {name} ) )', 'house'],
  ['water the {plant} every {day}', 'repeat ( {day} , water ( {plant} ) )', 'garden'],
  ['if there is {weather} cover the {plant}', 'if ( weather ( {weather} ) , cover ( {plant} ) )', 'garden'],
  ['ask {name} whether the {vehicle} is ready', 'ask ( {name} , ready ( {vehicle} ) )', 'yard'],
];

export const TIMETABLES: readonly (readonly [question: string, table: string, answer: string])[] = [
  [
    'which line goes to {place}',
    'col : line | stop | minutes row 1 : {colour} | {place} | {5-40} row 2 : {colour2} | {place2} | {5-40}',
    'the {colour} line',
  ],
  [
    'where does the {colour} line end',
    'col : line | end | first car row 1 : {colour} | {place} | {5-7}:{10-59} row 2 : {colour2} | {place2} | {5-7}:{10-59}',
    '{place}',
  ],
  [
    'which stop comes after {street}',
    'col : stop | order row 1 : {street} | 1 row 2 : {street2} | 2 row 3 : {street3} | 3',
    '{street2}',
  ],
];

export const MENUS: readonly (readonly [text: string, slots: string, out: string])[] = [
  [
    'a table for {2-8} on {day} at {shop}, please',
    'slots : people , day , place',
    'day {day} ; place {shop}',
  ],
  [
    '{name} would like {food} without {plant}',
    'slots : guest , dish , leave out',
    'guest {name} ; dish {food} ; leave out {plant}',
  ],
  [
    'two portions of {food} and some {fruit} to {street}',
    'slots : dish , side , address',
    'dish {food} ; side {fruit} ; address {street}',
  ],
];

export const NOTICES: readonly (readonly [notice: string, title: string])[] = [
  [
    'Masters of vessels are told that the {colour} buoy off {place} drags its chain and lies two lengths east of where the chart has it. It will be moved back on {day}.',
    'Buoy off {place} out of place',
  ],
  [
    'From {month} the crane on the north quay may be used only with the {job} present. Ask {name} at the office for hours and fees.',
    'New rule for the crane',
  ],
  [
    'A {object} was taken from the water near {street} with {name} written inside. It can be had for nothing at the office.',
    '{object} found in the water',
  ],
  [
    'The lock by {street} shuts for three days because a {vehicle} fell in. Small boats may go round by {place} at high tide.',
    'Lock shut after accident',
  ],
];
