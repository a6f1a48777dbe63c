import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a sentence-embedding model small enough to be made here: a real ONNX graph that looks up a vector for
 * each token, and a tokenizer of whole words. Words of one `meaning` have one vector; any other word has that
 * of the unknown one. `rows` cuts the graph's table short of the tokenizer's words.
 */
export function writeTinyEmbedder(
  folder: string,
  meanings: readonly (readonly string[])[],
  { rows, output = 'last_hidden_state' }: { rows?: number; output?: string } = {},
): void {
  mkdirSync(folder, { recursive: true });
  const words = ['[UNK]', ...meanings.flat()];
  const axis = [0, ...meanings.flatMap((each, at) => each.map(() => at + 1))];
  const width = meanings.length + 1;
  const table = new Float32Array(words.length * width);
  for (const [word, at] of axis.entries()) table[word * width + at] = 1;
  const kept = rows ?? words.length;
  writeFileSync(join(folder, 'model.onnx'), graph(table.slice(0, kept * width), [kept, width], output));
  writeFileSync(
    join(folder, 'tokenizer.json'),
    JSON.stringify({
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [],
      normalizer: { type: 'BertNormalizer', lowercase: true },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: null,
      decoder: { type: 'WordPiece', prefix: '##' },
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: Object.fromEntries(words.map((word, id) => [word, id])),
      },
    }),
  );
}

/** A ModelProto of one `Gather`; the numbers are the fields of onnx.proto. */
function graph(table: Float32Array, [rows, width]: [number, number], output: string): Buffer {
  const node = [text(1, 'table'), text(1, 'input_ids'), text(2, output), text(4, 'Gather')];
  const weights = [
    number(1, rows),
    number(1, width),
    number(2, FLOAT),
    text(8, 'table'),
    bytes(9, Buffer.from(table.buffer)),
  ];
  const parts = [
    message(1, node),
    text(2, 'tiny'),
    message(5, weights),
    message(11, value('input_ids', INT64, ['batch', 'tokens'])),
    message(11, value('attention_mask', INT64, ['batch', 'tokens'])),
    message(12, value(output, FLOAT, ['batch', 'tokens', width])),
  ];
  return Buffer.concat([number(1, 8), message(7, parts), message(8, [text(1, ''), number(2, 13)])]);
}

const FLOAT = 1;
const INT64 = 7;

function value(name: string, type: number, dims: readonly (string | number)[]): Buffer[] {
  const shape = dims.map((dim) => message(1, [typeof dim === 'number' ? number(1, dim) : text(2, dim)]));
  return [text(1, name), message(2, [message(1, [number(1, type), message(2, shape)])])];
}

function varint(value: number): Buffer {
  const all: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 128) return Buffer.from([...all, left]);
    all.push((left & 127) | 128);
  }
}

function number(field: number, value_: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value_)]);
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

function text(field: number, content: string): Buffer {
  return bytes(field, Buffer.from(content));
}

function message(field: number, parts: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(parts));
}
