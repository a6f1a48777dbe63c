import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { editBetween } from '../../server/base/text-edit.ts';
import { addToYamlList, setYaml, setYamlMapping } from '../../server/bench/yaml-edit.ts';

const FLOW = `# The bench
collections:
  - { name: a, path: x } # first

mixture:
  max_examples: 4096   # the paper's
  proportions: { flan: 20, sni: 25 }
  reasoning: 0.01
`;
const BLOCK = `mixture:
  proportions:
    flan: 20 # of many

    sni: 25
splits: {}
`;

describe('changes of a YAML text', function () {
  this.timeout(30_000);

  it('put a number in the place of another and leave the rest', () => {
    assert.equal(setYaml(FLOW, ['mixture', 'max_examples'], 512), FLOW.replace('4096', '512'));
    assert.equal(setYaml(FLOW, ['mixture', 'proportions', 'sni'], 2.5), FLOW.replace('sni: 25', 'sni: 2.5'));
    assert.equal(setYaml(BLOCK, ['mixture', 'proportions', 'flan'], 3), BLOCK.replace('20', '3'));
    assert.equal(setYaml(FLOW, ['mixture', 'reasoning'], 0.01), FLOW);
  });

  it('add what is missing at the end of its mapping', () => {
    assert.equal(
      setYaml(FLOW, ['mixture', 'proportions', 't5'], 2),
      FLOW.replace('sni: 25 }', 'sni: 25, t5: 2 }'),
    );
    assert.equal(
      setYaml(BLOCK, ['mixture', 'proportions', 't5'], 2),
      BLOCK.replace('sni: 25\n', 'sni: 25\n    t5: 2\n'),
    );
    assert.equal(setYaml(FLOW, ['mixture', 'dialogue'], 0.1), `${FLOW}  dialogue: 0.1\n`);
    assert.equal(
      setYaml('a: 1', ['mixture', 'proportions', 'b'], 2),
      'a: 1\nmixture: { proportions: { b: 2 } }\n',
    );
    assert.equal(setYaml('', ['a'], 1), 'a: 1\n');
    assert.equal(setYaml('mixture:\n', ['mixture', 'reasoning'], 0.1), 'mixture: { reasoning: 0.1 }\n');
  });

  it('take out what a mapping no longer names, and the mapping when it is empty', () => {
    const path = ['mixture', 'proportions'];
    assert.equal(setYamlMapping(FLOW, path, { sni: 25 }), FLOW.replace('flan: 20, ', ''));
    assert.equal(setYamlMapping(FLOW, path, { flan: 20 }), FLOW.replace(', sni: 25', ''));
    assert.equal(setYamlMapping(BLOCK, path, { sni: 25 }), BLOCK.replace('    flan: 20 # of many\n', ''));
    assert.equal(setYamlMapping(FLOW, path, {}), FLOW.replace('  proportions: { flan: 20, sni: 25 }\n', ''));
  });

  it('add to a list in its own layout, each name once', () => {
    const list = `a:\n  b:\n    - x # why\n    - y\n\n  c: [x, y]  # both\n`;
    assert.equal(
      addToYamlList(list, ['a', 'b'], ['y', 'z: 1']),
      list.replace('- y\n', '- y\n    - "z: 1"\n'),
    );
    assert.equal(addToYamlList(list, ['a', 'c'], ['x', 'z']), list.replace('x, y]', 'x, y, z]'));
    assert.equal(addToYamlList(list, ['a', 'c'], ['x']), list);
    assert.equal(addToYamlList(list, ['a', 'd'], ['x']), `${list}  d:\n    - x\n`);
    assert.equal(addToYamlList('a: {}', ['a', 'd'], ['x']), 'a: { d: [ x ] }');
    assert.equal(addToYamlList('a:\n- x', ['a'], ['y']), 'a:\n- x\n- y\n');
  });

  it('hold what was added, whatever the names are', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' });
    const names = fc.uniqueArray(name, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(names, names, fc.constantFrom<'flow' | 'block'>('flow', 'block'), (there, added, style) => {
        const text = stringify({ a: { list: there }, b: 1 }, { collectionStyle: style, lineWidth: 0 });
        const both = [...there, ...added.filter((one) => !there.includes(one))];
        assert.deepEqual(parse(addToYamlList(text, ['a', 'list'], added)), { a: { list: both }, b: 1 });
        const made = setYaml(text, ['a', 'new'], { from: { c: added }, tasks: there });
        assert.deepEqual(parse(made), {
          a: { list: there, new: { from: { c: added }, tasks: there } },
          b: 1,
        });
      }),
    );
  });

  it('leave an empty mapping where its only item goes', () => {
    const changed = setYamlMapping(BLOCK, ['mixture', 'proportions'], {});
    assert.deepEqual(parse(changed), { mixture: {}, splits: {} });
    assert.equal(
      setYaml(changed, ['mixture', 'reasoning'], 0.1),
      'mixture:\n  { reasoning: 0.1 }\nsplits: {}\n',
    );
  });

  it('come out as they were asked for, whatever was there before', () => {
    const names = fc.constantFrom('flan', 'sni', 'p-3', 'with space', '7', 'true');
    const mapping = fc.dictionary(names, fc.float({ min: 0, max: 90, noNaN: true }), { maxKeys: 5 });
    fc.assert(
      fc.property(fc.constantFrom(FLOW, BLOCK, 'other: 1\n', 'mixture: {}\n'), mapping, (text, values) => {
        const changed = setYamlMapping(text, ['mixture', 'proportions'], values);
        const found = (parse(changed) as { mixture?: { proportions?: object } | null }).mixture?.proportions;
        assert.deepEqual({ ...found }, { ...values });
        for (const comment of text.match(/# (?!of many).*/gu) ?? []) assert.ok(changed.includes(comment));
        assert.equal(setYamlMapping(changed, ['mixture', 'proportions'], values), changed);
      }),
    );
  });

  it('refuse a text that is no YAML mapping', () => {
    assert.throws(() => setYaml('- a\n', ['b'], 1), /not a mapping/);
    assert.throws(() => setYaml('a: [', ['b'], 1));
  });

  it('are told as the one stretch that differs', () => {
    assert.equal(editBetween('a\nb\n', 'a\nb\n'), undefined);
    assert.deepEqual(editBetween('a: 1\nb: 2\n', 'a: 1\nb: 35\n'), {
      start: { line: 1, character: 3 },
      end: { line: 1, character: 4 },
      text: '35',
    });
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '\n') }),
        fc.string({ unit: fc.constantFrom('a', 'b', '\n') }),
        (before, after) => {
          const edit = editBetween(before, after);
          if (!edit) return assert.equal(before, after);
          const lines = before.split('\n');
          const at = ({ line, character }: { line: number; character: number }) =>
            lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
          assert.equal(before.slice(0, at(edit.start)) + edit.text + before.slice(at(edit.end)), after);
        },
      ),
    );
  });
});
