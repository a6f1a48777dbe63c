import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSplitLists } from '../../server/bench/split-lists.ts';
import { dataSources } from '../../server/curation/sources/data-sources.ts';
import { sourceKey } from '../../server/curation/sources/key.ts';
import { sameSourcePairs } from '../../server/curation/sources/pairs.ts';
import { sameRecords } from '../../server/curation/sources/records.ts';
import { REAL_DATA } from '../support/bench.ts';

const named = (name: string, sources: string[] = [], format?: string) =>
  dataSources({ name, sources, format }).map(({ key, evidence }) => `${key}, ${evidence}`);

describe('data sources', () => {
  it('are the same under the names that collections give them', () => {
    for (const [one, other] of [
      ['rajpurkar/squad_v2', 'SQuAD 2.0'],
      ['Super_GLUE/BoolQ', 'boolq'],
      ['glue/mnli', 'multi_nli'],
      ['GLUE-MRPC', 'mrpc'],
      ['ai2_arc/ARC-Easy', 'arc'],
      ['paws/labeled_final', 'PAWS'],
      ['stanfordnlp/imdb', 'imdb_reviews'],
      ['scan/simple', 'scan/length'],
    ] as const)
      assert.equal(sourceKey(one), sourceKey(other), `${one}, ${other}`);
    for (const [one, other] of [
      ['squad_v2', 'squad'],
      ['paws', 'paws-x'],
      ['copa', 'xcopa'],
      ['glue/rte', 'glue/mnli'],
      ['boats/north', 'boats/south'],
      ['https://a.org/x', 'https://b.org/x'],
    ] as const)
      assert.notEqual(sourceKey(one), sourceKey(other), `${one}, ${other}`);
  });

  it('pair tasks of both sides, words that name no source left out', () => {
    const train = [
      { id: 't1', name: 't1', sources: ['squad_v2'] },
      { id: 't2', name: 't2', sources: ['none'] },
    ];
    const evaluated = [
      { id: 'e1', name: 'e1', sources: ['SQuAD 2.0', 'quoref'] },
      { id: 'e2', name: 'e2', sources: ['none'] },
    ];
    assert.deepEqual(sameSourcePairs(train, evaluated), [{ train: 't1', eval: 'e1' }]);
  });

  it('are told by the names of tasks that declare none, with that as the evidence', () => {
    assert.deepEqual(named('task001_quoref_question_generation'), ['quoref, task-name']);
    assert.deepEqual(named('task1290_xsum_summarization', ['XSum']), ['xsum, declared']);
    assert.deepEqual(named('superglue-rte'), ['rte, task-name']);
    assert.deepEqual(named('duorc_SelfRC_answer_question'), ['duorc, task-name']);
    assert.deepEqual(named('task9_harbourlogs_answer_generation'), ['harbourlogs, task-name']);
    assert.deepEqual(named('harbour_logs'), ['harbourlogs, task-name']);
    assert.deepEqual(named('task9_answer_generation'), []);
    assert.deepEqual(named('train'), []);
    assert.deepEqual(named('task9_first_i_elements', ['synthetic']), []);
  });

  it('are more exact in the name than in the declaration where the field knows both', () => {
    assert.deepEqual(named('task9_storycloze_order_generation', ['ROCStories']), ['storycloze, task-name']);
    assert.deepEqual(named('task9_copa_hr_classification', ['copa_hr']), ['copahr, declared']);
    assert.deepEqual(named('task9_squad_answer_generation', ['harbour logs']), ['harbourlogs, declared']);
  });

  it('are a subject each in suites, by format and by name', () => {
    assert.deepEqual(named('astronomy', [], 'mmlu'), ['mmlu:astronomy, suite']);
    assert.deepEqual(named('task666_mmmlu_answer_generation_astronomy', ['MMLU']), ['mmlu:astronomy, suite']);
    assert.deepEqual(named('navigate', [], 'bbh'), named('task1745_bbh_navigate'));
    assert.deepEqual(named('test', [], 'gsm8k'), ['gsm8k, suite']);
    assert.deepEqual(named('gsm8k', [], 'flan-cot'), ['gsm8k, task-name']);
  });

  it('are told by records where most of the eval task stands in the train task', () => {
    assert.equal(sameRecords({ evalExamples: 10, overlappingContent: 6, shortMatches: 2 }), true);
    assert.equal(sameRecords({ evalExamples: 10, overlappingContent: 7, shortMatches: 0 }), false);
    assert.equal(sameRecords({ evalExamples: 0, overlappingContent: 0, shortMatches: 0 }), false);
  });
});

describe('the official split of Super-NaturalInstructions', () => {
  const lists = join(REAL_DATA, 'natural-instructions/splits/default');
  const map = join(REAL_DATA, 'truth/sni_task_source_map.tsv');

  it('shares no data source between train and test, as its authors say', function () {
    if (!existsSync(lists) || !existsSync(map)) {
      console.log(`      skipped: ${REAL_DATA} is not there`);
      this.skip();
    }
    const split = readSplitLists(REAL_DATA, 'natural-instructions/splits/default')!;
    const rows = readFileSync(map, 'utf8').trimEnd().split('\n').slice(1);
    const sides = (list: string) =>
      rows
        .map((line) => line.split('\t') as [string, string])
        .filter(([name]) => split.placesOf(name).some((place) => place.list.name === list))
        .map(([name, source]) => ({ id: name, name, sources: [source] }));
    const [train, test] = [sides('train'), sides('test')];
    // All 119 test tasks; of the 756 train tasks the map lacks the 57 of MMLU.
    assert.deepEqual([train.length, test.length], [699, 119]);
    assert.deepEqual(sameSourcePairs(train, test), []);
    // Not because nothing is seen: the same rule finds partners within each side.
    assert.ok(sameSourcePairs(test, test).length > test.length);
  });
});
