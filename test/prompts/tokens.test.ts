import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { tokenOffsets } from '../../server/prompts/token-offsets.ts';
import { loadTokenizer } from '../../server/prompts/tokens.ts';
import { PROJECT } from '../support/bench.ts';

const SAMPLE = join(PROJECT, 'samples/data/tokenizer.json');

describe('tokens', () => {
  it('cut a text into what the sample’s merges make of it', () => {
    const text = 'The ferry to Marrowdale\nAnswer: 12 über';
    const { ids, offsets } = loadTokenizer(SAMPLE).encode(text);
    const parts = offsets.map(([start, end]) => text.slice(start, end));
    assert.deepEqual(parts.slice(0, 3), ['The', ' ferry', ' to']);
    // A character of two bytes that no merge joins is two tokens, and each stands for it.
    assert.deepEqual(parts.filter((part) => part.includes('ü')).slice(-2), ['ü', 'ü']);
    assert.equal(ids.length, loadTokenizer(SAMPLE).count(text));
    assert.deepEqual(loadTokenizer(SAMPLE).separator, { id: 2, token: '</s>' });
  });

  it('of a byte-level tokenizer cover the text without a gap, in order', () => {
    const tokenizer = loadTokenizer(SAMPLE);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const { offsets } = tokenizer.encode(text);
        let covered = 0;
        for (const [start, end] of offsets) {
          assert.ok(start <= covered && end >= covered && end > start, JSON.stringify(text));
          covered = end;
        }
        assert.equal(covered, text.length);
      }),
    );
  });

  it('of other tokenizers are found again in the text', () => {
    const parts = (text: string, tokens: string[], script: Partial<Parameters<typeof tokenOffsets>[2]>) =>
      tokenOffsets(text, tokens, { byteLevel: false, added: new Set(), ...script }).map(([start, end]) =>
        text.slice(start, end),
      );
    assert.deepEqual(parts('A big  cat', ['▁A', '▁b', 'ig', '▁', '▁cat'], {}), ['A', 'b', 'ig', ' ', 'cat']);
    assert.deepEqual(parts('Unhappily so.', ['un', '##happi', '##ly', 'so', '.'], { continuing: '##' }), [
      'Un',
      'happi',
      'ly',
      'so',
      '.',
    ]);
    assert.deepEqual(parts('a 🙂🙂 b', ['a', '[UNK]', 'b'], {}), ['a', ' 🙂🙂 ', 'b']);
    assert.deepEqual(parts('so</s>it', ['so', '</s>', 'it'], { added: new Set(['</s>']) }), [
      'so',
      '</s>',
      'it',
    ]);
  });

  it('fail with the file’s name where it is no tokenizer, or names no end of a text', () => {
    const folder = mkdtempSync(join(tmpdir(), 'heldout-tokenizer-'));
    const file = join(folder, 'tokenizer.json');
    try {
      writeFileSync(file, '{"model": {"type": "Unheard"}}');
      assert.throws(() => loadTokenizer(file), { message: /not a tokenizer/, file });
      const model = { type: 'WordLevel', vocab: { a: 0, '<unk>': 1 }, unk_token: '<unk>' };
      const bare = {
        version: '1.0',
        added_tokens: [],
        normalizer: null,
        pre_tokenizer: { type: 'Whitespace' },
        post_processor: null,
        decoder: null,
        model,
      };
      writeFileSync(file, JSON.stringify(bare));
      assert.throws(() => loadTokenizer(file).separator, { message: /no token that ends a text/, file });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('begin with what the tokenizer puts before any text, once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'heldout-tokenizer-'));
    const file = join(folder, 'tokenizer.json');
    try {
      const document = JSON.parse(readFileSync(SAMPLE, 'utf8')) as object;
      const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
      const post_processor = {
        type: 'TemplateProcessing',
        single: [special('<s>'), { Sequence: { id: 'A', type_id: 0 } }, special('</s>')],
        pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 0 } }],
        special_tokens: {
          '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] },
          '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] },
        },
      };
      writeFileSync(file, JSON.stringify({ ...document, post_processor }));
      const [plain, own] = [loadTokenizer(SAMPLE), loadTokenizer(file)];
      for (const text of ['', 'The well is dry.', ' a', '</s>x']) {
        assert.deepEqual(own.ids(text), plain.ids(text));
        assert.deepEqual(own.promptIds(text), [0, ...plain.ids(text)], text);
        assert.deepEqual(plain.promptIds(text), plain.ids(text));
      }
      assert.deepEqual(own.promptIds('<s>The well'), [0, ...plain.ids('The well')]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
