import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { categoryProposal } from '../../server/protocol.ts';
import { commandLine } from '../support/command-line.ts';

const BENCH = `# Knots and rivers
collections:
  - { name: knots, format: natural-instructions, path: knots }
  - { name: tables, format: jsonl, path: tables, fields: { input: q, target: a } }
categories: taxonomy.yaml
`;
const TAXONOMY = `# Ours
categories:
  NLI: { tasks: [tables/placed] } # by hand
`;

const report = z.object({
  tasks: z.array(categoryProposal),
  summary: z.object({
    tasks: z.int(),
    same: z.int(),
    unknown: z.int(),
    open: z.int(),
    decidedOtherwise: z.int(),
  }),
  applied: z.object({ file: z.string(), tasks: z.array(z.string()) }).optional(),
});

describe('heldout taxonomy', function () {
  this.timeout(60_000);
  let root: string;

  const line = commandLine(() => root);
  const { heldout } = line;
  const json = (...args: string[]) => line.json(report, 'taxonomy', ...args);
  const taxonomy = () => readFileSync(join(root, 'taxonomy.yaml'), 'utf8');

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'heldout-taxonomy-'));
    writeFileSync(join(root, 'heldout.yaml'), BENCH);
    writeFileSync(join(root, 'taxonomy.yaml'), TAXONOMY);
    mkdirSync(join(root, 'knots'));
    mkdirSync(join(root, 'tables'));
    const knot = (name: string, tag: string, definition: string) =>
      writeFileSync(
        join(root, 'knots', `${name}.json`),
        JSON.stringify({
          Definition: [definition],
          Categories: [tag],
          'Positive Examples': [],
          Instances: [{ id: name, input: 'a rope', output: ['a knot'] }],
        }),
      );
    knot('task001_bowline', 'Natural Language Inference', 'Say whether the rope entails the knot.');
    knot('task002_reef', 'Natural Language Inference', 'Say whether the knot contradicts the rope.');
    knot('task003_hitch', 'Knot Tying', 'Tie the knot.');
    for (const name of ['placed', 'river_translation'])
      writeFileSync(join(root, 'tables', `${name}.jsonl`), '{"q":"eau","a":"water"}\n');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('asks for an import first, in one line', () => {
    const { status, stdout, stderr } = heldout('taxonomy');
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^nothing is imported yet: .*import/);
  });

  it('lists every task with its category, the proposal, how sure and why', () => {
    heldout('import');
    const { tasks, summary } = json();
    assert.deepEqual(
      tasks.map(({ task, present, presentBy, proposed }) => [task, present, presentBy, proposed]),
      [
        ['knots/task001_bowline', 'Natural Language Inference', 'collection', 'NLI'],
        ['knots/task002_reef', 'Natural Language Inference', 'collection', 'NLI'],
        ['knots/task003_hitch', 'Knot Tying', 'collection', 'Knot Tying'],
        ['tables/placed', 'NLI', 'taxonomy', null],
        ['tables/river_translation', 'Uncategorised', 'nobody', 'Translation'],
      ],
    );
    assert.deepEqual(summary, { tasks: 5, same: 1, unknown: 1, open: 3, decidedOtherwise: 0 });
    assert.equal(json('--open').tasks.length, 3);
    const { stdout } = heldout('taxonomy', '--open');
    assert.match(stdout, /knots\/task001_bowline.*NLI.* %.*its collection says "Natural Language Inference"/);
    assert.match(stdout, /5 tasks: 1 as proposed, 3 open, 0 decided otherwise, 1 without a proposal/);
    assert.match(stdout, /^ {2}2 {2}Natural Language Inference → NLI$/m);
    assert.equal(taxonomy(), TAXONOMY);
  });

  it('writes those that are sure enough, once, and nothing else changes', () => {
    heldout('import');
    const { applied } = json('--apply', '--confidence', '0.6');
    assert.deepEqual(applied!.tasks, [
      'knots/task001_bowline',
      'knots/task002_reef',
      'tables/river_translation',
    ]);
    assert.equal(
      taxonomy(),
      `# Ours
categories:
  NLI: { tasks: [tables/placed], from: { knots: [ Natural Language Inference ] } } # by hand
  Translation:
    tasks:
      - tables/river_translation
`,
    );
    const { stdout } = heldout('tasks', '--json');
    const rows = z
      .object({ tasks: z.array(z.object({ id: z.string(), category: z.string() })) })
      .parse(JSON.parse(stdout)).tasks;
    assert.equal(rows.find(({ id }) => id === 'knots/task002_reef')!.category, 'NLI');
    assert.deepEqual(json('--apply', '--confidence', '0').applied!.tasks, []);
  });

  it('refuses a confidence that is none, and a taxonomy with a fault', () => {
    heldout('import');
    const wrong = heldout('taxonomy', '--apply', '--confidence', 'much');
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /a share from 0 to 1 is expected/);
    writeFileSync(join(root, 'taxonomy.yaml'), 'categories: [A]\n');
    const faulty = heldout('taxonomy', '--apply');
    assert.equal(faulty.status, 2);
    assert.match(faulty.stderr, /taxonomy\.yaml:1: .*mend it before proposals are written into it$/m);
    assert.equal(taxonomy(), 'categories: [A]\n');
  });
});
