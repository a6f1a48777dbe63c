import assert from 'node:assert/strict';
import { KNOWN_CATEGORIES } from '../../server/curation/proposal/categories.ts';
import { additions } from '../../server/curation/proposal/mapping.ts';
import { propose, weigh } from '../../server/curation/proposal/propose.ts';
import { evidenceInWords } from '../../server/curation/proposal/reasons.ts';
import { textOf, WordSimilarity } from '../../server/curation/proposal/similarity.ts';
import type { Evidence, TaskToPropose } from '../../server/curation/proposal/types.ts';
import { Vocabulary } from '../../server/curation/proposal/vocabulary.ts';
import { phraseOf } from '../../server/curation/proposal/words.ts';
import { spelling } from '../../server/curation/sources/spelling.ts';

const task = (name: string, more: Partial<TaskToPropose> = {}): TaskToPropose => ({
  id: `c/${name}`,
  name,
  tags: [],
  sources: [],
  instruction: '',
  ...more,
});
const field = new Vocabulary();
const category = (one: TaskToPropose, vocabulary = field) => propose(one, vocabulary)?.category;

describe('a proposed category', () => {
  it('is the same in every spelling that collections have for it', () => {
    const spellings = [
      'NLI',
      'nli',
      'Natural Language Inference',
      'natural_language_inference',
      'Entailment',
    ];
    for (const tag of [...spellings, 'textual entailments', 'Recognizing Textual Entailment'])
      assert.equal(category(task('x', { tags: [tag] })), 'Textual Entailment', tag);
    assert.equal(category(task('x', { tags: ['Q&A'] })), 'Question Answering');
    assert.equal(category(task('x', { tags: ['Summarisation'] })), 'Summarization');
    assert.equal(category(task('x', { tags: ['Text-to-SQL'] })), 'Code Generation');
  });

  it('is told by no phrase that another category has too, by its stems', () => {
    for (const part of ['names', 'says', 'data'] as const) {
      const owners = new Map<string, string>();
      for (const { name, also, hints, says, data } of KNOWN_CATEGORIES) {
        const keys =
          part === 'data'
            ? data.map(spelling)
            : (part === 'says' ? says : [name, ...also, ...hints]).map(phraseOf);
        for (const key of keys) {
          assert.notEqual(key, '', name);
          assert.equal(owners.get(key) ?? name, name, `${part}: "${key}"`);
          owners.set(key, name);
        }
      }
    }
  });

  it('is read off a name, its last words before others, and the job before the data set', () => {
    assert.equal(category(task('task012_quiet_river_question_generation')), 'Question Generation');
    assert.equal(category(task('squad_question_generation')), 'Question Generation');
    assert.equal(category(task('RiverIncorrectAnswerGeneration')), 'Wrong Candidate Generation');
    assert.equal(category(task('river_summarize')), 'Summarization');
    assert.equal(category(task('cnn_dailymail')), 'Summarization');
    assert.equal(category(task('bool_q')), category(task('boolq')));
  });

  it('is read off its data source and what it is asked for', () => {
    assert.equal(category(task('part_one', { sources: ['glue/rte'] })), 'Textual Entailment');
    const instruction = 'Say whether the premise entails the hypothesis or contradicts it.';
    const found = propose(task('part_two', { instruction }), field)!;
    assert.equal(found.category, 'Textual Entailment');
    assert.equal(found.evidence[0]!.kind, 'instruction');
  });

  it('keeps a word that no category answers to, and what is turned round is another thing', () => {
    const own = propose(task('x', { tags: ['Knot Tying'] }), field)!;
    assert.deepEqual([own.category, own.evidence[0]!.kind], ['Knot Tying', 'own']);
    assert.equal(category(task('x', { tags: ['Inverted Translation'] })), 'Inverted Translation');
    assert.equal(propose(task('knots'), field), undefined);
  });

  it('has the name that the bench gives it', () => {
    const bench = [
      { name: 'NLI', from: ['Fact Verification'] },
      { name: 'Knots', from: [] },
    ];
    const ours = new Vocabulary(bench, (name) => (name === 'Translation' ? 'Languages' : name));
    assert.equal(category(task('x', { tags: ['Textual Entailment'] }), ours), 'NLI');
    assert.equal(category(task('x', { tags: ['fact verifications'] }), ours), 'NLI');
    assert.equal(category(task('river_translation'), ours), 'Languages');
    assert.equal(category(task('tie_knots'), ours), 'Knots');
  });

  it('says why, and is the less sure the more speaks against it', () => {
    const clear = propose(task('river_translation', { tags: ['Translation'] }), field)!;
    assert.deepEqual(clear.evidence.map(evidenceInWords), [
      'its collection says "Translation"',
      'its name says "translation"',
    ]);
    const torn = propose(task('river_summarization', { tags: ['Translation'] }), field)!;
    assert.equal(torn.category, 'Translation');
    assert.deepEqual(torn.against.map(evidenceInWords), ['its name says "summarization"']);
    assert.ok(torn.confidence < clear.confidence);
    assert.ok(clear.confidence <= 1);
    assert.equal(weigh([]), undefined);
  });

  it('joins evidence for one category, whatever order it comes in', () => {
    const one = (kind: Evidence['kind'], name: string, confidence: number): Evidence => ({
      kind,
      category: name,
      confidence,
      quote: '',
    });
    const evidence = [one('name', 'A', 0.5), one('data', 'A', 0.5), one('tag', 'B', 0.6)];
    assert.equal(weigh(evidence)!.category, 'A');
    assert.ok(Math.abs(weigh(evidence)!.confidence - 0.75 * 0.7) < 1e-9);
    assert.deepEqual(weigh([...evidence].reverse())!.category, 'A');
  });
});

describe('tasks that read alike', () => {
  const asked = (instruction: string) => task('q', { instruction });
  const told = (id: string, category: string, instruction: string) => ({
    category,
    task: task(id, { instruction }),
  });
  const known = [
    told('a', 'Recipes', 'Write the steps for cooking this dish'),
    told('b', 'Recipes', 'List what the dish is cooked from'),
    told('c', 'Weather', 'Forecast the weather of the next day'),
  ];
  const like = new WordSimilarity(known);

  it('are found by the words that are rare among all', () => {
    const [first, ...others] = like.like(asked('cook a dish from these'), 3);
    assert.equal(first!.category, 'Recipes');
    assert.ok(others.every(({ similarity }) => similarity <= first!.similarity));
    assert.ok(Math.abs(like.like(known[2]!.task, 1)[0]!.similarity - 1) < 1e-9);
    assert.deepEqual(like.like(asked('nothing shared'), 3), []);
  });

  it('are not those that are held apart, and the languages of a task count for nothing', () => {
    assert.deepEqual(
      like.like(known[2]!.task, 3, (id) => id === 'c/c').filter(({ id }) => id === 'c/c'),
      [],
    );
    const languages = new WordSimilarity([
      told('d', 'Weather', 'german weather'),
      told('e', 'Recipes', 'french recipes'),
    ]);
    assert.deepEqual(languages.like(asked('german french'), 2), []);
  });

  it('make a proposal where nothing else does', () => {
    const unknown = task('kitchen', { instruction: 'Cook the dish: write its steps' });
    const found = propose(unknown, field, like)!;
    assert.equal(found.category, 'Recipes');
    assert.match(evidenceInWords(found.evidence[0]!), /^reads like c\/a \(0\.\d\d\)$/);
    assert.match(textOf(unknown), /^kitchen Cook/);
  });
});

describe('proposals as lines of the taxonomy', () => {
  const row = (id: string, categories: string[], to?: string, settled = false) => ({
    id: `c/${id}`,
    collection: 'c',
    categories,
    to,
    settled,
  });

  it('map a collection’s word where all of it goes one way, else the task', () => {
    const rows = [
      row('1', ['NLI'], 'Entailment'),
      row('2', ['NLI'], 'Entailment'),
      row('3', ['Misc'], 'Entailment'),
      row('4', ['Misc']),
      row('5', ['NLI'], undefined, true),
      row('6', [], 'Other'),
    ];
    assert.deepEqual(additions(rows, { categories: {} }), [
      { category: 'Entailment', from: { c: ['NLI'] }, tasks: ['c/3'] },
      { category: 'Other', from: {}, tasks: ['c/6'] },
    ]);
  });

  it('leave a word alone that the taxonomy maps elsewhere', () => {
    const taxonomy = { categories: { Old: { from: { c: ['NLI'] } } } };
    assert.deepEqual(additions([row('1', ['NLI'], 'New')], taxonomy), [
      { category: 'New', from: {}, tasks: ['c/1'] },
    ]);
  });
});
