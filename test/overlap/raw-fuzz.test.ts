import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { buildKernel } from '../../scripts/build-kernel.mjs';
import { Pairing } from '../../server/overlap/figures.ts';
import { indexEval } from '../../server/overlap/index/eval-index.ts';
import { lineNumbers } from '../../server/overlap/lines.ts';
import { joinMatches } from '../../server/overlap/matches.ts';
import { Scanner } from '../../server/overlap/scanner.ts';
import { evalSource, lookAt } from '../../server/overlap/task-files.ts';
import { jsonl } from './corpora.ts';
import { expected, taskOf } from './plain.ts';

const never = new AbortController().signal;
const KERNELS = ['webassembly', 'javascript'] as const;

/** Lines of one file that stand in the other as well, so that there is something to find. */
const copies = fc.array(fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 })), { maxLength: 6 });

function withCopies(train: Buffer, held: Buffer, places: readonly (readonly [number, number])[]): Buffer {
  const lines = held.toString('latin1').split('\n');
  const own = train.toString('latin1').split('\n');
  for (const [from, to] of places) own.splice(to % (own.length + 1), 0, lines[from % lines.length]!);
  return Buffer.from(own.join('\n'), 'latin1');
}

describe('overlap: raw JSONL against the plain reference', function () {
  this.timeout(0);
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'heldout-fuzz-'));
    await buildKernel();
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Compares both kernels, the file cut in two at a byte, with the reference: pairs and faulty lines. */
  async function compare(train: Buffer, held: Buffer, n: number, cut: number): Promise<number> {
    const [trainFile, evalFile] = [join(folder, 't.jsonl'), join(folder, 'e.jsonl')];
    writeFileSync(trainFile, train);
    writeFileSync(evalFile, held);
    const [t, e] = [taskOf('t', train), taskOf('e', held)];
    const faults: number[] = [];
    const file = { task: 'e', path: evalFile, ...(await lookAt(evalFile)) };
    const index = await indexEval([evalSource(file, ({ line }) => faults.push(line))], n, never);
    assert.deepEqual(faults, e.faults);
    const pairs = expected([t.task], [e.task], n);
    const middle = cut % (train.length + 1);
    for (const kernel of KERNELS) {
      const scanner = new Scanner(index.memory, n, kernel);
      const parts = [
        scanner.scanFile(trainFile, 0, middle),
        scanner.scanFile(trainFile, middle, train.length),
      ];
      const matches = joinMatches(
        parts.map((part) => part.matches),
        'anew',
      );
      const found = new Pairing(index).pairs('t', matches.examples, matches);
      assert.deepEqual(
        found.map(({ figures }) => figures),
        pairs,
        kernel,
      );
      const offsets = parts.flatMap((part) => part.faults.map(({ offset }) => offset));
      assert.deepEqual(await lineNumbers(trainFile, offsets), t.faults, kernel);
    }
    return pairs.length;
  }

  it('gives the same pairs and names the same lines for 1,000 seeds', async () => {
    let sharing = 0;
    await fc.assert(
      fc.asyncProperty(
        jsonl,
        jsonl,
        copies,
        fc.constantFrom(1, 3, 5, 6, 7, 8, 13),
        fc.nat(),
        async (train, held, places, n, cut) => {
          sharing += await compare(withCopies(train, held, places), held, n, cut);
        },
      ),
      { numRuns: Number(process.env.HELDOUT_FUZZ_RUNS ?? 1000) },
    );
    assert.ok(sharing > 0);
  });

  it('does so with words of a megabyte', async () => {
    const word = fc.constantFrom('x', 'é', '日', '-', '\\u00e9', '\\ud83d\\ude00', '\\n');
    await fc.assert(
      fc.asyncProperty(jsonl, jsonl, word, fc.nat(), async (train, held, unit, cut) => {
        const long = unit.repeat(Math.ceil(2 ** 20 / Buffer.byteLength(unit)));
        const line = Buffer.from(`{"text":"a b c ${long} d e f the cat the cat"}\n`);
        const files = [train, held].map((file) => Buffer.concat([line, file])) as [Buffer, Buffer];
        assert.ok((await compare(...files, 3, cut)) > 0);
      }),
      { numRuns: 4 },
    );
  });
});
