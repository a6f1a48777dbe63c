const list = (words: string) => words.split(',').map((word) => word.trim());

/** The words that the sentence frames draw on. Places, shops and streets are invented. */
export const BANKS: { readonly [bank: string]: readonly string[] } = {
  name: list(
    'Ada, Bruno, Celeste, Dimitri, Edda, Farid, Greta, Hamish, Ines, Jonas, Kirsten, Leopold, Marit, Nadia, Oskar, Petra, Quentin, Rosalind, Stefan, Tabitha, Ulrich, Vera, Wendel, Yasmin, Zeno, Agnes, Bertram, Cosima, Dora, Emil',
  ),
  place: list(
    'Aldermoor, Brackwater, Coldharbour Down, Dunmallow, Eastleaze, Fennick, Garrowby, Hesketh Lane, Inkpen Ferry, Jarrow End, Kelmscote, Lintwhite, Marrowdale, Netherby, Oxlode, Pellhurst, Quarndon, Ruddle Cross, Saltmarsh, Thornwick, Upper Lissom, Venby, Wexcombe, Yarnfield',
  ),
  shop: list(
    'the Copper Kettle, the Blue Anchor, Harrow and Sons, the Corner Loaf, the Old Tram Shed, Pickering Stores, the Green Door, the Lantern Room, the Hopper, Bell Street Books',
  ),
  animal: list(
    'goat, heron, badger, tortoise, donkey, magpie, ferret, spaniel, hedgehog, goose, mare, otter, rabbit, barn owl',
  ),
  food: list(
    'leek soup, rye bread, plum cake, pickled beetroot, smoked trout, barley stew, cheese scones, onion tart, rhubarb fool, lentil pie, ginger biscuits, mushroom toast',
  ),
  fruit: list(
    'pears, plums, damsons, quinces, gooseberries, cherries, medlars, blackcurrants, apricots, russets',
  ),
  tool: list(
    'chisel, trowel, hacksaw, spirit level, mallet, paintbrush, crowbar, spanner, hand drill, pruning knife',
  ),
  job: list(
    'baker, surveyor, piano tuner, nurse, ferry pilot, bookbinder, electrician, shepherd, librarian, tailor, postman, gardener',
  ),
  plant: list(
    'lavender, foxglove, rosemary, chard, thyme, rhubarb, wisteria, fennel, clover, honeysuckle, parsley, jasmine',
  ),
  colour: list('red, green, grey, yellow, white, purple, orange, black, blue, brown'),
  day: list('Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday'),
  month: list(
    'January, February, March, April, May, June, July, August, September, October, November, December',
  ),
  material: list('oak, slate, brick, granite, pine, copper, tin, elm, limestone, walnut'),
  object: list(
    'umbrella, lantern, suitcase, wristwatch, teapot, notebook, scarf, violin case, pair of glasses, walking stick, rucksack, brass key, camera, hat box',
  ),
  room: list('pantry, attic, cellar, hallway, greenhouse, kitchen, workshop, study, boiler room, porch'),
  vehicle: list(
    'tractor, ferry, bicycle, milk van, tram, removal lorry, rowing boat, school bus, motorbike, handcart',
  ),
  instrument: list('cello, trumpet, accordion, harp, clarinet, drum, fiddle, oboe'),
  street: list(
    'Mill Street, Tanner Row, Priory Road, Chapel Hill, Weir Walk, Station Parade, Kiln Lane, Market Square, Rope Yard, Abbey Close',
  ),
  festival: list(
    'lantern walk, sheep fair, raft race, apple day, kite meeting, bell supper, boat blessing, cheese roll, hay dance, candle market',
  ),
  craft: list(
    'rope, glass beads, roof slates, wool blankets, church bells, clay pipes, barrels, paper, salt, saddles, lace, candles',
  ),
  weather: list('fog, hail, drizzle, frost, bright sun, strong wind, sleet, thunder'),
  club: list(
    'chess club, rowing club, choir, film society, knitting circle, cycling club, brass band, history society',
  ),
};
