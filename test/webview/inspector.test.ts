import assert from 'node:assert/strict';
import type { InstanceView, Segment } from '../../server/protocol.ts';
import { countParts, runsOf, targetRanges } from '../../webview/inspector/runs.ts';
import { fieldsOf, letterOf } from '../../webview/shared/fields.ts';

const shown: Segment[] = [
  { text: 'Is it so? ', origin: 'demonstration' },
  { text: 'A:', origin: 'demonstration' },
  { text: ' ', origin: 'demonstration' },
  { text: 'so', origin: 'demonstration' },
  { text: '\n\n', origin: 'demonstration' },
];

const view: InstanceView = {
  task: 'c/t',
  example: 0,
  examples: 3,
  template: 'default',
  templates: ['default'],
  shots: 1,
  seed: 0,
  source: [
    { text: 'Answer.\n\n', origin: 'definition' },
    ...shown,
    { text: 'The ferry', origin: 'field', field: 'passage' },
    { text: ' goes? ', origin: 'template' },
    { text: 'When', origin: 'field', field: 'question' },
    { text: ' A:', origin: 'delimiter' },
  ],
  target: [{ text: 'noon', origin: 'field', field: 'answer' }],
  demonstrations: [
    {
      example: 2,
      source: [{ text: 'Is it so? ', origin: 'field', field: 'question' }],
      target: [{ text: 'so', origin: 'field', field: 'answer' }],
    },
  ],
  candidates: null,
  references: ['noon'],
  delimiter: 'A:',
  loss: [],
  tokens: { unit: 'words', source: 12, target: 1, segments: [1, 3, 1, 0, 1, 0, 2, 1, 1, 1] },
};

describe('the parts of a prompt', () => {
  it('put neighbouring demonstrations together and keep every other segment in its place', () => {
    const runs = runsOf(view);
    assert.deepEqual(
      runs.map((run) => [run.kind, run.parts.length, run.tokens]),
      [
        ['text', 1, 1],
        ['demonstrations', 5, 5],
        ['text', 1, 2],
        ['text', 1, 1],
        ['text', 1, 1],
        ['text', 1, 1],
      ],
    );
    const text = view.source.map((segment) => segment.text).join('');
    for (const { segment, start } of runs.flatMap((run) => run.parts)) {
      assert.ok(text.startsWith(segment.text, start));
    }
  });

  it('are counted by field and origin, all of them', () => {
    const parts = countParts(view);
    assert.equal(
      parts.reduce((sum, part) => sum + part.tokens, 0),
      view.tokens.segments.reduce((sum, count) => sum + count, 0),
    );
    assert.deepEqual(
      parts.map((part) => part.name),
      ['definition', 'demonstration', 'passage', 'template', 'question', 'delimiter'],
    );
  });

  it('letter the fields in the order they are read', () => {
    assert.deepEqual(fieldsOf([...view.source, ...view.target]), ['passage', 'question', 'answer']);
    assert.deepEqual([0, 25, 26, 27].map(letterOf), ['A', 'Z', 'A1', 'B1']);
  });

  it('find a demonstration’s target after its source, not a like word inside it', () => {
    const text = shown.map((segment) => segment.text).join('');
    const [[start, end] = [0, 0]] = targetRanges(view, text);
    assert.equal(text.slice(start, end), 'so');
    assert.equal(start, text.lastIndexOf('so'));
  });
});
