import { dice, fill, rows, type Values } from './random.ts';

export interface Choice {
  input: string;
  target: string;
}

const LETTERS = 'ABCD';

function options(answers: readonly string[]): string {
  return `Options:\n${answers.map((answer, number) => `(${LETTERS[number]}) ${answer}`).join('\n')}`;
}

/** Ordering puzzles: three plants in a bed, two clues, one question. */
export function gardenDeduction(): Choice[] {
  const chance = dice('garden deduction');
  const seen = new Set<string>();
  const found: Choice[] = [];
  while (found.length < 20) {
    const values: Values = {};
    fill('{plant} {plant2} {plant3} {name} {colour}', chance, values);
    const order = chance.shuffled([values.plant!, values.plant2!, values.plant3!]);
    const place = chance.below(3);
    const clues = [
      `In ${values.name}'s garden three plants grow in a row along the ${values.colour} wall: ${values.plant}, ${values.plant2} and ${values.plant3}. The ${order[0]} grows to the left of the ${order[1]}. The ${order[2]} grows to the right of the ${order[1]}.`,
      `${values.name} planted ${values.plant}, ${values.plant2} and ${values.plant3} beside the ${values.colour} door. Of the three the ${order[2]} is nearest to the gate on the right. Between it and the ${order[0]} stands the ${order[1]}.`,
    ];
    const asked = ['leftmost', 'in the middle', 'rightmost'][place]!;
    const shown = chance.shuffled(order);
    const input = `${clues[found.length % 2]} Which plant is ${asked}?\n${options(shown.map((plant) => `The ${plant}`))}`;
    if (seen.has(input)) continue;
    seen.add(input);
    found.push({ input, target: `(${LETTERS[shown.indexOf(order[place]!)]})` });
  }
  return found;
}

/** Which of four words does not belong. */
export function oddObject(): Choice[] {
  const kinds = ['tool', 'animal', 'fruit', 'instrument', 'vehicle', 'room'] as const;
  const chance = dice('odd object');
  return rows('odd object names', 24, [['{name} at {place}', '']]).map(([who]) => {
    const [kind, other] = chance.shuffled(kinds);
    const values: Values = {};
    const three = [`{${kind}}`, `{${kind}2}`, `{${kind}3}`].map((slot) => fill(slot, chance, values));
    const odd = fill(`{${other}}`, chance);
    const shown = chance.shuffled([...three, odd]);
    return {
      input: `${who} sorted four cards into a box. One of them was put there by mistake. Which one?\n${options(shown)}`,
      target: `(${LETTERS[shown.indexOf(odd)]})`,
    };
  });
}

export const GARDEN_COT = `Work out the order of three plants from two clues.

Q: Three pots stand on a sill: mint, sage and dill. The mint is left of the sage. The dill is right of the sage. Which pot is leftmost?
Options:
(A) The dill
(B) The mint
(C) The sage
A: Let's think step by step.
The mint is left of the sage and the dill is right of it. So the order is mint, sage, dill. The leftmost pot is the mint. So the answer is (B).

Q: A fern, a cactus and an ivy share a shelf. The ivy is at the right end. The fern is between the two others. Which is leftmost?
Options:
(A) The cactus
(B) The fern
(C) The ivy
A: Let's think step by step.
With the ivy at the right end and the fern in the middle, only the cactus can be at the left end. So the answer is (A).
`;

export const ODD_COT = `Find the card that is of another kind than the rest.

Q: Nils laid out four cards. One of them does not fit. Which one?
Options:
(A) owl
(B) shovel
(C) wren
(D) crow
A: Let's think step by step.
Owls, wrens and crows are birds. A shovel is a thing to dig with. So the answer is (B).
`;
