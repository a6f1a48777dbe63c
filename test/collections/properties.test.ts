import assert from 'node:assert/strict';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvFields } from '../../server/collections/csv.ts';
import { includes } from '../../server/collections/globs.ts';
import { ValueScanner } from '../../server/collections/json-scan.ts';
import { pythonString } from '../../server/collections/python-literal.ts';
import type { FormatName } from '../../server/collections/types.ts';
import { readBack } from './support.ts';

/** Text with what formats trip over. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', '\\', ',', '\t', ' ', '{', '}', '[', ']', ':', 'é', '漢', '\uFFFD'),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
});
const line = text.map((value) => value.replace(/[\t\r\n]/g, ' '));

/** Changes to a file's bytes: at a place, bytes taken out and others put in. */
const damage = fc.array(
  fc.record({
    at: fc.nat(1_000_000),
    out: fc.nat(3),
    put: fc.uint8Array({ maxLength: 3 }),
  }),
  { maxLength: 4 },
);

function damaged(bytes: Buffer, changes: { at: number; out: number; put: Uint8Array }[]): Buffer {
  let result = bytes;
  for (const { at, out, put } of changes) {
    const start = at % (result.length + 1);
    result = Buffer.concat([result.subarray(0, start), put, result.subarray(start + out)]);
  }
  return result;
}

/** Lines that aren't blank: what a file of lines holds, read or not. */
function heldLines(bytes: Buffer): number {
  const content = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? bytes.subarray(3) : bytes;
  return content
    .toString('latin1')
    .split('\n')
    .filter((row) => /[^ \t\r]/.test(row)).length;
}

const rows = fc.array(fc.record({ a: text, b: text }), { minLength: 1, maxLength: 12 });

describe('counts add up over random damage', function () {
  this.timeout(60_000);
  const lineFormats: [FormatName, string, (row: { a: string; b: string }) => string][] = [
    ['seqio', 'x.jsonl', ({ a, b }) => JSON.stringify({ inputs: a, targets: b })],
    ['metaicl', 'x.jsonl', ({ a, b }) => JSON.stringify({ task: 't', input: a, output: b, options: [a, b] })],
    ['prompt-completion', 'x.jsonl', ({ a, b }) => JSON.stringify({ prompt: a, completion: b })],
    ['pretraining', 'x.jsonl', ({ a }) => JSON.stringify({ text: a })],
    ['gsm8k', 'x.jsonl', ({ a, b }) => JSON.stringify({ question: a, answer: `${b}#### 1` })],
    ['crossfit', 'x.tsv', ({ a, b }) => `x${a.replace(/[\t\r\n]/g, ' ')}\t${b.replace(/[\t\r\n]/g, ' ')}`],
    ['flan-cot', 'x.tsv', ({ a, b }) => `x${a.replace(/[\t\r\n]/g, ' ')}\t${b.replace(/[\t\r\n]/g, ' ')}\tr`],
  ];
  for (const [format, path, write] of lineFormats) {
    it(`${format}: lines = kept + skipped, and each is read again`, async () => {
      await fc.assert(
        fc.asyncProperty(rows, damage, fc.constantFrom('\n', '\r\n'), async (records, changes, newline) => {
          const bytes = damaged(Buffer.from(records.map(write).join(newline)), changes);
          const told = await readBack(format, path, bytes);
          const skips = told.skips.filter(({ line: at }) => at > 0);
          assert.equal(told.records.length, told.examples.length);
          assert.equal(told.examples.length + skips.length, heldLines(bytes));
        }),
        { numRuns: 120 },
      );
    });
  }

  it('an instance that was not touched is kept, whatever happened to another', async () => {
    const instances = fc.array(text, { minLength: 3, maxLength: 8 });
    const change = fc.record({ at: fc.nat(), out: fc.nat(3), put: fc.uint8Array({ maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(
        instances,
        fc.nat(),
        change,
        fc.constantFrom(0, 4),
        async (inputs, which, { at, out, put }, indent) => {
          const elements = inputs.map((input, number) =>
            Buffer.from(
              JSON.stringify(
                { id: `n${number}`, input: `plain ${input.replace(/[{}[\]"\\]/g, '')}`, output: ['o'] },
                null,
                indent,
              ),
            ),
          );
          const hit = which % elements.length;
          const element = elements[hit]!;
          const start = at % element.length;
          // No bytes that could end the list or begin a record by themselves.
          const harmless = put.map((byte) => (byte === 0x5d || byte === 0x7b ? 0x20 : byte));
          elements[hit] = Buffer.concat([
            element.subarray(0, start),
            harmless,
            element.subarray(Math.min(element.length, start + out)),
          ]);
          const list = elements.flatMap((one, number) => (number === 0 ? [one] : [Buffer.from(', '), one]));
          const file = Buffer.concat([
            Buffer.from('{"Definition":["d"],"Instances":['),
            ...list,
            Buffer.from('],"Source":["s"]}'),
          ]);
          const { records, skips } = await readBack('natural-instructions', 't.json', file);
          const kept = new Set(records.map(({ fields }) => fields.id));
          for (let number = 0; number < inputs.length; number++) {
            if (number !== hit)
              assert.ok(kept.has(`n${number}`), `n${number} lost: ${JSON.stringify(skips)}`);
          }
          assert.ok(records.length + skips.length >= inputs.length);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('any damage to a task file ends in records and skips, never in an error', async () => {
    await fc.assert(
      fc.asyncProperty(rows, damage, async (records, changes) => {
        const Instances = records.map(({ a, b }) => ({ input: a, output: [b] }));
        const bytes = damaged(Buffer.from(JSON.stringify({ Definition: 'd', Instances }, null, 2)), changes);
        const told = await readBack('natural-instructions', 't.json', bytes);
        assert.equal(told.records.length, told.examples.length);
        if (changes.length === 0) assert.equal(told.records.length, records.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('CSV', function () {
  this.timeout(60_000);
  const cell = text.map((value) => value.replaceAll('\r', ' '));
  const quoted = (value: string) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

  it('reads what csv-parse reads', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 6 }), (cells) => {
        const record = cells.map(quoted).join(',');
        assert.deepEqual(csvFields(record), cells);
        assert.deepEqual(parseCsv(record, { relax_column_count: true })[0] ?? cells, cells);
      }),
    );
  });

  it('cuts a file where csv-parse does, and a lost quote costs few records', async () => {
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(table, async (body) => {
        const csv = [
          'input,output',
          ...body.map((cells) => cells.map((value) => quoted(`x${value}`)).join(',')),
        ].join('\n');
        const told = await readBack('csv', 't.csv', csv);
        assert.deepEqual(told.skips, []);
        const oracle = parseCsv(csv, { columns: true }) as unknown[];
        assert.deepEqual(
          told.records.map(({ fields }) => ({ ...fields })),
          oracle.map((fields) => ({ ...(fields as object) })),
        );
      }),
      { numRuns: 100 },
    );
    const lost = [
      'input,output',
      'a,"b',
      ...Array.from({ length: 20 }, (_, at) => `"q ${at}, ""x""",o`),
    ].join('\n');
    const told = await readBack('csv', 't.csv', lost);
    assert.equal(told.records.length, 20);
    assert.deepEqual(
      told.skips.map(({ line: at }) => at),
      [2],
    );
  });
});

describe('ValueScanner', () => {
  it('ends where the value ends, for any JSON in any layout', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, '\t'), line, (value, indent, rest) => {
        const json = JSON.stringify(value, null, indent);
        const bytes = Buffer.from(`${json} ,${rest}`);
        const scanner = new ValueScanner();
        assert.equal(scanner.end(bytes, 0, bytes.length), Buffer.byteLength(json));
        assert.equal(scanner.newlines, json.split('\n').length - 1);
      }),
    );
  });

  it('asks for more of any cut value, and never takes a cut one for whole', () => {
    fc.assert(
      fc.property(fc.object(), fc.nat(), (value, cut) => {
        const bytes = Buffer.from(JSON.stringify(value));
        assert.equal(new ValueScanner().end(bytes, 0, cut % bytes.length), -1);
      }),
    );
  });
});

describe('small languages', function () {
  this.timeout(60_000);
  it("reads back any string as Python's repr writes it", () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const escaped = JSON.stringify(value);
        // JSON's escapes are Python's, but for those of surrogate pairs, which stay as they are.
        assert.equal(pythonString(escaped), value);
        if (!/["\\]$|"""/.test(value) && !value.includes('\\') && !value.includes('\r')) {
          assert.equal(pythonString(`r"""${value}"""`), value);
        }
      }),
    );
  });

  it('globs', () => {
    assert.ok(includes('glue/mnli'));
    assert.ok(includes('glue/mnli', ['glue/*']));
    assert.ok(!includes('glue/mnli', ['glue']));
    assert.ok(!includes('glue/mnli', ['*']));
    assert.ok(includes('glue/mnli', ['**']));
    assert.ok(includes('task1_a', ['task{1,2}_*', 'x']));
    assert.ok(!includes('task1_a', ['task?_*'], ['task1*']));
    assert.ok(includes('a+b(c)', ['a+b(c)']));
    assert.ok(includes('a1', 'a[0-9]'));
    assert.throws(() => includes('a', ['[']), /without/);
  });
});
