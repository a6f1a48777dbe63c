import { BANKS } from './words.ts';

/** Chance that gives the same run for the same seed on every machine. */
export interface Dice {
  /** A whole number from 0 up to, but not, `bound`. */
  below(bound: number): number;
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
}

export function dice(seed: string): Dice {
  let state = 2166136261;
  for (const character of seed) state = Math.imul(state ^ character.codePointAt(0)!, 16777619) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (bound: number) => Math.floor(next() * bound);
  return {
    below,
    pick: (list) => list[below(list.length)]!,
    shuffled: (list) => {
      const copy = [...list];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [copy[i], copy[j]] = [copy[j]!, copy[i]!];
      }
      return copy;
    },
  };
}

export type Values = { [slot: string]: string };

/**
 * Puts a word in each `{slot}`; `{name2}` draws from the bank `name`, another word than `{name}`. A slot
 * that `values` already holds keeps its word; new ones are added to it. `{4-30}` is a number of that range.
 * "a" before a slot becomes "an" where the word wants it.
 */
export function fill(frame: string, chance: Dice, values: Values = {}): string {
  const word = (slot: string, bank: string): string => {
    const known = values[slot];
    if (known !== undefined) return known;
    const words = BANKS[bank];
    if (!words) throw new Error(`no word list for ${slot}`);
    const used = Object.keys(values)
      .filter((key) => key.replace(/\d+$/, '') === bank)
      .map((key) => values[key]);
    const drawn = chance.pick(words.filter((each) => !used.includes(each)));
    values[slot] = drawn;
    return drawn;
  };
  return frame
    .replace(/\{(\d+)-(\d+)\}/g, (_, low: string, high: string) =>
      String(Number(low) + chance.below(Number(high) - Number(low) + 1)),
    )
    .replace(
      /(\b[Aa] )?\{([a-z]+)(\d*)\}/g,
      (_, article: string | undefined, bank: string, digits: string) => {
        const drawn = word(bank + digits, bank);
        if (!article) return drawn;
        return (/^[aeiou]/.test(drawn) ? `${article.trimEnd()}n ` : article) + drawn;
      },
    );
}

/** `count` rows from frames in turn, no two with the same first cell. The slots of one row agree. */
export function rows<T extends readonly string[]>(seed: string, count: number, frames: readonly T[]): T[] {
  const chance = dice(seed);
  const seen = new Set<string>();
  const found: T[] = [];
  for (let tries = 0; found.length < count; tries++) {
    if (tries > count * 200) throw new Error(`${seed}: the frames give only ${found.length} different rows`);
    const values: Values = {};
    const row = frames[found.length % frames.length]!.map((cell) =>
      fill(cell, chance, values),
    ) as unknown as T;
    if (seen.has(row[0]!)) continue;
    seen.add(row[0]!);
    found.push(row);
  }
  return chance.shuffled(found);
}
