import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBench } from '../../server/bench/bench.ts';
import { mixtureProblems } from '../../server/mixture/problems.ts';
import type { MixtureTask } from '../../server/mixture/tasks.ts';

const FORMATS = { flan: 'jsonl', sni: 'jsonl', cot: 'flan-cot' };

const tasks: MixtureTask[] = [
  { id: 'flan/t', collection: 'flan', stream: 'instruction', examples: 10 },
  { id: 'cot/t', collection: 'cot', stream: 'reasoning', examples: 10 },
];

describe('faults of the mixture', () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'heldout-mixture-'));
    for (const name of Object.keys(FORMATS)) mkdirSync(join(root, name));
  });
  after(() => rmSync(root, { recursive: true }));

  /** `line: severity: message` of a bench whose section `mixture` begins at line 5. */
  function faults(section: string, train = tasks): string[] {
    const collections = Object.entries(FORMATS).map(
      ([name, format]) => `  - { name: ${name}, format: ${format}, path: ${name}, fields: { text: t } }`,
    );
    const text = ['collections:', ...collections, 'mixture:', section, ''].join('\n');
    writeFileSync(join(root, 'heldout.yaml'), text);
    const bench = loadBench(root);
    assert.deepEqual(bench.problems, []);
    return mixtureProblems(bench, train).map(
      ({ line, severity, message }) => `${line}: ${severity}: ${message}`,
    );
  }

  it('are none where all is well, before the import too', () => {
    assert.deepEqual(faults('  proportions: { flan: 20 }\n  reasoning: 0.01'), []);
    assert.deepEqual(faults('  proportions: { sni: 20 }\n  pretraining: 0.05', []), []);
  });

  it('name a collection that does not exist, with the one that was meant', () => {
    assert.deepEqual(faults('  proportions:\n    flan: 20\n    snii: 5'), [
      '8: error: no collection is called "snii": did you mean "sni"?',
    ]);
  });

  it('tell a side that is empty', () => {
    assert.deepEqual(faults('  proportions: { flan: 20, sni: 5 }'), [
      '6: warning: "sni" has no train tasks: its weight of 5 goes to the others',
    ]);
    assert.deepEqual(faults('  reasoning: 0.01\n  pretraining: 0.05'), [
      '7: warning: no train collection is of the format pretraining: the share of 0.05 goes to the others',
    ]);
    assert.deepEqual(faults('  proportions: { flan: 0 }'), [
      '6: error: no train task is left to draw: give a collection a weight above 0',
    ]);
  });

  it('tell sums that leave nothing, and sums that were meant to be 1 or 100', () => {
    assert.deepEqual(faults('  reasoning: 0.6\n  dialogue: 0.5', []), [
      '6: error: reasoning, pretraining and dialogue add up to 1.15: less than 1 leaves something for the other tasks',
    ]);
    assert.deepEqual(faults('  proportions: { flan: 0.5, sni: 0.4 }', []), [
      '6: warning: the weights add up to 0.9, not 1: each counts as its part of 0.9; mend one, or leave it if that is meant',
    ]);
    assert.deepEqual(faults('  proportions: { flan: 45, sni: 50 }', []), [
      '6: warning: the weights add up to 95, not 100: each counts as its part of 95; mend one, or leave it if that is meant',
    ]);
    for (const sound of [
      '{ flan: 2, sni: 3 }',
      '{ flan: 40, sni: 35 }',
      '{ flan: 0.25, sni: 0.75 }',
      '{ flan: 1, sni: 1 }',
    ])
      assert.deepEqual(faults(`  proportions: ${sound}`, []), []);
  });
});
