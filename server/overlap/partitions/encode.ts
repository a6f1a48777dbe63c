import { crc32 } from 'node:zlib';
import * as z from 'zod';
import type { ScannedPart } from '../scanner.ts';

/**
 * A partition's result as bytes: 8 of mark, 4 of length, so many of JSON, then entries, counts and firsts as
 * u32, then the CRC-32 of all before it. Numbers stand little end first.
 */
const MARK = 'HELDOUTP';
const HEAD_BYTES = 12;

const facts = z.object({
  examples: z.int().min(0),
  entries: z.int().min(0),
  faults: z.array(z.object({ offset: z.int().min(0), reason: z.string() })),
  moreFaults: z.int().min(0),
});

export function encodePart({ matches, faults, moreFaults }: ScannedPart): Buffer {
  const { examples, entries, counts, firsts } = matches;
  const json = Buffer.from(JSON.stringify({ examples, entries: entries.length, faults, moreFaults }));
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(MARK, 'latin1');
  head.writeUInt32LE(json.length, 8);
  const arrays = [entries, counts, firsts].map((array) =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength),
  );
  const body = Buffer.concat([head, json, ...arrays, Buffer.alloc(4)]);
  body.writeUInt32LE(crc32(body.subarray(0, -4)), body.length - 4);
  return body;
}

/** Undefined where the bytes are not whole. */
export function decodePart(bytes: Buffer): ScannedPart | undefined {
  if (bytes.length < HEAD_BYTES + 4 || bytes.toString('latin1', 0, 8) !== MARK) return undefined;
  if (crc32(bytes.subarray(0, -4)) !== bytes.readUInt32LE(bytes.length - 4)) return undefined;
  const from = HEAD_BYTES + bytes.readUInt32LE(8);
  const { examples, entries, faults, moreFaults } = facts.parse(
    JSON.parse(bytes.toString('utf8', HEAD_BYTES, from)),
  );
  if (from + entries * 12 + 4 !== bytes.length) return undefined;
  // Copied, so that the numbers stand at multiples of four.
  const numbers = new Uint32Array(new Uint8Array(bytes.subarray(from, -4)).buffer);
  const array = (at: number) => numbers.slice(at * entries, (at + 1) * entries);
  return {
    matches: { examples, entries: array(0), counts: array(1), firsts: array(2) },
    faults,
    moreFaults,
  };
}
