import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBench } from '../../server/bench/bench.ts';
import { placeTasks } from '../../server/curation/placement.ts';
import { portionsOf } from '../../server/curation/portions.ts';
import { type Rulings, renamed, rulingsOf } from '../../server/curation/rulings.ts';
import { dataSources } from '../../server/curation/sources/data-sources.ts';
import { benchFaults, splitFindings } from '../../server/curation/split-checks/check.ts';
import type { CheckedPair, SplitGround } from '../../server/curation/split-checks/ground.ts';
import type { SplitFinding } from '../../server/protocol.ts';

/** `collection/name`, its category, its data source, and its examples by the split of their files. */
type Row = [
  id: string,
  category: string,
  source: string,
  counts?: Partial<Record<'train' | 'dev' | 'test', number>>,
];

const ROWS: Row[] = [
  ['sni/letters', 'Answering', 'letters', { train: 8, test: 2 }],
  ['sni/boats', 'Answering', 'boats', { train: 8, test: 2 }],
  ['sni/claims', 'Entailment', 'claims', { train: 8, test: 2 }],
  ['suite/quiz', 'Answering', 'quiz', { train: 4, test: 8 }],
];
const NOTHING = rulingsOf([]);

describe('the checks of a split', () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'heldout-split-'));
    mkdirSync(join(root, 'lists'));
  });
  after(() => rmSync(root, { recursive: true }));

  function ground(splits: string, rows = ROWS, rulings: Rulings = NOTHING, collections = ''): SplitGround {
    const head = `collections:
  - { name: sni, format: natural-instructions, path: .${collections} }
  - { name: suite, format: bbh, path: ., use: eval }
  - { name: only, format: bbh, path: ., use: train }
splits:
`;
    writeFileSync(join(root, 'heldout.yaml'), head + splits);
    const bench = loadBench(root);
    assert.deepEqual(bench.problems, []);
    const tasks = rows.map(([id, category, source, counts = {}]) => {
      const [collection, name] = id.split('/') as [string, string];
      const examplesBySplit = { train: 0, dev: 0, test: 0, none: 0, ...counts };
      const examples = Object.values(examplesBySplit).reduce((sum, count) => sum + count, 0);
      return { id, collection, name, categories: [category], sources: [source], examples, examplesBySplit };
    });
    const { placements } = placeTasks(tasks, bench, rulings);
    const sources = new Map(tasks.map((task) => [task.id, dataSources(task)]));
    return {
      bench,
      now: (category) => renamed(category, rulings.renames),
      tasks: tasks.map((task) => {
        const placement = placements.get(task.id)!;
        const { examples, examplesBySplit } = task;
        const trainExamples = examplesBySplit.none === examples ? examples : examplesBySplit.train;
        const portioned = { examples, examplesBySplit, trainExamples };
        const portions = placement.split === 'none' ? [] : portionsOf(portioned, placement.split);
        return { ...task, placement, portions, trainExamples, worked: task.name === 'limericks' };
      }),
      sourcesOf: ({ id }) => sources.get(id)!,
      pairs: [],
      pairsAreOld: false,
      allows: () => false,
    };
  }

  const short = (findings: readonly SplitFinding[]) =>
    findings.map(({ code, tasks, location }) => [code, location?.line, ...tasks].join(' '));

  const CLEAN = '  held_out: [Entailment]\n';

  it('find nothing in a clean split, and nothing before the import', () => {
    assert.deepEqual(splitFindings(ground(CLEAN)), []);
    assert.deepEqual(splitFindings(ground('  held_out: []\n', [])), []);
  });

  it('find a held-out category that is trained on, by use or by decision, with both remedies', () => {
    const rows: Row[] = [...ROWS, ['only/facts', 'Entailment', 'facts', { train: 4, test: 4 }]];
    const [finding, ...others] = splitFindings(ground(CLEAN, rows));
    assert.deepEqual(others, []);
    assert.deepEqual(short([finding!]), ['test-category-in-train 6 only/facts']);
    assert.deepEqual(finding!.remedies.slice(0, 2), [
      { kind: 'hold-out-category', category: 'Entailment', tasks: ['only/facts'] },
      { kind: 'leave-out', tasks: ['only/facts'] },
    ]);
    for (const to of ['test', 'none']) {
      const held = { ...NOTHING, split: new Map([['only/facts', to]]) };
      assert.deepEqual(splitFindings(ground(CLEAN, rows, held)), [], to);
    }
    const taken = { ...NOTHING, split: new Map([['sni/claims', 'train']]) };
    assert.deepEqual(short(splitFindings(ground(CLEAN, ROWS, taken))), [
      'test-category-in-train 6 sni/claims',
      'empty-level 5',
    ]);
  });

  it('know a category by the name that it got since', () => {
    const rows: Row[] = [
      ...ROWS,
      ['only/facts', 'Entailment', 'facts', { train: 4, test: 4 }],
      ['sni/notes', 'Entailment', 'notes', { train: 4, test: 4 }],
    ];
    const rulings = { ...NOTHING, renames: [{ from: 'Entailment', to: 'Inference' }] };
    const found = (splits: string) => short(benchFaults(ground(splits, rows, rulings)));
    assert.deepEqual(found(CLEAN), ['test-category-in-train 6 only/facts']);
    assert.deepEqual(found('  partially_held_out: { Entailment: [notes] }\n'), []);
    assert.deepEqual(found('  dev: [Inference]\n  test: [Entailment]\n').slice(0, 1), [
      'task-in-two-splits 7 sni/claims',
    ]);
  });

  it('find a data source on both sides until its pairs are ruled on, or it is allowed, or its task is left out', () => {
    const rows: Row[] = [...ROWS, ['only/more_quiz', 'Games', 'Quiz', { train: 4 }]];
    const found = ground(CLEAN, rows);
    const [finding, ...others] = splitFindings(found);
    assert.deepEqual(others, []);
    assert.deepEqual(short([finding!]), ['source-on-both-sides  only/more_quiz suite/quiz']);
    assert.deepEqual(
      finding!.remedies.map(({ kind }) => kind),
      ['find-overlaps', 'allow-source', 'leave-out', 'move-tasks'],
    );
    const pair: CheckedPair = {
      train: 'only/more_quiz',
      eval: 'suite/quiz',
      share: 0,
      above: false,
      sameRecords: false,
      decided: false,
    };
    assert.equal(splitFindings({ ...found, pairs: [pair] })[0]!.remedies[0]!.kind, 'review-pair');
    assert.deepEqual(splitFindings({ ...found, pairs: [{ ...pair, decided: true }] }), []);
    assert.deepEqual(splitFindings({ ...found, allows: (source) => source === 'quiz' }), []);
    const left = { ...NOTHING, split: new Map([['only/more_quiz', 'none']]) };
    assert.deepEqual(splitFindings(ground(CLEAN, rows, left)), []);
  });

  it('find undecided pairs above the threshold, most telling first, and a search that is missing or old', () => {
    const pair = (train: string, share: number, decided = false): CheckedPair => {
      return { train, eval: 'suite/quiz', share, above: share > 0.01, sameRecords: share > 0.5, decided };
    };
    const pairs = [
      pair('sni/boats', 0.02),
      pair('sni/letters', 0.5),
      pair('sni/letters', 0.9, true),
      pair('sni/boats', 0.001),
      pair('sni/claims', 0.9),
    ];
    const found = ground(CLEAN);
    assert.deepEqual(short(splitFindings({ ...found, pairs })), [
      'undecided-pair  sni/letters suite/quiz',
      'undecided-pair  sni/boats suite/quiz',
    ]);
    assert.deepEqual(short(splitFindings({ ...found, pairs: undefined })), ['pairs-not-searched ']);
    assert.deepEqual(short(splitFindings({ ...found, pairsAreOld: true })), ['pairs-not-searched ']);
  });

  it('find eval tasks that have nothing to show in a few-shot prompt, a line for each collection', () => {
    const rows: Row[] = [
      ...ROWS,
      ['suite/riddles', 'Games', 'r', { train: 5 }],
      ['suite/limericks', 'Games', 'l', { train: 5 }],
      ['suite/rhymes', 'Games', 's', { test: 5 }],
    ];
    const [finding, ...others] = splitFindings(ground(CLEAN, rows));
    assert.deepEqual(others, []);
    assert.deepEqual(short([finding!]), ['no-demonstrations 3 suite/riddles']);
  });

  it('find levels that nothing is evaluated for, and splits without a task', () => {
    const rows: Row[] = [
      ['sni/letters', 'Answering', 'letters', { train: 8 }],
      ['suite/quiz', 'Answering', 'quiz', { train: 4, test: 8 }],
    ];
    assert.deepEqual(
      splitFindings(ground('  dev: []\n', rows)).map(
        ({ code, message }) => `${code}: ${message.split(':')[0]}`,
      ),
      [
        'empty-split: "dev" names nothing',
        'empty-level: nothing is evaluated at the level fully held out',
        'empty-level: nothing is evaluated at the level fully supervised',
      ],
    );
    assert.deepEqual(short(splitFindings(ground('  held_out: [Entailment, Answering]\n', ROWS))), [
      'empty-split 5',
      'empty-level 5',
      'empty-level 5',
    ]);
    assert.deepEqual(
      short(
        benchFaults(
          ground('  test: [sni/boats]\n', [
            ['sni/letters', 'A', 'l', { train: 1 }],
            ['sni/boats', 'A', 'b'],
          ]),
        ),
      ),
      ['empty-split 6', 'empty-split 5'],
    );
  });

  it('find tasks and categories in two splits, at the second place', () => {
    const faults = (splits: string, rows = ROWS) =>
      benchFaults(ground(splits, rows)).map(({ location, message }) => `${location!.line}: ${message}`);
    assert.deepEqual(faults('  dev: [suite/quiz]\n  test:\n    - sni/claims\n    - suite/quiz\n'), [
      '9: "suite/quiz" stands in dev (line 6) and in test: dev counts; take it out of one',
    ]);
    assert.deepEqual(faults('  dev: [Entailment]\n  test: [Entailment]\n'), [
      '7: "Entailment" stands in dev (line 6) and in test: dev counts; take it out of one',
    ]);
    assert.deepEqual(faults('  held_out: [Entailment]\n  partially_held_out: { Entailment: [claims] }\n'), [
      '7: "sni/claims" stands in held_out (line 6) and in partially_held_out: it is fully held out; take it out of one',
    ]);
    assert.deepEqual(
      faults('  held_out: [Entailment]\n  dev: [only/facts]\n', [
        ...ROWS,
        ['only/facts', 'Facts', 'f', { train: 4 }],
      ]),
      [
        '7: "only/facts" stands in train (its collection says use: train) and in dev: it is trained on; take it out of one',
        '7: no task with examples stands in dev, although dev names 1',
      ],
    );
    assert.deepEqual(faults('  held_out: [Entailment]\n  partially_held_out: { Entailment: [boats] }\n'), [
      '7: "boats" is not of the category Entailment but of Answering, so this holds nothing out (it stands in train): name it under Answering',
    ]);
  });

  it('go by the lists that a collection publishes, loosely spelt, and find what they name twice or not at all', () => {
    const rows: Row[] = [
      ['sni/task1_odd-man_out', 'A', 'a', { train: 1 }],
      ['sni/task2_squad1', 'A', 'b', { train: 1, test: 1 }],
      ['sni/task3_both', 'B', 'c', { train: 1, test: 1 }],
      ['sni/task4_left', 'C', 'd', { train: 1 }],
      ['sni/task5_nowhere', 'C', 'e', { train: 1 }],
    ];
    writeFileSync(join(root, 'lists/train_tasks.txt'), 'task1_odd_man_out\ntask3_both\n');
    writeFileSync(join(root, 'lists/test_tasks.txt'), '\ntask2_squad1.1\ntask3_both\n');
    writeFileSync(join(root, 'lists/excluded_tasks.txt'), 'task4_left\n');
    const lists = (rulings = NOTHING, splits = '  dev: [sni/task2_squad1]\n') =>
      ground(splits, rows, rulings, ', split_lists: lists');
    assert.deepEqual(
      lists().tasks.map(({ placement }) => placement.split),
      ['train', 'dev', 'test', 'none', 'none'],
    );
    const findings = benchFaults(lists());
    assert.deepEqual(short(findings), [
      'task-in-two-splits 3 sni/task3_both',
      'task-in-no-list 2 sni/task5_nowhere',
    ]);
    assert.match(findings[0]!.message, /lists\/train_tasks\.txt:2\) and test: it is not trained on/u);
    assert.equal(findings[0]!.location!.file, join(root, 'lists/test_tasks.txt'));
    const taken = { ...NOTHING, split: new Map([['sni/task5_nowhere', 'train']]) };
    assert.deepEqual(short(benchFaults(lists(taken))), ['task-in-two-splits 3 sni/task3_both']);
    assert.equal(lists(taken).tasks[4]!.placement.split, 'train');
  });
});
