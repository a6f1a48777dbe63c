import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../server/base/problem.ts';
import { EmbeddedSimilarity } from '../../server/curation/proposal/embedded-similarity.ts';
import { EmbeddingModel } from '../../server/curation/proposal/embedding-model.ts';
import { propose } from '../../server/curation/proposal/propose.ts';
import { Vocabulary } from '../../server/curation/proposal/vocabulary.ts';
import { categoryProposals } from '../../server/engine/category-proposals.ts';
import { importedSession, quiet } from '../support/bench.ts';
import { writeTinyEmbedder } from '../support/tiny-embedder.ts';

const MEANINGS = [
  ['ferry', 'vessel', 'harbour', 'moor', 'dock', 'quay'],
  ['apple', 'pear', 'orchard', 'graft', 'prune', 'fruit'],
];

/** Two tasks that a person placed, and one of other words with the meaning of the first. */
const BENCH = `collections:
  - { name: notes, format: natural-instructions, path: notes }
categories: taxonomy.yaml
`;

describe('an embedding model in the proposal of categories', function () {
  this.timeout(30_000);
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'heldout-embeddings-'));
    mkdirSync(join(root, 'notes'));
    const note = (name: string, definition: string) =>
      writeFileSync(
        join(root, 'notes', `${name}.json`),
        JSON.stringify({
          Definition: [definition],
          Categories: [],
          'Positive Examples': [],
          Instances: [{ id: name, input: 'a note', output: ['a line'] }],
        }),
      );
    note('task001_ropework', 'Ferry harbour moor.');
    note('task002_pomology', 'Apple orchard graft.');
    note('task003_berthing', 'Vessel quay dock.');
    writeFileSync(
      join(root, 'taxonomy.yaml'),
      'categories:\n  Boats: { tasks: [notes/task001_ropework] }\n  Gardens: { tasks: [notes/task002_pomology] }\n',
    );
    writeFileSync(join(root, 'heldout.yaml'), BENCH);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  async function proposed(): Promise<{ category: string | null; kinds: string[] }> {
    const session = await importedSession(root);
    try {
      const { tasks } = await categoryProposals(session, quiet());
      const one = tasks.find(({ task }) => task === 'notes/task003_berthing')!;
      return { category: one.proposed, kinds: one.evidence.map(({ kind }) => kind) };
    } finally {
      session.close();
    }
  }
  const name = (folder: string) =>
    writeFileSync(join(root, 'heldout.yaml'), `${BENCH}embeddings: ${folder}\n`);

  it('finds the task that means the same in other words, which words alone do not', async () => {
    assert.deepEqual(await proposed(), { category: null, kinds: [] });
    writeTinyEmbedder(join(root, 'models/tiny'), MEANINGS);
    name('models/tiny');
    assert.deepEqual(await proposed(), { category: 'Boats', kinds: ['similar'] });
  });

  it('takes the mean over the tokens, as a unit vector', async () => {
    writeTinyEmbedder(join(root, 'tiny'), MEANINGS);
    const model = await EmbeddingModel.load(join(root, 'tiny'));
    const embedding = await model.embed('ferry vessel pear');
    const [two, one] = [2 / Math.sqrt(5), 1 / Math.sqrt(5)];
    for (const [at, value] of [0, two, one].entries()) assert.ok(Math.abs(embedding[at]! - value) < 1e-6);
    const long = await model.embed('ferry '.repeat(5000));
    assert.ok(Math.abs(long[1]! - 1) < 1e-6);
  });

  it('takes the first token, and as many tokens, where the model’s own settings say so', async () => {
    const tiny = join(root, 'tiny');
    writeTinyEmbedder(tiny, MEANINGS);
    mkdirSync(join(tiny, '1_Pooling'));
    const pooling = (settings: object) =>
      writeFileSync(join(tiny, '1_Pooling/config.json'), JSON.stringify(settings));
    const ofFerry = async (text: string) => (await (await EmbeddingModel.load(tiny)).embed(text))[1]!;
    pooling({ pooling_mode_mean_tokens: true, pooling_mode_cls_token: false });
    assert.ok((await ofFerry('ferry pear pear')) < 0.5);
    pooling({ pooling_mode_mean_tokens: false, pooling_mode_cls_token: true });
    assert.equal(await ofFerry('ferry pear pear'), 1);
    assert.equal(await ofFerry('pear ferry ferry'), 0);
    rmSync(join(tiny, '1_Pooling'), { recursive: true });
    writeFileSync(join(tiny, 'sentence_bert_config.json'), '{"max_seq_length": 3}');
    // The first two and the last of the tokens.
    assert.ok(Math.abs((await ofFerry('ferry ferry pear pear ferry')) - 1) < 1e-6);
    mkdirSync(join(tiny, '1_Pooling'));
    pooling({ pooling_mode_mean_tokens: false, pooling_mode_cls_token: false });
    await assert.rejects(
      EmbeddingModel.load(tiny),
      /1_Pooling\/config\.json: pools in a way that is not known/u,
    );
    pooling({ pooling_mode_cls_token: 'yes' });
    await assert.rejects(EmbeddingModel.load(tiny), /1_Pooling\/config\.json: can't be read/u);
  });

  it('is compared with the names of categories too: no task needs to be placed', async () => {
    writeTinyEmbedder(join(root, 'tiny'), [...MEANINGS, ['riddles', 'conundrum', 'puzzler']]);
    const model = await EmbeddingModel.load(join(root, 'tiny'));
    const asked = { id: 'c/one', name: 'conundrum', tags: [], sources: [], instruction: '' };
    const categories = [
      { category: 'Boats', names: ['ferry', 'quay'] },
      { category: 'Riddles', names: ['riddles', 'puzzler'] },
    ];
    const similarity = await EmbeddedSimilarity.of(model, [], categories, [asked], async () => {});
    const found = propose(asked, new Vocabulary(), similarity);
    assert.deepEqual([found?.category, found?.evidence[0]?.quote], ['Riddles', 'Riddles']);
    // Another name of a category is no second vote for it.
    assert.equal(similarity.like(asked, 5).filter(({ id }) => id === 'Riddles').length, 1);
  });

  it('says in one line what is missing or wrong', async () => {
    const fails = async (message: RegExp) => {
      await assert.rejects(proposed(), (error) => {
        assert.ok(error instanceof InputError, String(error));
        assert.match(error.toString(), message);
        assert.doesNotMatch(error.toString(), /\n/u);
        return true;
      });
    };
    name('nowhere');
    await fails(/nowhere: holds no model\.onnx/u);
    const tiny = join(root, 'tiny');
    name('tiny');
    writeTinyEmbedder(tiny, MEANINGS);
    rmSync(join(tiny, 'tokenizer.json'));
    await fails(/tokenizer\.json: is not there/u);
    writeFileSync(join(tiny, 'tokenizer.json'), '{"model": 3}');
    await fails(/tokenizer\.json: is no tokenizer/u);
    writeTinyEmbedder(tiny, MEANINGS, { rows: 2 });
    await fails(/can't embed a text .*is the tokenizer\.json its own\?/u);
    writeFileSync(join(tiny, 'model.onnx'), 'weights');
    await fails(/model\.onnx: is no ONNX model/u);
  });
});
