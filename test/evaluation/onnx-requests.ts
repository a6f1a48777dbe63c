import fc from 'fast-check';
import type { ScoreRequest } from '../../server/protocol.ts';

const words = fc.constantFrom('well', 'mill', 'Garrowby', 'the', 'lamp,', '17', 'né', '\n', '😀');
const phrase = (least: number, most: number) =>
  fc.array(words, { minLength: least, maxLength: most, size: 'max' }).map((list) => list.join(' ').trimEnd());
const ends = fc.array(phrase(1, 5), { minLength: 2, maxLength: 5 });

/**
 * Prompts of several lengths, some beyond the context, with candidates of one and of many tokens, and an empty one;
 * then prompts after one of two texts that they share.
 */
export function requests(): ScoreRequest[] {
  const apart = fc.sample(fc.record({ prefix: phrase(0, 120), ends }), { numRuns: 40, seed: 3 });
  const shown = fc.sample(phrase(20, 20), { numRuns: 2, seed: 5 });
  const alike = fc
    .sample(fc.record({ prefix: phrase(1, 8), ends }), { numRuns: 12, seed: 9 })
    .map((one, at) => ({ ...one, prefix: `${shown[at % 2]}\n${one.prefix}`.trimEnd() }));
  const ranked = [...apart, ...alike].map(
    ({ prefix, ends }, at): ScoreRequest => ({
      id: `r${at}`,
      kind: 'rank',
      prefix,
      // A candidate that is white space alone would have no tokens.
      continuations: [...new Set(ends.map((end) => ` ${end}x`))],
    }),
  );
  const written = [...apart.slice(0, 8), ...alike].map(
    ({ prefix }, at): ScoreRequest => ({
      id: `w${at}`,
      kind: 'generate',
      prefix,
      max_tokens: [20, 40, 70][at % 3]!,
    }),
  );
  return [...ranked, ...written];
}
