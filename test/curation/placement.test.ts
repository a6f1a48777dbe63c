import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBench } from '../../server/bench/bench.ts';
import { placeTasks } from '../../server/curation/placement.ts';
import { type Rulings, rulingsOf } from '../../server/curation/rulings.ts';
import type { Decision, Subject } from '../../server/protocol.ts';

const BENCH = `collections:
  - { name: sni, format: natural-instructions, path: . }
  - { name: suite, format: bbh, path: ., use: eval }
categories: taxonomy.yaml
splits:
  held_out: [Entailment]
  partially_held_out: { Answering: [boolq], Summing: [nothing] }
  dev: [sni/boolq, Entailmant]
`;
const TAXONOMY = `categories:
  Answering: { from: { sni: [Question Answering], suite: ["*"] }, tasks: [sni/odd] }
  Entailment: { from: { sni: [Textual Entailment] } }
`;

const task = (collection: string, name: string, category: string) => ({
  id: `${collection}/${name}`,
  collection,
  name,
  categories: [category],
});
const TASKS = [
  task('sni', 'squad', 'Question Answering'),
  task('sni', 'boolq', 'Question Answering'),
  task('sni', 'rte', 'Textual Entailment'),
  task('sni', 'odd', 'Textual Entailment'),
  task('sni', 'other', 'Anything'),
  task('suite', 'puzzle', 'Puzzles'),
];
const NOTHING: Rulings = rulingsOf([]);

describe('placement of tasks', () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'heldout-place-'));
    writeFileSync(join(root, 'heldout.yaml'), BENCH);
    writeFileSync(join(root, 'taxonomy.yaml'), TAXONOMY);
  });
  after(() => rmSync(root, { recursive: true }));

  const place = (rulings: Rulings) => placeTasks(TASKS, loadBench(root), rulings);
  const short = (rulings: Rulings) =>
    Object.fromEntries(
      [...place(rulings).placements].map(([id, at]) => [id, `${at.category}, ${at.split}, ${at.level}`]),
    );

  it('goes by category, use and splits', () => {
    assert.deepEqual(short(NOTHING), {
      'sni/squad': 'Answering, train, fully-supervised',
      'sni/boolq': 'Answering, dev, partially-held-out',
      'sni/rte': 'Entailment, test, fully-held-out',
      'sni/odd': 'Answering, train, fully-supervised',
      'sni/other': 'Anything, train, fully-supervised',
      'suite/puzzle': 'Answering, test, partially-held-out',
    });
  });

  it('lets a decision win, and a removed task has no split but keeps its side', () => {
    const rulings: Rulings = {
      ...NOTHING,
      category: new Map([['sni/other', 'Entailment']]),
      split: new Map([['sni/rte', 'train']]),
      removed: new Map([['sni/squad', { train: 'sni/squad', eval: 'suite/puzzle' }]]),
    };
    const placed = short(rulings);
    assert.equal(placed['sni/other'], 'Entailment, test, fully-held-out');
    assert.equal(placed['sni/rte'], 'Entailment, train, fully-supervised');
    assert.equal(placed['sni/squad'], 'Answering, none, null');
    const squad = place(rulings).placements.get('sni/squad')!;
    assert.deepEqual([squad.side, squad.decision], ['train', 'removed: overlaps suite/puzzle']);
  });

  it('names what splits call and nothing answers to, with its line', () => {
    const found = place(NOTHING).problems.map(({ line, message }) => `${line}: ${message}`);
    assert.deepEqual(found, [
      '8: no category or task is called "Entailmant": did you mean "Entailment"?',
      '7: no task is called "nothing": see the Task Explorer for those that exist',
    ]);
  });

  it('reads verdicts on pairs and moves of tasks', () => {
    const made = { id: '1', time: '', reviewer: '', reason: '', evidence: '', replaces: [] };
    const rulings = rulingsOf([
      { ...made, subject: { kind: 'pair', train: 'a', eval: 'b' }, verdict: 'remove-eval' },
      { ...made, subject: { kind: 'pair', train: 'c', eval: 'd' }, verdict: 'retain' },
      { ...made, subject: { kind: 'task', task: 'e', aspect: 'split' }, verdict: 'dev' },
    ]);
    assert.deepEqual([...rulings.removed.keys()], ['b']);
    assert.deepEqual([...rulings.split], [['e', 'dev']]);
  });
});

describe('categories that are renamed and merged', () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'heldout-rename-'));
    writeFileSync(join(root, 'heldout.yaml'), BENCH);
    writeFileSync(join(root, 'taxonomy.yaml'), TAXONOMY);
  });
  after(() => rmSync(root, { recursive: true }));

  let made: Decision[] = [];
  beforeEach(() => (made = []));
  const decide = (subject: Subject, verdict: string) => {
    const id = String(made.length).padStart(3, '0');
    made.push({ id, time: '', reviewer: '', reason: '', evidence: '', replaces: [], subject, verdict });
  };
  const rename = (category: string, to: string) => decide({ kind: 'category', category }, to);
  const move = (id: string, to: string) => decide({ kind: 'task', task: id, aspect: 'category' }, to);
  const placed = () => placeTasks(TASKS, loadBench(root), rulingsOf(made));
  const at = (id: string) => {
    const { category, split } = placed().placements.get(id)!;
    return `${category}, ${split}`;
  };

  it('take along what the taxonomy, a collection or an earlier move puts there', () => {
    move('sni/rte', 'Anything');
    rename('Anything', 'Sundries');
    rename('Sundries', 'Rest');
    assert.deepEqual([at('sni/other'), at('sni/rte')], ['Rest, train', 'Rest, train']);
    move('sni/squad', 'Anything');
    assert.equal(at('sni/squad'), 'Anything, train');
  });

  it('may exchange their names', () => {
    rename('Anything', 'aside');
    rename('Answering', 'Anything');
    rename('aside', 'Answering');
    assert.deepEqual([at('sni/other'), at('sni/squad')], ['Answering, train', 'Anything, train']);
  });

  it('are held out under the new name, and so is what is merged with them', () => {
    rename('Entailment', 'Inference');
    assert.equal(at('sni/rte'), 'Inference, test');
    rename('Anything', 'Inference');
    assert.equal(at('sni/other'), 'Inference, test');
    rename('Inference', 'Answering');
    assert.deepEqual([at('sni/squad'), at('sni/rte')], ['Answering, test', 'Answering, test']);
    const unknown = placed().problems.map(({ message }) => message);
    assert.ok(!unknown.some((message) => message.includes('"Entailment"')), unknown.join('\n'));
  });
});
