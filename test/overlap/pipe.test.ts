import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { generate } from '../../bench/overlap/generate.ts';
import { keepIndex, readIndex } from '../../server/overlap/index/kept.ts';
import { scanJsonl } from '../../server/overlap/jsonl.ts';
import { indexFolder } from '../../server/overlap/jsonl-index.ts';
import { mergeHits } from '../../server/overlap/pipe/merge.ts';
import { pipe } from '../../server/overlap/pipe/pipe.ts';
import { pipeEnd, pipeHit } from '../../server/protocol.ts';
import { PROJECT } from '../support/bench.ts';
import { jsonl } from './corpora.ts';

const CLI = join(PROJECT, 'server/cli.ts');
const HELDOUT = `${process.execPath} ${CLI} overlap`;

function sh(command: string, cwd: string): string {
  return execFileSync('sh', ['-c', `set -e\n${command}`], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('overlap: pipe', function () {
  this.timeout(180_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heldout-pipe-'));
    for (const side of ['train', 'eval']) mkdirSync(join(folder, side));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const local = async (n = 13) =>
    (await scanJsonl({ trainDir: join(folder, 'train'), evalDir: join(folder, 'eval'), n, workers: 1 }))
      .pairs;

  it('by many processes of a shell gives the pairs of one scan', async function () {
    if (process.platform === 'win32') this.skip();
    generate({ folder, bytes: 1_500_000, grams: 20_000, seed: 9, tasks: 2 });
    const expected = await local();
    assert.ok(expected.length > 2);
    const said = sh(
      `${HELDOUT} --eval-jsonl eval --save-index eval.index
      mkdir pieces
      for file in train/*.jsonl; do split -n l/2 $file pieces/$(basename $file .jsonl)--; done
      ls pieces/* | xargs -P 4 -I FILE sh -c '
        task=$(basename FILE); ${HELDOUT} --pipe --index eval.index --train \${task%%--*} <FILE >FILE.hits'
      ${HELDOUT} --merge pieces/*.hits --index eval.index --json >merged.json 2>merged.log
      cat merged.log`,
      folder,
    );
    const merged = JSON.parse(readFileSync(join(folder, 'merged.json'), 'utf8')) as { pairs: unknown };
    assert.deepEqual(merged.pairs, expected);
    assert.match(said, /\d+ records of 4 processes, 0 left out/);
  });

  it('says which record holds what, and merges to the same pairs, for any JSONL in any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(jsonl, { minLength: 2, maxLength: 2 }),
        fc.constantFrom(1, 3, 6),
        fc.array(fc.nat(), { maxLength: 5 }),
        async ([train, other], n, cuts) => {
          // Held-out lines within the train text, so that there is something to find.
          const text = Buffer.concat([train!, Buffer.from('\n'), other!]);
          writeFileSync(join(folder, 'train/t.jsonl'), text);
          writeFileSync(join(folder, 'eval/e.jsonl'), other!);
          const index = join(folder, 'index.bin');
          const signal = new AbortController().signal;
          const held = await indexFolder(join(folder, 'eval'), n, { signal, onStep: () => {} });
          keepIndex(index, held.index);
          const places = [0, ...cuts.map((cut) => cut % text.length).sort((x, y) => x - y), text.length];
          const written: string[] = [];
          const faults: number[] = [];
          const end = await pipe({
            index: readIndex(index),
            train: 't',
            input: (async function* () {
              for (let at = 0; at + 1 < places.length; at++) yield text.subarray(places[at], places[at + 1]);
            })(),
            write: async (lines) => void written.push(lines),
            onSkip: (line) => faults.push(line),
          });
          const lines = written.join('').trimEnd().split('\n');
          assert.deepEqual(pipeEnd.parse(JSON.parse(lines.pop()!)), end);
          assert.equal(end.skipped, faults.length);
          const source = text.toString('latin1').split('\n');
          for (const line of lines) {
            const hit = pipeHit.parse(JSON.parse(line));
            const record = source[hit.line - 1]!.replace(hit.line === 1 ? /^\xef\xbb\xbf/ : '', '');
            assert.equal(text.toString('latin1', hit.offset, hit.offset + record.length), record);
            assert.ok(!faults.includes(hit.line));
            assert.ok(hit.eval.e!.length > 0);
          }
          writeFileSync(join(folder, 'hits'), written.join(''));
          const merged = await mergeHits(readIndex(index), [join(folder, 'hits')], signal);
          assert.deepEqual(merged.pairs, await local(n));
        },
      ),
      { numRuns: Number(process.env.HELDOUT_FUZZ_RUNS ?? 30) },
    );
  });

  it('names what is wrong with its index or its hits, in one line', async () => {
    const signal = new AbortController().signal;
    writeFileSync(join(folder, 'eval/e.jsonl'), '{"text":"a b c d"}\n');
    const saved = join(folder, 'i.bin');
    const { index } = await indexFolder(join(folder, 'eval'), 3, { signal, onStep: () => {} });
    keepIndex(saved, index);
    const bytes = readFileSync(saved);
    const written: string[] = [];
    await pipe({
      index: readIndex(saved),
      train: 't',
      input: (async function* () {
        yield Buffer.from('{"text":"A. b. c"}');
      })(),
      write: async (lines) => void written.push(lines),
      onSkip: () => {},
    });
    const [hit, end] = written.map((line) => line.trimEnd()) as [string, string];
    assert.deepEqual(JSON.parse(hit), {
      train: 't',
      line: 1,
      offset: 0,
      entries: [[0, 1]],
      eval: { e: [0] },
    });

    const unusable = /: not an index of this version, or cut off; make it again with --save-index$/;
    const broken: [string, Buffer | undefined, RegExp][] = [
      ['gone', undefined, /gone: there is no such index/],
      ['none', Buffer.from('not an index'), unusable],
      ['cut', bytes.subarray(0, -1), unusable],
      ['old', Buffer.from(bytes.toString('latin1').replace('jsonl/', 'jsonl/0'), 'latin1'), unusable],
    ];
    for (const [name, content, message] of broken) {
      if (content) writeFileSync(join(folder, name), content);
      assert.throws(() => readIndex(join(folder, name)), message);
    }
    const hits: [string, RegExp][] = [
      [`${hit}\n`, /"t" has hits of 1 records, but only 0 were read/],
      [`${hit}\n${hit}\n${end}\n`, /"t" has hits of 2 records, but only 1 were read/],
      [`${end}\n${hit.slice(0, 20)}`, /hits:2: not a line that "overlap --pipe" wrote/],
      [end.replace(/"index":"./, '"index":"x'), /hits:1: these hits are of another index/],
      [hit.replace('[[0,1]]', '[[0,9]]'), /hits:1: these hits are of another index/],
    ];
    for (const [content, message] of hits) {
      writeFileSync(join(folder, 'hits'), content);
      await assert.rejects(mergeHits(readIndex(saved), [join(folder, 'hits')], signal), message);
    }
    await assert.rejects(
      mergeHits(readIndex(saved), [join(folder, 'no-hits')], signal),
      /there are no such hits/,
    );
    const { status, stderr, stdout } = spawnSync(process.execPath, [CLI, 'overlap', '--pipe'], {
      encoding: 'utf8',
      input: '',
    });
    assert.deepEqual(
      [status, stderr, stdout],
      [2, '--pipe needs --index, a file that --save-index wrote\n', ''],
    );
  });
});
