import { knownDataSet } from './aliases.ts';
import { spelling } from './spelling.ts';

/**
 * A declared data source, made comparable: the same data set is written `squad_v2`, `SQuAD 2.0` or
 * `rajpurkar/squad_v2` by different collections.
 */
export function sourceKey(source: string): string {
  if (source.includes('://')) return spelling(source);
  const whole = spelling(source.replace(PREFIX, ''));
  const known = knownDataSet(whole);
  if (known) return known;
  // `data/configuration`, `owner/data` or `suite/data`: the part that the field knows names the data.
  const parts = source.split('/').filter((part) => part !== '' && !PLAIN.test(part));
  for (const part of parts) {
    const found = knownDataSet(spelling(part));
    if (found) return found;
  }
  return spelling(parts.at(-1) ?? source);
}

/** What stands before the data's name in some collections. */
export const PREFIX = /^(?:cot|stream|bigbench|big_bench)_/u;

/** Names of configurations that say nothing of the data. */
const PLAIN = /^(?:default|plain[_-]?text|main|all|raw|en|english)$/iu;

/** Words that name no data set. */
const NO_SOURCE = new Set(['', 'none', 'na', 'missing', 'miscellaneous', 'synthetic', 'unknown', 'other']);

export function namesData(key: string): boolean {
  return !NO_SOURCE.has(key);
}
