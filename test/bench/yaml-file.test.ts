import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBench, loadBench } from '../../server/bench/bench.ts';
import { nearest } from '../../server/bench/nearest.ts';
import { benchSchema } from '../../server/bench/schema.ts';
import { parseYaml } from '../../server/bench/yaml-file.ts';

const parse = (text: string) => parseYaml('heldout.yaml', text, benchSchema);
const faults = (text: string) => parse(text).problems.map(({ line, message }) => `${line}: ${message}`);

describe('heldout.yaml', () => {
  it('passes a whole bench file', () => {
    const text = `collections:
  - { name: sni, format: natural-instructions, path: data, use: train, include: ["task0*"] }
splits: { held_out: [A], partially_held_out: { B: [boolq] }, dev: [C] }
limits: { examples_per_task: 10, per_collection: { flan: 3 } }
overlap: { ngram: 8, threshold: 0.02 }
mixture: { max_examples: 4096, proportions: { sni: 25 }, reasoning: 0.01 }
`;
    const { value, problems } = parse(text);
    assert.deepEqual(problems, []);
    assert.equal(value!.overlap!.ngram, 8);
  });

  it('refuses unknown keys with their line and the word that was meant', () => {
    assert.deepEqual(
      faults('collections:\n  - { name: a, format: mmlu, path: . }\noverlap: { ngrams: 13 }\nsplitz: {}\n'),
      ['3: unknown key "ngrams": did you mean "ngram"?', '4: unknown key "splitz": did you mean "splits"?'],
    );
  });

  it('costs a faulty collection alone', () => {
    const { value, problems } = parse(`collections:
  - { name: a, format: mmlu, path: . }
  - { name: b, format: mmluu, path: . }
  - { name: c, path: . }
  - { name: d/e, format: bbh, path: . }
`);
    assert.deepEqual(
      value!.collections.map(({ name }) => name),
      ['a'],
    );
    assert.deepEqual(
      problems.map(({ line }) => line),
      [3, 4, 5],
    );
    assert.match(problems[0]!.message, /did you mean "mmlu"/);
    assert.match(problems[1]!.message, /"format" is missing/);
  });

  it('says where YAML itself is broken, and when nothing can be used', () => {
    const broken = parse('collections:\n  - { name: a\n  - b');
    assert.equal(broken.value, undefined);
    assert.ok(broken.problems[0]!.line! >= 2);
    assert.match(faults('')[0]!, /^1: "collections" is missing/);
    assert.equal(parse('collections: []\n').value, undefined);
  });

  it('reports what the paths of a bench lack', () => {
    const root = mkdtempSync(join(tmpdir(), 'heldout-bench-'));
    writeFileSync(
      join(root, 'heldout.yaml'),
      `collections:
  - { name: a, format: mmlu, path: . }
  - { name: a, format: bbh, path: . }
  - { name: c, format: bbh, path: nowhere }
categories: taxonomy.yaml
`,
    );
    const bench = loadBench(root);
    assert.equal(findBench(root), root);
    assert.equal(bench.collections.length, 1);
    assert.deepEqual(
      bench.problems.map(({ line, message }) => [
        line,
        /two collections|does not exist|cannot be read/.test(message),
      ]),
      [
        [3, true],
        [4, true],
        [undefined, true],
      ],
    );
    rmSync(root, { recursive: true });
  });

  it('suggests only words that are near', () => {
    assert.equal(nearest('promtsource', ['promptsource', 'parlai']), 'promptsource');
    assert.equal(nearest('zebra', ['promptsource', 'parlai']), undefined);
  });
});
