/**
 * The same facts in two wordings: the first stands in flan/shed_advice (train), the second in
 * natural-instructions/task010 (eval). A clean look-alike: no 13 words in a row are shared.
 */
export const SHED_FACTS: readonly (readonly [train: string, evaluation: string, trueClaim: boolean])[] = [
  [
    'Oil the blades of your shears before you put them away for the winter, or rust will have them by spring.',
    'Shears that are stored over the winter without oil on their blades are likely to rust.',
    true,
  ],
  [
    'Never keep petrol near the boiler; a single spark could set the whole shed alight.',
    'It is safe to store petrol right beside a boiler.',
    false,
  ],
  [
    'Seeds last longest in a cool dry drawer, well away from the window.',
    'A warm damp window sill is the best place to make seeds last.',
    false,
  ],
  [
    'A blunt saw wanders off the line, so have it sharpened once a year.',
    'Sharpening a saw yearly helps it to cut straight.',
    true,
  ],
  [
    'Hang hoses in wide loops, because tight bends crack the rubber.',
    'Rubber hoses may crack if they are bent tightly.',
    true,
  ],
  [
    'Wait until paint is dry to the touch before you lay on another coat.',
    'A second coat of paint should go on while the first is still wet.',
    false,
  ],
  [
    'Mice will find bird seed in a paper bag; a tin with a lid keeps them out.',
    'Bird seed is better protected from mice by a lidded tin than by paper.',
    true,
  ],
  [
    'Stand ladders on level ground and tie the top if there is any wind.',
    'On windy days the top of a ladder ought to be tied.',
    true,
  ],
  [
    'Wooden handles dry out in heat, so rub them with linseed oil every summer.',
    'Linseed oil keeps wooden handles from drying out.',
    true,
  ],
  [
    'Old nails can be straightened on a stone with a few light blows.',
    'Bent nails can never be used again.',
    false,
  ],
  [
    'Label each jar of screws by length, and you will find the right one at once.',
    'Labels on jars make screws of a given length quicker to find.',
    true,
  ],
  [
    'Leave the door ajar for an hour after varnishing so that the fumes can go.',
    'After varnishing it is best to seal the room completely for an hour.',
    false,
  ],
  ['String that has been left in the sun gets brittle and snaps.', 'Sunlight makes string stronger.', false],
  [
    'Put a brick under each leg of the bench and the damp will not reach the wood.',
    'Raising the legs of a bench on bricks guards its wood against damp.',
    true,
  ],
  [
    'Wash clay pots with vinegar to take off the white bloom of lime.',
    'Lime stains come off clay pots when they are washed with vinegar.',
    true,
  ],
  [
    'Tie bundles of canes at both ends or they slide apart when lifted.',
    'One tie in the middle holds a bundle of canes better than two at its ends.',
    false,
  ],
];

/** Two statements and whether they say the same thing: task008 (train). */
export const SAME_OR_NOT: readonly (readonly [string, string])[] = [
  ['A: {name} sold the {vehicle} to {name2}.\nB: {name2} bought the {vehicle} from {name}.', 'yes'],
  ['A: {name} sold the {vehicle} to {name2}.\nB: {name} bought the {vehicle} from {name2}.', 'no'],
  [
    'A: The {animal} slept under the {material} table.\nB: Under the table of {material} the {animal} was asleep.',
    'yes',
  ],
  [
    'A: It took {name} longer than {name2} to reach {place}.\nB: {name2} reached {place} later than {name}.',
    'no',
  ],
  ['A: Nobody but {name} likes {food}.\nB: {name} alone likes {food}.', 'yes'],
  ['A: The {club} meets before supper on {day}.\nB: Supper comes before the {club} meets on {day}.', 'no'],
];

/** Two statements and whether the second follows from the first: task009 (eval, held out). */
export const FOLLOWS_OR_NOT: readonly (readonly [string, string])[] = [
  [
    'First: {name} carried all the {fruit} up to the {room}.\nSecond: There are {fruit} in the {room}.',
    'yes',
  ],
  [
    'First: {name} meant to carry the {fruit} up to the {room}.\nSecond: There are {fruit} in the {room}.',
    'no',
  ],
  [
    'First: Both the {job} and the {job2} of {place} own a {animal}.\nSecond: The {job} of {place} owns a {animal}.',
    'yes',
  ],
  ['First: Either {name} or {name2} broke the {tool}.\nSecond: {name2} broke the {tool}.', 'no'],
  [
    'First: No {vehicle} may enter {street} on {day}.\nSecond: A {colour} {vehicle} may not enter {street} on {day}.',
    'yes',
  ],
  [
    'First: Some houses in {place} are built of {material}.\nSecond: All houses in {place} are built of {material}.',
    'no',
  ],
];

/** Premise, hypothesis, label (0 entailment, 1 neutral, 2 contradiction): promptsource/quarry_nli (eval, held out). */
export const QUARRY: readonly (readonly [string, string, string])[] = [
  [
    'The quarry above {place} closed in {month} when {name} found water in the lower pit.',
    'Water was found in a pit.',
    '0',
  ],
  [
    '{name} and {name2} load {material} on the {vehicle} before dawn and sleep in the afternoon.',
    '{name} dislikes getting up early.',
    '1',
  ],
  [
    'Only the {job} is allowed to set off a charge, and {name} is the {job} here.',
    'Anyone may set off a charge.',
    '2',
  ],
  [
    'A {colour} flag over {street} warns of blasting; today there is none.',
    'There is no blasting at the moment.',
    '1',
  ],
  [
    'After the {weather} the upper road was cut, so {name} came down by the {vehicle}.',
    'The upper road could be used as always.',
    '2',
  ],
  [
    '{name} weighed three blocks of {material}, and the smallest was heavier than a {animal}.',
    'All of the three blocks were heavier than a {animal}.',
    '0',
  ],
];
