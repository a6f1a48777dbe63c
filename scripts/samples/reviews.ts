/** Frames for mood and opinion; each list serves one task only, so that tasks share no wording. */

type Row = readonly [text: string, label: string];

/** natural-instructions/task005: declared source `riverside_reviews`. */
export const INN_REVIEWS: readonly Row[] = [
  [
    'We stayed at {shop} for two nights and {name} still talks about the {food}. Clean beds, a view of the water and a host who remembers names.',
    'POSITIVE',
  ],
  [
    'The {room} smelled of damp and nobody at {shop} would open a window. I paid, I left, I will not return to {place}.',
    'NEGATIVE',
  ],
  [
    'If you pass through {place}, stop for the {food}. {name} had two helpings and the bill was smaller than the smile we got with it.',
    'POSITIVE',
  ],
  [
    '{name} ordered {food} and waited an hour for something cold. The excuse was the {weather}. The tea was the best part, and it was weak.',
    'NEGATIVE',
  ],
  [
    'Every {day} there is {instrument} music in the {room}, the {material} floor shakes, and strangers end up as friends. More of this!',
    'POSITIVE',
  ],
  [
    'Booked for {month}, was told on arrival that {shop} had no record of it. The clerk shrugged and went back to feeding a {animal}.',
    'NEGATIVE',
  ],
  [
    'Our dog, our children and even my {job} brother were made welcome. Ask for the {colour} room, it looks over the weir.',
    'POSITIVE',
  ],
  [
    'Thin walls, thinner soup, and a {instrument} lesson next door until midnight. {place} deserves a better inn than this.',
    'NEGATIVE',
  ],
];

/** promptsource/riverside_reviews: the same source by name, no text in common. */
export const BOAT_REVIEWS: readonly Row[] = [
  [
    'Hired a boat for a day from {street}. The oars were sound, the map was clear and we saw a {animal} on the far bank. Worth every coin.',
    '1',
  ],
  [
    'The launch leaked before we had passed {place}. They kept the deposit all the same, and {name} caught a cold.',
    '0',
  ],
  [
    'Punctual, dry and cheap: what more can one ask of a river trip in {month}? The guide, a retired {job}, knew each stone.',
    '1',
  ],
  [
    'Three hours of engine noise and a paper bag with {food} in it. {name} was seasick on a river, which says it all.',
    '0',
  ],
  [
    '{name} and I took the evening cruise on {day}. Lamps on the water, a {instrument} player at the stern. I would go again tomorrow.',
    '1',
  ],
  [
    'Our skipper shouted at a {animal}, at the lock keeper and finally at us. The cushions were {colour} with mould.',
    '0',
  ],
];

/** crossfit/mood_of_notes: notes left on a kitchen table. */
export const MOOD_NOTES: readonly Row[] = [
  ['gone to {place}, could sing the whole way there', 'happy'],
  ['{name} never called. the {food} is in the bin', 'sad'],
  ['who used my {tool} and left it out in the {weather}?', 'angry'],
  ['the {club} took me! first practice on {day}', 'happy'],
  ['the old {animal} did not wake up this morning', 'sad'],
  ['do NOT touch the {colour} paint again, {name}', 'angry'],
  ['{fruit} from the tree, all ripe, help yourself', 'happy'],
  ['sold the {instrument} today. the {room} is so quiet', 'sad'],
  ['that {vehicle} blocked {street} again, I have had enough', 'angry'],
];

/** metaicl/weather_outlook. */
export const OUTLOOKS: readonly Row[] = [
  ['{place}: {weather} until noon, then clearing from the west.', 'changeable'],
  ['Expect {weather} over {place} all {day}, with no let-up by dark.', 'rough'],
  ['Nothing but blue above {street}; carry a hat and some water.', 'fine'],
  ['{day} begins fair, yet {name} at the station sees {weather} by tea time.', 'changeable'],
  ['Boats stay in at {place}: {weather} and gusts that bend the masts.', 'rough'],
  ['A still {month} morning, dry lanes, good washing weather in {place}.', 'fine'],
];

/** raft/parish_council: short messages to a council. */
export const COUNCIL: readonly Row[] = [
  ['The lamp outside number {3-90} on {street} has been out since {day}.', 'repairs'],
  ['May the {club} use the hall in {month}? We would bring our own chairs.', 'bookings'],
  ['I wish to thank the crew that cleared {street} after the {weather}.', 'praise'],
  ['A {vehicle} has dug a hole in {street} deep enough for a {animal}.', 'repairs'],
  ['{name} would like the small room at the hall for a birthday on {day}.', 'bookings'],
  ['What a fine {festival} this year, well done to all who helped at {place}.', 'praise'],
  ['The {material} bench by the pond is rotten and {name} fell through it.', 'repairs'],
];

/** csv/helpdesk: requests at a hardware shop's counter. */
export const HELPDESK: readonly Row[] = [
  ['Can I bring back a {tool} that I bought on {day}? It never left its box.', 'returns'],
  ['Do you have anything to keep a {animal} away from my {plant}?', 'advice'],
  ['My parcel with the {colour} tiles was meant to reach {street} last week.', 'delivery'],
  ['How do I fix {material} to a damp wall in the {room}?', 'advice'],
  ['The {tool} came with a bent handle, I would like my money back.', 'returns'],
  ['Your driver left two sacks of lime at {shop} instead of at my house in {place}.', 'delivery'],
  ['Which screws hold best in {material}, and how long should they be for a {room} shelf?', 'advice'],
];
