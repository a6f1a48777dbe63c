import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tokensOf } from '../../server/overlap/normalise.ts';
import { text } from './corpora.ts';
import { words } from './reference.ts';

const said = (value: string) => tokensOf(value).map((token) => token.text);

describe('overlap: tokens', () => {
  it('lower-cases, deletes punctuation and splits on white space', () => {
    assert.deepEqual(said("Don't  STOP—now, “please”!\t$5_000\u3000x"), [
      'dont',
      'stopnow',
      'please',
      '5000',
      'x',
    ]);
    assert.deepEqual(said(' - ... \n'), []);
  });

  it('counts one token per character in scripts without spaces', () => {
    assert.deepEqual(said('日本語のword、カー กา'), ['日', '本', '語', 'の', 'word', 'カ', 'ー', 'ก', 'า']);
  });

  it('lower-cases each character by itself', () => {
    assert.deepEqual(said('ΟΔΟΣ İX \u212a \ud800a'), ['οδοσ', 'ix', 'k', '\ufffda']);
  });

  it('says the same as the reference of every character there is', () => {
    for (let code = 0; code < 0x110000; code++) {
      if (code === 0x40000) code = 0xe0000;
      const value = `a${String.fromCodePoint(code)}b`;
      assert.deepEqual(
        said(value),
        words({ text: value }).map((word) => word.text),
        code.toString(16),
      );
    }
  }).timeout(20_000);

  it('leaves its own output as it is', () => {
    fc.assert(
      fc.property(text, (value) => {
        const once = said(value);
        assert.deepEqual(said(once.join(' ')), once);
      }),
    );
  });

  it('knows where each token stands, in characters and in bytes', () => {
    fc.assert(
      fc.property(text, (value) => {
        for (const token of tokensOf(value)) {
          assert.deepEqual(said(value.slice(token.start, token.end)), [token.text]);
          assert.equal(Buffer.byteLength(value.slice(0, token.start)), token.byteStart);
          assert.equal(Buffer.byteLength(value.slice(0, token.end)), token.byteEnd);
        }
      }),
    );
  });
});
