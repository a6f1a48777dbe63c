import assert from 'node:assert/strict';
import * as z from 'zod';
import { firstFault } from '../../server/base/fault-words.ts';

describe('what is wrong with a value', () => {
  const cases: [z.ZodType, unknown, string][] = [
    [z.int().min(1), 0, 'should be at least 1'],
    [z.number().positive(), -1, 'should be more than 0'],
    [z.number().max(1), 1.5, 'should be at most 1'],
    [z.int(), 1.5, 'should be a whole number, not 1.5'],
    [z.number(), 'many', 'should be a number, not "many"'],
    [z.string(), ['a'], 'should be a text, not a list'],
    [z.array(z.string()), { a: 1 }, 'should be a list, not a mapping'],
    [z.array(z.string()).min(1), [], 'is empty'],
    [z.string().min(1), '', 'is empty'],
    [z.enum(['jsonl', 'parquet']), 'csv', 'should be one of jsonl, parquet, not "csv"'],
    [z.boolean(), undefined, 'should be true or false'],
    [z.int().min(1, 'names no step'), 0, 'names no step'],
    [z.url(), 'here', 'Invalid URL'],
  ];

  it('is said in words, a schema’s own words first', () => {
    for (const [schema, value, words] of cases) {
      const { error } = z.object({ key: schema }).safeParse({ key: value });
      assert.equal(firstFault(error!, 'the file'), `key: ${words}`);
    }
    assert.match(
      firstFault(z.object({}).safeParse(3).error!, 'the file'),
      /^the file: should be a mapping, not 3$/,
    );
  });
});
