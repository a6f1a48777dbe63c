import fc from 'fast-check';
import type { Document } from '../../server/overlap/types.ts';
import type { ReferenceTask } from './reference.ts';

/** Words of few kinds, so that texts share grams by chance, in many spellings of the same token. */
const word = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom('a', 'b', 'c', 'the', 'cat', 'B', 'The', 'CAT', "c'at", 'a-b', 'ab'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '-',
      '...',
      '$',
      '“the”',
      'É',
      'é',
      'İ',
      'Σς',
      'σσ',
      'e\u0301',
      '\ud800',
      '😀',
      '\u0000',
      '\x7f',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('日本語', '日本', 'カー', 'กา', '日本a', 'a日b', '。', 'Ⱥ', 'ⱥ', 'K'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('"', '\\', '\\n', '\\u0041', '{', '}', 'é'.repeat(20), 'x'.repeat(100)),
  },
);
const gap = fc.oneof(
  { weight: 12, arbitrary: fc.constant(' ') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '  ',
      '\n',
      '\r\n',
      '\t',
      '\u00a0',
      '\u3000',
      ' - ',
      '\u2028',
      '\x1c',
      '\u200b',
      '',
    ),
  },
);

export const text = fc
  .array(fc.tuple(word, gap), { minLength: 8, maxLength: 40 })
  .map((parts) => parts.map(([left, right]) => left + right).join(''));

/** Texts that hold parts of others, so that there is something to find. */
function planted(count: number): fc.Arbitrary<string[]> {
  return fc
    .tuple(
      fc.array(text, { minLength: count, maxLength: count }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: 60 }), fc.nat()), { maxLength: 30 }),
    )
    .map(([texts, copies]) => {
      for (const [from, to, start, length] of copies) {
        const source = texts[from % count]!;
        const at = start % (source.length + 1);
        texts[to % count] += ` ${source.slice(at, at + (length % 200))}`;
      }
      return texts;
    });
}

function contentRanges(text: string, cuts: readonly number[]): [number, number][] {
  const bytes = Buffer.byteLength(text);
  const places = [...new Set(cuts.map((cut) => cut % (bytes + 1)))].sort((x, y) => x - y);
  const ranges: [number, number][] = [];
  for (let at = 0; at + 1 < places.length; at += 2) ranges.push([places[at]!, places[at + 1]!]);
  return ranges;
}

const cuts = fc.option(fc.array(fc.nat(), { maxLength: 6 }), { nil: undefined });

/** Up to two train and two eval tasks, with documents that share parts. */
export const corpus: fc.Arbitrary<{ train: ReferenceTask[]; held: ReferenceTask[] }> = fc
  .tuple(
    planted(24),
    fc.array(cuts, { minLength: 24, maxLength: 24 }),
    fc.array(fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 3 })), { minLength: 24, maxLength: 24 }),
  )
  .map(([texts, cutLists, places]) => {
    const tasks = ['train/a', 'train/b', 'eval/a', 'eval/b'].map((task, at): ReferenceTask => {
      const documents = texts.flatMap((text, number) => {
        const [example, home] = places[number]!;
        const cut = cutLists[number];
        const document: Document = cut ? { text, content: contentRanges(text, cut) } : { text };
        return home === at ? [{ example, document }] : [];
      });
      documents.sort((x, y) => x.example - y.example);
      return { task, examples: 8, documents };
    });
    return { train: tasks.slice(0, 2), held: tasks.slice(2) };
  });

/** Texts that hold no token, or hardly any. */
const bare = fc.constantFrom('', ' ', '\r\n', '.', '-- !', '“…”', '。', 'a', '\udc00', '\ud83d');

/** A JSONL record as some writer might have written it, right or wrong. */
const quoted = fc.oneof({ weight: 8, arbitrary: text }, { weight: 1, arbitrary: bare }).chain((value) =>
  fc.nat({ max: 3 }).map((how) => {
    const json = JSON.stringify(value);
    if (how === 0) return json;
    const every = how === 1 ? /[^\x20-\x7e]/g : /[a-c/]/g;
    return json
      .replace(/\\u[0-9a-f]{4}|\\./g, (sequence) => sequence)
      .replace(every, (c, at: number) =>
        json[at - 1] === '\\' || /\\u[0-9a-f]{0,3}$/.test(json.slice(0, at))
          ? c
          : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
  }),
);
const other = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom(
    '1',
    '-0.5e+3',
    '01',
    '1.',
    'tru',
    'null',
    '[1,]',
    '"\\q"',
    '"\\u12"',
    '{"text":"a b c"}',
    '"unended',
    '[[[[[]]]]]',
  ),
);
const field = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constantFrom('"text"', '"inputs"', '"targets"'), quoted) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom('"id"', '"te\\u0078t"', '"x"', '"é"', '"text"', '"targets"'), other),
  },
);
const blank = fc.constantFrom('', '', '', ' ', '\t', '\r');
const record = fc
  .tuple(fc.array(field, { maxLength: 3 }), blank, blank)
  .map(
    ([fields, left, right]) =>
      `${left}{${fields.map(([key, value]) => `${key}:${right}${value}`).join(`,${left}`)}}${right}`,
  );
const line = fc.oneof(
  { weight: 12, arbitrary: record.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: record.map((text) => Buffer.from(text.slice(0, -1))) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('', '  ', '\r', '[]', '3', '{}', '\ufeff{"text":"a"}')
      .map((text) => Buffer.from(text)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(record, fc.constantFrom('ff', 'c0af', 'eda080', 'f4908080', 'e282', '80'), fc.nat())
      .map(([text, bad, at]) => {
        const bytes = Buffer.from(text);
        const cut = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, cut), Buffer.from(bad, 'hex'), bytes.subarray(cut)]);
      }),
  },
);

/** The bytes of a JSONL file. */
export const jsonl = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.boolean(), fc.boolean(), fc.constantFrom('\n', '\r\n'))
  .map(([lines, bom, ended, feed]) =>
    Buffer.concat([
      Buffer.from(bom ? '\ufeff' : ''),
      ...lines.flatMap((one, at) => [one, Buffer.from(at < lines.length - 1 || ended ? feed : '')]),
    ]),
  );
