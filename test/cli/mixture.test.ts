import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mixtureView, packingView, promptDocument, statisticsView } from '../../server/protocol.ts';
import { sampleBench } from '../support/bench.ts';
import { commandLine } from '../support/command-line.ts';

const mixtureDocument = mixtureView.omit({ problems: true }).strict();

const packingDocument = packingView.omit({ tokens: true }).strict();

describe('heldout mixture, packing and stats', function () {
  this.timeout(60_000);
  let bench: ReturnType<typeof sampleBench>;
  const { heldout, json } = commandLine(() => bench.root);

  before(() => {
    bench = sampleBench();
    assert.equal(heldout('import').status, 0);
  });
  after(() => bench.remove());

  it('print shares, epochs and the first draws, which go on from any place', () => {
    const { collections, tasks, draws, examplesSeen } = json(
      mixtureDocument,
      ...['mixture', '--samples', '30', '--steps', '10', '--batch', '16', '--seed', '4'],
    );
    assert.equal(examplesSeen, 160);
    for (const rows of [collections, tasks]) {
      const total = rows.reduce((sum, { after }) => sum + after, 0);
      assert.ok(Math.abs(total - 1) < 1e-9);
    }
    assert.equal(draws.length, 30);
    const resumed = json(mixtureDocument, 'mixture', '--samples', '10', '--start', '20', '--seed', '4');
    assert.deepEqual(resumed.draws, draws.slice(20));
    const { stdout } = heldout('mixture', '--samples', '2', '--tasks');
    assert.match(stdout, /^promptsource +instruction +45 /mu);
    assert.match(stdout, /^0 tasks hit the cap of 4096 examples, of \d+ with \d+ examples$/mu);
  });

  it('print how the stream packs, and go on where a packing ended', () => {
    const tokenizer = join(bench.root, 'data/tokenizer.json');
    const pack = (...args: string[]) =>
      json(packingDocument, 'packing', '--tokenizer', tokenizer, '--length', '512', ...args);
    const first = pack('--sequences', '3');
    assert.equal(first.sequences.length, 3);
    for (const { documents, padding } of first.sequences) {
      assert.equal(documents.reduce((sum, { tokens }) => sum + tokens, 0) + padding, 512);
    }
    const [on] = pack('--sequences', '1', '--start', String(first.next)).sequences;
    assert.deepEqual(on, pack('--sequences', '4').sequences[3]);
    assert.match(
      heldout('packing', '--tokenizer', tokenizer, '--sequences', '2').stdout,
      /^\d+ examples in 2 sequences of 2048 tokens: [\d.]+ % padding, [\d.]+ % take loss, /mu,
    );
    const short = heldout('packing', '--tokenizer', tokenizer, '--length', '3');
    assert.equal(short.status, 2);
    assert.match(short.stderr, /^--length should be at least 16$/mu);
  });

  it('print Table 1 as JSON, as a table and as Markdown', () => {
    const tokenizer = join(bench.root, 'data/tokenizer.json');
    const view = json(statisticsView, 'stats', '--tokenizer', tokenizer, '--sample', '20');
    assert.deepEqual([view.unit, view.rows.length, view.total.tasks], ['tokens', 20, 47]);
    assert.match(heldout('stats', '--sample', '5').stdout, /^gsm8k +1 +1 +40 /mu);
    assert.match(heldout('stats', '--sample', '5', '--markdown').stdout, /^\| gsm8k \| 1 \| 1 \| 40 \|/mu);
    const missing = heldout('stats', '--tokenizer', 'nowhere.json');
    assert.equal(missing.status, 2);
    assert.match(
      missing.stderr,
      /^nowhere\.json: not a tokenizer: there is no such file; name a tokenizer\.json$/mu,
    );
  });

  it('print the prompt of a draw as MetaICL training puts it together', () => {
    const args = ['prompt', 'crossfit/word_opposites', '--shots', '2', '--seed', '1'];
    const plain = json(promptDocument, ...args);
    const metaicl = json(promptDocument, ...args, '--metaicl', 'suffix');
    assert.deepEqual(metaicl.demonstrations, plain.demonstrations);
    assert.equal(metaicl.source.split('\n\n\n').length, 3);
    assert.equal(metaicl.source.replaceAll('\n\n\n', '\n\n'), plain.source);
  });

  it('say what is wrong in the section mixture with file and line, and end with 2', () => {
    const file = join(bench.root, 'heldout.yaml');
    const before = readFileSync(file, 'utf8');
    const line = before.split('\n').findIndex((each) => each.includes('proportions:')) + 1;
    writeFileSync(file, before.replace('exmix: 2', 'exmx: 2'));
    const { status, stderr, stdout } = heldout('mixture', '--json');
    writeFileSync(file, before);
    assert.equal(status, 2);
    assert.match(
      stderr,
      new RegExp(`^heldout\\.yaml:${line}: no collection is called "exmx": did you mean "exmix"\\?$`, 'mu'),
    );
    assert.ok(mixtureDocument.parse(JSON.parse(stdout)).collections.length > 0);
  });
});
