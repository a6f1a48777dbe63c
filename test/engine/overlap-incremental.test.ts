import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Random, randomFor } from '../../server/base/random.ts';
import { importBench } from '../../server/catalog/import.ts';
import { findOverlap, overlapIsOld } from '../../server/engine/overlap-run.ts';
import { Session } from '../../server/engine/session.ts';

const quiet = { signal: new AbortController().signal, onStep: () => {} };
const BENCH = `collections:
  - { name: train, format: jsonl, path: train, use: train, fields: { input: text, target: answer } }
  - { name: held, format: jsonl, path: held, use: eval, fields: { input: text, target: answer } }
overlap: { ngram: 5 }
`;
const STEPS = Number(process.env.HELDOUT_FUZZ_RUNS ?? 25);

/** Words of few kinds, so that texts share grams by chance; at times a notice that many tasks share. */
function line(random: Random): string {
  const word = () => 'abcdef'[random.below(6)]!;
  const text = Array.from({ length: 3 + random.below(12) }, word).join(' ');
  const notice = random.below(4) === 0 ? ' this notice stands in many a task' : '';
  return JSON.stringify({ text: text + notice, answer: word() });
}

function lines(random: Random): string[] {
  return Array.from({ length: 1 + random.below(12) }, () => line(random));
}

/** All that a person may see of the pairs, in one order. */
function allOf(session: Session) {
  const overlap = session.catalog.overlap()!;
  const rows = overlap.pairs().map(({ figures, evidence }) => {
    const { train, eval: held } = figures;
    return {
      figures,
      evidence,
      shared: overlap.shared(train, held),
      groups: overlap.groups(train, held),
    };
  });
  const key = ({ figures }: { figures: { train: string; eval: string } }) =>
    `${figures.train} ${figures.eval}`;
  return rows.sort((x, y) => (key(x) < key(y) ? -1 : 1));
}

describe('overlap after edits', function () {
  this.timeout(300_000);
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'heldout-edits-'));
    for (const side of ['train', 'held']) mkdirSync(join(root, side));
    writeFileSync(join(root, 'heldout.yaml'), BENCH);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  async function upToDate(session: Session): Promise<void> {
    await importBench(session.bench, session.catalog, quiet);
    await findOverlap(session, quiet);
  }

  /** The same bench, read and scanned by another that knows nothing of it. */
  async function fromScratch() {
    const copy = mkdtempSync(join(tmpdir(), 'heldout-fresh-'));
    for (const part of ['train', 'held', 'heldout.yaml']) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    const session = new Session(copy, 'Ada <ada@example.org>');
    try {
      await upToDate(session);
      return allOf(session);
    } finally {
      session.close();
      rmSync(copy, { recursive: true, force: true });
    }
  }

  it('stands as a scan from scratch would find it, whatever was edited', async () => {
    const random = randomFor('edits');
    const path = (side: string, number: number) => join(root, side, `task${number}.jsonl`);
    for (let number = 0; number < 5; number++) {
      for (const side of ['train', 'held'])
        writeFileSync(path(side, number), `${lines(random).join('\n')}\n`);
    }
    let session = new Session(root, 'Ada <ada@example.org>');
    await upToDate(session);
    let pairs = 0;
    for (let step = 0; step < STEPS; step++) {
      const side = random.below(3) === 0 ? 'held' : 'train';
      const file = path(side, random.below(7));
      const what = random.below(5);
      if (!existsSync(file)) writeFileSync(file, `${lines(random).join('\n')}\n`);
      else if (what === 0) rmSync(file);
      else {
        const old = readFileSync(file, 'utf8').trimEnd().split('\n');
        old.splice(random.below(old.length), random.below(2), ...lines(random).slice(0, 2));
        writeFileSync(file, `${old.join('\n')}\n`);
      }
      if (!existsSync(path(side, 0))) writeFileSync(path(side, 0), `${line(random)}\n`);
      // Now and then by a process that has nothing in memory, or one without the files of earlier scans.
      if (random.below(4) === 0) {
        session.close();
        if (random.below(3) === 0)
          rmSync(join(root, '.heldout', 'overlap'), { recursive: true, force: true });
        session = new Session(root, 'Ada <ada@example.org>');
      }
      await upToDate(session);
      assert.equal(overlapIsOld(session), false);
      const found = allOf(session);
      assert.deepEqual(found, await fromScratch(), `step ${step}`);
      pairs += found.length;
    }
    session.close();
    assert.ok(pairs > STEPS, `${pairs} pairs`);
  });

  it('follows a collection from one side to the other', async () => {
    const shared = lines(randomFor('sides')).join('\n');
    for (const side of ['train', 'held']) writeFileSync(join(root, side, 'task.jsonl'), `${shared}\n`);
    mkdirSync(join(root, 'more'));
    writeFileSync(join(root, 'more', 'task.jsonl'), readFileSync(join(root, 'train', 'task.jsonl')));
    const bench = (use: string) =>
      BENCH.replace(
        'overlap:',
        `  - { name: more, format: jsonl, path: more, use: ${use}, fields: { input: text, target: answer } }\noverlap:`,
      );
    const ids = (session: Session) => allOf(session).map(({ figures }) => `${figures.train} ${figures.eval}`);
    for (const [use, other] of [
      ['train', 'eval'],
      ['eval', 'train'],
    ] as const) {
      writeFileSync(join(root, 'heldout.yaml'), bench(other));
      const before = new Session(root, 'Ada <ada@example.org>');
      await upToDate(before);
      before.close();
      writeFileSync(join(root, 'heldout.yaml'), bench(use));
      const session = new Session(root, 'Ada <ada@example.org>');
      assert.equal(overlapIsOld(session), true);
      await upToDate(session);
      const found = ids(session);
      session.close();
      assert.equal(
        found.some((pair) => pair.startsWith('more/')),
        use === 'train',
      );
      assert.equal(found.includes('train/task more/task'), use === 'eval');
      const whole = new Session(root, 'Ada <ada@example.org>');
      await findOverlap(whole, { ...quiet, ngram: 6 });
      await findOverlap(whole, quiet);
      assert.deepEqual(ids(whole), found);
      whole.close();
    }
  });
});
