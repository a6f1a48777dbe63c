import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { pythonString } from '../../server/collections/python-literal.ts';
import { jsonTexts } from '../../server/engine/live/json-texts.ts';
import type { Piece, PieceText } from '../../server/engine/live/pieces.ts';
import { csvTexts, tsvTexts } from '../../server/engine/live/table-texts.ts';
import { promptSourceTexts, pythonTexts, yamlTexts } from '../../server/engine/live/template-texts.ts';
import { LineTable } from '../../server/templates/files/template-file.ts';

const fields = { record: ['input', 'output'], alone: ['Definition'], passed: ['Positive Examples'] };
const words = (texts: readonly PieceText[]) => texts.map((text) => text.map((piece) => piece.text));

/** What stands in the source where a part of a piece is said to stand. */
function written(source: string, piece: Piece, from: number, to: number): string {
  const { line, column, endLine, endColumn } = piece.range(from, to);
  const starts = [0];
  for (const one of source.split('\n')) starts.push(starts.at(-1)! + one.length + 1);
  return source.slice(starts[line - 1]! + column - 1, starts[endLine - 1]! + endColumn - 1);
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 });

describe('texts of a file as an editor has it', function () {
  this.timeout(60_000);
  it('of JSON are what JSON.parse reads, each part where it stands', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }),
        fc.nat(2),
        (rows, indent) => {
          const source = JSON.stringify(
            { Instances: rows.map(([input, output]) => ({ id: 'x', input, output: [output] })) },
            null,
            indent,
          );
          const texts = jsonTexts(source, new LineTable(source), fields, false);
          assert.deepEqual(words(texts), rows);
          for (const piece of texts.flat()) {
            assert.equal(JSON.parse(`"${written(source, piece, 0, piece.text.length)}"`), piece.text);
            const middle = piece.text.length >> 1;
            if (middle === 0 || /[\ud800-\udfff]/.test(piece.text)) continue;
            assert.equal(
              JSON.parse(`"${written(source, piece, middle, piece.text.length)}"`),
              piece.text.slice(middle),
            );
          }
        },
      ),
    );
  });

  it('of JSON are those of the record, in its order, the definition by itself', () => {
    const source = `{"Definition": ["Say \\u0041."], "Positive Examples": [{"input": "no", "output": "no"}],
      "Instances": [{"output": ["o", "p"], "id": "x", "input": "i \\"q\\" 😀"}]}`;
    const texts = jsonTexts(source, new LineTable(source), fields, false);
    assert.deepEqual(words(texts), [['Say A.'], ['i "q" 😀', 'o', 'p']]);
    assert.equal(written(source, texts[0]![0]!, 4, 5), '\\u0041');
  });

  it('of broken JSON are those before and behind the broken place', () => {
    const lines = [
      '{"input": "one", "output": "1"}',
      '{"input": "two, "output": "2"',
      '{"input": "three", "output": "3"}',
    ];
    const source = lines.join('\n');
    const found = words(jsonTexts(source, new LineTable(source), fields, true));
    assert.deepEqual(found[0], ['one', '1']);
    assert.deepEqual(found.at(-1), ['three', '3']);
  });

  it('of tables are their cells', () => {
    const source = 'a b\tc\nd\te\n';
    assert.deepEqual(words(tsvTexts(source, new LineTable(source))), [
      ['a b', 'c'],
      ['d', 'e'],
    ]);
    const csv = 'x,"a ""b""\nc"\r\n"d,e",f\none,two,three';
    const texts = csvTexts(csv, new LineTable(csv));
    assert.deepEqual(words(texts), [['x', 'a "b"\nc'], ['d,e', 'f'], ['one'], ['two'], ['three']]);
    assert.equal(written(csv, texts[0]![1]!, 2, 7), '""b""\nc');
  });

  it('of Python are its strings, as Python reads them, without what a pattern fills in', () => {
    const source = `PATTERNS = {"t": [("Say \\"it\\" {text}\\n now \\x41", r'raw \\n {x}'), ('''long\ntext''', "{answer}")]}`;
    const texts = pythonTexts(source, new LineTable(source));
    assert.deepEqual(words(texts), [['t'], ['Say "it" '], ['\n now A'], ['raw \\n '], ['long\ntext']]);
    assert.equal(written(source, texts[2]![0]!, 1, 7), ' now \\x41');
    fc.assert(
      fc.property(text, (one) => {
        const token = JSON.stringify(one.replaceAll(/[{}\ud800-\udfff]/g, ''));
        const read = pythonTexts(`x = ${token}`, new LineTable(`x = ${token}`));
        assert.equal(
          read
            .flat()
            .map((piece) => piece.text)
            .join(''),
          /\S/u.test(pythonString(token)) ? pythonString(token) : '',
        );
      }),
    );
  });

  it('of YAML are its scalars, of templates the words between expressions', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (list) => {
        const source = stringify({ dialog: list }, { version: '1.1' });
        assert.deepEqual(
          words(yamlTexts(source, new LineTable(source))),
          list.map((one) => [one]),
        );
      }),
    );
    const source = [
      'dataset: d',
      'templates:',
      '  a: !Template',
      '    id: a',
      "    jinja: 'Read {{ text }} and it''s",
      "      time {% if x %}to go{% endif %} ||| {{ y }}'",
      '    metadata: !TemplateMetadata {}',
      '    name: n',
    ].join('\n');
    const texts = promptSourceTexts('templates.yaml', source);
    assert.deepEqual(words(texts), [['Read '], [" and it's time "], ['to go']]);
    assert.equal(written(source, texts[1]![0]!, 5, 14), "it''s\n      time");
  });
});
