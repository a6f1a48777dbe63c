import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mixedTasks, trainingInstances } from '../../server/engine/mixed-tasks.ts';
import { packingView } from '../../server/engine/packing-view.ts';
import type { Session } from '../../server/engine/session.ts';
import { trainingText } from '../../server/prompts/instances.ts';
import { loadTokenizer } from '../../server/prompts/tokens.ts';
import { packingQuery } from '../../server/protocol.ts';
import { importedSession, quiet, sampleBench } from '../support/bench.ts';

describe('packing of a bench', function () {
  this.timeout(30_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;
  let tokenizer: string;

  before(async () => {
    bench = sampleBench();
    tokenizer = join(bench.root, 'data/tokenizer.json');
    session = await importedSession(bench.root);
  });
  after(() => {
    session.close();
    bench.remove();
  });

  const view = (query = {}) => packingView(session, packingQuery.parse({ tokenizer, ...query }), quiet());

  it('packs the training stream, and says where the next sequence begins', async () => {
    const first = await view({ sequences: 4, length: 512 });
    const draws = first.sequences.flatMap(({ documents }) => documents.map(({ draw }) => draw.index));
    assert.equal(first.examples, draws.length);
    assert.equal(first.next - first.failed, draws.length);
    const second = await view({ sequences: 4, length: 512, start: first.next });
    assert.equal(second.sequences[0]!.documents[0]!.draw.index, first.next);
    const whole = await view({ sequences: 8, length: 512 });
    assert.deepEqual([...first.sequences, ...second.sequences], whole.sequences);
  });

  it('gives the text of each example back from its tokens, and the target from those with loss', async () => {
    const packed = await view({ sequences: 3, length: 300, show: 1 });
    const { documents } = packed.sequences[1]!;
    const mixed = await mixedTasks(session, { seed: 0, ...quiet() });
    const { separator } = loadTokenizer(tokenizer);
    for (const [at, { draw, tokens, cut, start, loss }] of documents.entries()) {
      const own = packed.tokens.filter(({ document }) => document === at);
      assert.equal(own.length, tokens);
      assert.equal(own.at(-1)!.text, separator.token);
      const { value } = await trainingInstances(session, mixed, draw.index).next();
      const { instance } = value!;
      const text = trainingText(instance!);
      if (cut === 0)
        assert.equal(
          own
            .slice(0, -1)
            .map((token) => token.text)
            .join(''),
          text,
        );
      const target = text.slice(instance!.loss[0]![0]);
      const lost = own
        .filter((token) => token.loss)
        .map((token) => token.text)
        .join('');
      assert.equal(lost.trimStart(), target + separator.token, draw.task);
      assert.deepEqual(
        loss.map(([from, to]) => [from - start, to - start]),
        [[own.findIndex((token) => token.loss), tokens]],
      );
    }
  });

  it('cuts long examples from the left and keeps their targets', async () => {
    const { sequences, truncated, padding, loss } = await view({ sequences: 6, length: 24 });
    assert.ok(truncated > 0 && padding >= 0 && padding < 1 && loss > 0 && loss < 1);
    for (const { documents } of sequences) {
      for (const document of documents) {
        assert.equal(document.loss.at(-1)![1], document.start + document.tokens);
      }
    }
  });

  it('says which tokenizer is missing', async () => {
    await assert.rejects(view({ tokenizer: '/no/such/tokenizer.json' }), /no\/such\/tokenizer\.json/);
  });
});
