import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { buildKernel } from '../../scripts/build-kernel.mjs';
import { indexEval, sizeOf } from '../../server/overlap/index/eval-index.ts';
import { loadIndex, saveIndex } from '../../server/overlap/index/file.ts';
import { joinMatches } from '../../server/overlap/matches.ts';
import { Scanner } from '../../server/overlap/scanner.ts';
import type { DocumentSource } from '../../server/overlap/types.ts';
import { jsonl, text } from './corpora.ts';

function task(name: string, texts: readonly string[]): DocumentSource {
  return {
    task: name,
    examples: texts.length,
    async *documents() {
      for (const [example, one] of texts.entries()) yield { example, document: { text: one } };
    },
  };
}

const never = new AbortController().signal;

describe('overlap: kernels', () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'heldout-kernels-'));
    await buildKernel();
  }).timeout(0);
  after(() => rmSync(folder, { recursive: true }));

  it('find the same in any file, cut at any byte', async () => {
    const path = join(folder, 'train.jsonl');
    await fc.assert(
      fc.asyncProperty(
        jsonl,
        fc.array(text, { maxLength: 6 }),
        fc.constantFrom(1, 4, 6, 7, 13),
        fc.array(fc.nat(), { maxLength: 3 }),
        async (file, texts, n, cuts) => {
          const lines = file.toString('latin1').split('\n').slice(0, 4);
          const copied = lines.map((line) => Buffer.from(line, 'latin1').toString('utf8'));
          const index = await indexEval([task('e', [...texts, ...copied])], n, never);
          writeFileSync(path, file);
          const whole = new Scanner(index.memory, n, 'javascript').scanFile(path, 0, file.length);
          const scanner = new Scanner(index.memory, n, 'webassembly');
          assert.deepEqual(scanner.scanFile(path, 0, file.length), whole);
          const ends = [...cuts.map((cut) => cut % (file.length + 1)), file.length].sort((x, y) => x - y);
          let from = 0;
          const parts = ends.map((to) => {
            const part = scanner.scanFile(path, from, to);
            from = to;
            return part;
          });
          assert.deepEqual(
            joinMatches(
              parts.map((part) => part.matches),
              'anew',
            ),
            whole.matches,
          );
          assert.deepEqual(
            parts.flatMap((part) => part.faults),
            whole.faults,
          );
        },
      ),
      { numRuns: Number(process.env.HELDOUT_FUZZ_RUNS ?? 150) },
    );
  }).timeout(0);

  it('read records larger than their buffer, and words of a megabyte', async () => {
    const word = 'x'.repeat(1 << 20);
    const long = Array.from({ length: 300_000 }, (_, at) => `word${at % 977}`).join(' ');
    const index = await indexEval(
      [task('e', [`${word} a b c d e f`, 'g h i j k l', long.slice(0, 400)])],
      6,
      never,
    );
    const path = join(folder, 'long.jsonl');
    writeFileSync(
      path,
      [`one ${word} A, b! c d e F`, '', long, 'G H I J K L']
        .map((text) => JSON.stringify({ text }))
        .join('\n'),
    );
    const results = (['javascript', 'webassembly'] as const).map((kernel) =>
      new Scanner(index.memory, 6, kernel).scanFile(path, 0, 1 << 30),
    );
    assert.deepEqual(results[0], results[1]);
    assert.equal(results[0]!.matches.examples, 4);
    assert.deepEqual([...new Set(results[0]!.matches.firsts)].sort(), [0, 2, 3]);
  }).timeout(20_000);

  it('have room for text whose words are all alike', async () => {
    const texts = Array.from({ length: 500 }, (_, at) =>
      Array.from({ length: 22 }, (_, word) => (word < 13 ? 'the' : `e${at}x${word - 13}`)).join(' '),
    );
    const index = await indexEval([task('e', texts)], 13, never);
    assert.equal(sizeOf(index).grams, 4501);
  });

  it('load a saved index, and refuse one that is cut off, changed or saved under another key', async () => {
    const index = await indexEval([task('e', ['a b c d e f g h', 'short'])], 3, never);
    const path = join(folder, 'index.bin');
    saveIndex(path, 'key', ['mark'], index);
    assert.equal(loadIndex(path, 'other'), undefined);
    assert.equal(loadIndex(join(folder, 'none.bin'), 'key'), undefined);
    const loaded = loadIndex(path, 'key')!;
    assert.deepEqual(loaded.tasks, index.tasks);
    const train = join(folder, 'short.jsonl');
    writeFileSync(train, '{"text":"x c d e"}\n{"text":"Short!"}\n');
    const scan = (memory: WebAssembly.Memory) => new Scanner(memory, 3).scanFile(train, 0, 100).matches;
    assert.equal(scan(index.memory).entries.length, 2);
    assert.deepEqual(scan(loaded.memory), scan(index.memory));
    writeFileSync(path, Buffer.from('HELDOUTX????'));
    assert.equal(loadIndex(path, 'key'), undefined);
    assert.ok(existsSync(path));
  });
});
