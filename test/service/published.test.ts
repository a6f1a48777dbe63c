import assert from 'node:assert/strict';
import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver';
import { PublishedDiagnostics } from '../../server/service/published.ts';

function one(message: string): Diagnostic {
  return { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }, message };
}

describe('published diagnostics', () => {
  const sent: PublishDiagnosticsParams[] = [];
  const messages = (uri: string) =>
    sent
      .filter((params) => params.uri === uri)
      .at(-1)
      ?.diagnostics.map(({ message }) => message);
  let published: PublishedDiagnostics;
  beforeEach(() => {
    sent.length = 0;
    published = new PublishedDiagnostics({
      sendDiagnostics: async (params) => void sent.push(params),
    });
  });

  it('are the sum of what each owner says of a file', () => {
    published.set('problems', 'file:///a', [one('p')]);
    published.set('overlap', 'file:///a', [one('o'), one('o2')]);
    assert.deepEqual(messages('file:///a'), ['p', 'o', 'o2']);
    published.set('problems', 'file:///a', [one('q')]);
    assert.deepEqual(messages('file:///a'), ['q', 'o', 'o2']);
    published.set('overlap', 'file:///a', []);
    assert.deepEqual(messages('file:///a'), ['q']);
    published.set('problems', 'file:///a', []);
    assert.deepEqual(messages('file:///a'), []);
  });

  it('of one file are one list, however its address is escaped', () => {
    published.set('problems', 'file:///a/b(1)+c%20d', [one('p')]);
    published.set('overlap', 'file:///a/b%281%29%2Bc%20d', [one('o')]);
    assert.deepEqual(messages(sent[0]!.uri), ['p', 'o']);
  });

  it('are sent only where something is said or taken back', () => {
    published.set('overlap', 'file:///a', []);
    published.clear('overlap');
    assert.equal(sent.length, 0);
  });

  it('of one owner are taken back from every file', () => {
    published.set('problems', 'file:///a', [one('p')]);
    published.set('overlap', 'file:///a', [one('o')]);
    published.set('overlap', 'file:///b', [one('o')]);
    published.clear('overlap');
    assert.deepEqual([messages('file:///a'), messages('file:///b')], [['p'], []]);
  });
});
