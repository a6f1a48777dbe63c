import assert from 'node:assert/strict';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Folder, readBack, recordsOf, scanAll } from './support.ts';

const samples = join(import.meta.dirname, '../../samples/data');
const lines = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('natural-instructions', () => {
  const definition = 'Answer the question about boats.';
  const instances = [
    { id: 'a', input: 'Which boat floats?', output: ['the red one', 'red'] },
    { id: 'b', input: 'Where is “Böt”?', output: ['at sea'] },
  ];
  const before = {
    Source: ['boats'],
    Categories: ['Question Answering'],
    Domains: 'Water',
    Definition: [definition],
  };
  const shots = [{ input: 'Which sinks?', output: 'lead', explanation: 'heavy' }];

  it('tells the facts and the first output, keeping the others', async () => {
    const text = JSON.stringify({ ...before, 'Positive Examples': shots, Instances: instances }, null, 4);
    const { tasks, records } = await readBack('natural-instructions', 'tasks/task001_boats.json', text);
    const facts = tasks.get('task001_boats')!;
    assert.equal(facts.instructions, 'dataset');
    assert.equal(facts.definition, definition);
    assert.deepEqual(facts.categories, ['Question Answering']);
    assert.deepEqual(facts.sources, ['boats']);
    assert.deepEqual(facts.domains, ['Water']);
    assert.deepEqual(facts.demonstrations, shots);
    assert.equal(facts.templates[0]!.text, '{{input}}|||{{output}}');
    assert.deepEqual(records[0]!.references, ['the red one', 'red']);
    assert.equal(records[0]!.fields.output, 'the red one');
    assert.deepEqual(records[0]!.fields.outputs, ['the red one', 'red']);
    assert.equal(records[1]!.fields.input, 'Where is “Böt”?');
  });

  it('reads the definition behind the instances, and output as plain text', async () => {
    const old = { Instances: [{ input: 'x', output: 'y' }], Definition: definition, Categories: 'QA' };
    const { tasks, records } = await readBack('natural-instructions', 'task2.json', JSON.stringify(old));
    assert.equal(tasks.get('task2')!.definition, definition);
    assert.deepEqual(tasks.get('task2')!.categories, ['QA']);
    assert.deepEqual(records, [{ fields: { input: 'x', output: 'y' }, references: ['y'] }]);
  });

  it('gives the line of each instance', async () => {
    const text = JSON.stringify({ Definition: definition, Instances: instances }, null, 1);
    const { examples } = await readBack('natural-instructions', 't.json', text);
    const rows = text.split('\n');
    for (const { position } of examples) assert.equal(rows[position.line - 1]!.trim(), '{');
    assert.ok(rows[examples[1]!.position.line]!.includes('"b"'));
  });
});

describe('promptsource', () => {
  const yaml = `dataset: 2016
subset: 3.0.0
templates:
  id-1: !Template
    answer_choices: null
    id: id-1
    jinja: "{{text}} ||| {{label}}"
    metadata: !TemplateMetadata
      choices_in_prompt: false
      languages: &id001
      - en
      metrics: []
      original_task: true
    name: yes
  id-2: !Template
    answer_choices: Yes ||| No
    id: id-2
    jinja: 'Is it "{{text}}"?

      ||| {{ answer_choices[label] }}'
    metadata: !TemplateMetadata
      languages: *id001
      original_task: false
    name: second
  id-3: !Template
    id: id-3
    name: without a pattern
`;

  it('reads tags, anchors and names as written, and passes over a broken template', async () => {
    const { tasks, skips } = await readBack('promptsource', 'templates/2016/3.0.0/templates.yaml', yaml);
    const [first, second, ...rest] = tasks.get('2016/3.0.0')!.templates;
    assert.equal(rest.length, 0);
    assert.deepEqual(first, {
      name: 'true',
      id: 'id-1',
      language: 'jinja',
      text: '{{text}} ||| {{label}}',
      strip: true,
      originalTask: true,
      choicesInPrompt: false,
      metrics: [],
      languages: ['en'],
      file: 'templates/2016/3.0.0/templates.yaml',
      line: 4,
    });
    assert.equal(second!.answerChoices, 'Yes ||| No');
    assert.equal(second!.text, 'Is it "{{text}}"?\n||| {{ answer_choices[label] }}');
    assert.deepEqual(second!.languages, ['en']);
    assert.deepEqual(
      skips.map(({ line, reason }) => [line, reason]),
      [[25, "the template can't be read: jinja missing or of the wrong kind"]],
    );
  });

  it('finds the records of its data sets, in JSON Lines and Parquet, and leaves others', async () => {
    const options = { datasets: join(samples, 'hf') };
    const told = await scanAll('promptsource', join(samples, 'promptsource'), options);
    const counts = Map.groupBy(told.examples, ({ task }) => task);
    assert.equal(counts.get('market_news/topics')!.length, 40);
    assert.equal(counts.get('kitchen_qa/multiple_choice')!.length, 30);
    const records = await recordsOf('promptsource', told, options);
    assert.ok(records.every(({ references }) => references.length === 0));
    assert.ok(told.examples.some(({ split }) => split === 'dev'));
    using other = new Folder({
      'unknown_set/train.jsonl': '{"a":1}\n',
      'village_boolq/train.jsonl': '{"a":1}\n',
    });
    const few = await scanAll('promptsource', join(samples, 'promptsource'), { datasets: other.root });
    assert.deepEqual(
      few.examples.map(({ task }) => task),
      ['village_boolq'],
    );
  });
});

describe('flan-templates', () => {
  it('reads literals of every kind and skips the rest with its line', async () => {
    const source = `"""PATTERNS = not this"""
import os
PATTERNS = {
    "plain": [
        ("{q}\\n\\"quoted\\" " 'and joined: '
         """long
text""", "{a}"),
        (r"raw\\n{q}", '\\x41\\u00e9\\101\\N'[:0]),
        (f"{os}", "{a}"),
        ("only one",),
        ("{q}", "{a}"),  # a comment
    ],
    'computed': make(),
    "unknown escape \\d": (("\\d{q}", "a\\
b"),),
}
PATTERNS["more"] = [("x", "y")]
`;
    const { tasks, skips } = await readBack('flan-templates', 'flan/templates.py', source);
    assert.deepEqual([...tasks.keys()], ['plain', 'unknown escape \\d']);
    const [first, second] = tasks.get('plain')!.templates;
    assert.equal(first!.text, '{q}\n"quoted" and joined: long\ntext|||{a}');
    assert.equal(first!.language, 'format');
    assert.equal(first!.line, 5);
    assert.equal(second!.text, '{q}|||{a}');
    assert.equal(tasks.get('unknown escape \\d')!.templates[0]!.text, '\\d{q}|||ab');
    assert.deepEqual(
      skips.map(({ line }) => line),
      [8, 9, 10, 13, 17],
    );
  });
});

describe('formats of lines', () => {
  it('flan-cot: three columns, newlines as two characters, raw quotes', async () => {
    const text = 'Say "hi"\\nnow?\t"yes\tfirst\\nthen\ttoo many\nQ \\t\tA\tR\n';
    const { tasks, records, skips, examples } = await readBack('flan-cot', 'aqua_train.tsv', text);
    assert.deepEqual([...tasks.keys()], ['aqua']);
    assert.equal(records[0]!.fields.question, 'Q \\t');
    assert.equal(examples[0]!.split, 'train');
    assert.deepEqual(
      skips.map(({ line, reason }) => [line, reason]),
      [[1, '4 columns instead of 3 (question, answer, rationale)']],
    );
    const again = await readBack('flan-cot', 'x.tsv', 'Say "hi"\\nnow?\t"yes\tfirst\\nthen\r\n');
    assert.deepEqual(again.records[0]!.fields, {
      question: 'Say "hi"\nnow?',
      answer: '"yes',
      rationale: 'first\nthen',
    });
  });

  it('crossfit: the task and split are in the name', async () => {
    const { examples, records } = await readBack(
      'crossfit',
      'data/glue-sst2/glue-sst2_16_100_dev.tsv',
      'in "q"\tout\n',
    );
    assert.deepEqual(
      examples.map(({ task, split }) => [task, split]),
      [['glue-sst2', 'dev']],
    );
    assert.deepEqual(records, [{ fields: { input: 'in "q"', output: 'out' }, references: ['out'] }]);
  });

  it('metaicl: several tasks in a file', async () => {
    const row = (task: string, options: string[]) => ({ task, input: 'i', output: 'o', options });
    const { tasks, records, examples } = await readBack(
      'metaicl',
      'mixed_16_100_train.jsonl',
      lines(row('one', ['o', 'p']), row('two', []), row('one', ['o'])),
    );
    assert.deepEqual([...tasks.keys()], ['one', 'two']);
    assert.deepEqual(
      examples.map(({ task }) => task),
      ['one', 'two', 'one'],
    );
    assert.deepEqual(records[0]!.candidates, ['o', 'p']);
    assert.equal(records[1]!.candidates, undefined);
  });

  it('seqio: JSON Lines, TSV of two columns and of COGS', async () => {
    const json = await readBack('seqio', 'export.jsonl', lines({ inputs: 'a', targets: 'b', other: 1 }));
    assert.deepEqual(json.records, [{ fields: { inputs: 'a', targets: 'b', other: 1 }, references: ['b'] }]);
    const cogs = await readBack('seqio', 'dev.tsv', 'A cat .\tcat ( x )\tprimitive\nA\tB\n');
    assert.deepEqual(
      cogs.records.map(({ fields }) => fields),
      [
        { inputs: 'A cat .', targets: 'cat ( x )', type: 'primitive' },
        { inputs: 'A', targets: 'B' },
      ],
    );
    assert.equal(cogs.examples[0]!.split, 'dev');
    assert.equal(cogs.examples[0]!.task, 'dev');
  });

  it('unifiedskg, prompt-completion, gsm8k, pretraining', async () => {
    const skg = await readBack(
      'unifiedskg',
      'spider.jsonl',
      lines({ text_in: 't', struct_in: 's', seq_out: 'o' }),
    );
    assert.equal(
      skg.tasks.get('spider')!.templates[0]!.text,
      '{{text_in}} ; structured knowledge: {{struct_in}}|||{{seq_out}}',
    );
    const rendered = await readBack(
      'prompt-completion',
      'x_y.jsonl',
      lines({ prompt: 'p', completion: 'c<|endoftext|>' }),
    );
    assert.deepEqual(rendered.records, [{ fields: { prompt: 'p', completion: 'c' }, references: ['c'] }]);
    const answer = 'First 2.\nThen <<2+2=4>>4.\n#### 4';
    const math = await readBack(
      'gsm8k',
      'test.jsonl',
      lines({ question: 'q', answer }, { question: 'q', answer: '4' }),
    );
    assert.deepEqual(math.records[0], {
      fields: { question: 'q', answer, rationale: 'First 2.\nThen <<2+2=4>>4.', final: '4' },
      references: ['4'],
    });
    assert.equal(math.skips[0]!.line, 2);
    const text = await readBack('pretraining', 'cc.jsonl', lines({ text: 'all of it', id: 7 }));
    assert.equal(text.tasks.get('cc')!.instructions, 'none');
    assert.equal(text.tasks.get('cc')!.templates[0]!.text, '|||{{text}}');
    assert.deepEqual(text.records[0]!.references, ['all of it']);
  });

  for (const [ending, compress] of [
    ['gz', gzipSync],
    ['zst', zstdCompressSync],
  ] as const) {
    it(`reads and reads again .${ending}, of several members`, async () => {
      const rows = Array.from({ length: 5000 }, (_, at) => ({ text: `${at} ${'é'.repeat(at % 300)}` }));
      const half = compress(Buffer.from(lines(...rows.slice(0, 2500))));
      const rest = compress(Buffer.from(lines(...rows.slice(2500))));
      const { records, skips, tasks } = await readBack(
        'pretraining',
        `a.jsonl.${ending}`,
        Buffer.concat([half, rest]),
      );
      assert.deepEqual(skips, []);
      assert.deepEqual([...tasks.keys()], ['a']);
      assert.deepEqual(
        records.map(({ fields }) => fields),
        rows,
      );
    });
  }
});

describe('evaluation suites', () => {
  it('mmlu: quoted newlines, the subject from the name', async () => {
    const text = '"Why, ""sir"",\nso?",1,2,"3,0",4,C\nshort,1,2,3,A\nQ,1,2,3,4,E\nLast,a,b,c,d,A';
    const { records, skips, examples } = await readBack('mmlu', 'test/high_school_us_history_test.csv', text);
    assert.deepEqual(records[0], {
      fields: { question: 'Why, "sir",\nso?', A: '1', B: '2', C: '3,0', D: '4', answer: 'C' },
      references: ['C'],
      candidates: ['A', 'B', 'C', 'D'],
    });
    assert.deepEqual(
      examples.map(({ task, split, position }) => [task, split, position.line]),
      [
        ['high_school_us_history', 'test', 1],
        ['high_school_us_history', 'test', 5],
      ],
    );
    assert.deepEqual(
      skips.map(({ line }) => line),
      [3, 4],
    );
  });

  it('mmlu: the questions of dev are demonstrations', async () => {
    const splits = async (path: string) =>
      (await readBack('mmlu', path, 'Q,1,2,3,4,A')).examples.map(({ task, split }) => [task, split]);
    assert.deepEqual(await splits('dev/anatomy_dev.csv'), [['anatomy', 'train']]);
    assert.deepEqual(await splits('val/anatomy_val.csv'), [['anatomy', 'dev']]);
  });

  it('bbh: the worked examples beside it are facts of the task', async () => {
    const prompts = `canary\n-----\nSay whether it floats.\n\nQ: Does lead float?\nOptions:\n- Yes\n- No\nA: Let's think step by step.\nLead is heavy. So the answer is No.\n\nQ: Wood?\nA: Light. So the answer is Yes.`;
    using folder = new Folder({
      'bbh/floating.json': JSON.stringify({ canary: 'c', examples: [{ input: 'Ice?', target: 'Yes' }] }),
      'cot-prompts/floating.txt': prompts,
      'cot-prompts/broken.txt': 'nothing of the kind',
    });
    const told = await scanAll('bbh', folder.root);
    const facts = told.tasks.get('floating')!;
    assert.equal(facts.definition, 'Say whether it floats.');
    assert.equal(facts.instructions, 'dataset');
    assert.deepEqual(
      facts.demonstrations!.map(({ output }) => output),
      ['No', 'Yes'],
    );
    assert.ok(facts.demonstrations![0]!.input.endsWith('- No'));
    assert.deepEqual(await recordsOf('bbh', told), [
      { fields: { input: 'Ice?', target: 'Yes' }, references: ['Yes'] },
    ]);
    assert.deepEqual([...told.tasks.keys()], ['floating']);
    assert.deepEqual(
      told.skips.map(({ path }) => path),
      ['cot-prompts/broken.txt'],
    );
  });

  it('raft: the labels are the candidates, columns get names that a template can read', async () => {
    const task = {
      name: 'orgs',
      data_columns: ['Paper title', 'ID'],
      label_columns: { Label: ['company', 'university'] },
    };
    using folder = new Folder({
      'orgs/task.json': JSON.stringify(task),
      'orgs/train.csv': 'Paper title,Label,ID\n"A, B",company,0\nC,school,1\nD,university\n',
      'orgs/test_unlabeled.csv': 'Paper title,ID\nE,50\n',
      'lost/train.csv': 'Paper title,Label,ID\nA,company,0\n',
    });
    const told = await scanAll('raft', folder.root);
    assert.equal(told.tasks.get('orgs')!.templates[0]!.text, 'Paper title: {{Paper_title}}|||{{Label}}');
    const records = await recordsOf('raft', told);
    assert.deepEqual(
      records.map(({ fields, references }) => [fields.Paper_title, references]),
      [
        ['E', []],
        ['A, B', ['company']],
      ],
    );
    assert.deepEqual(records[0]!.candidates, ['company', 'university']);
    assert.deepEqual(
      told.examples.map(({ split }) => split),
      ['test', 'train'],
    );
    assert.deepEqual(
      told.skips.map(({ path, line }) => [path, line]),
      [
        ['lost/train.csv', 0],
        ['orgs/train.csv', 3],
        ['orgs/train.csv', 4],
      ],
    );
  });
});

describe('parlai', () => {
  it('reads acts one by one, alone, listed, and in exchanges', async () => {
    const yaml = `acts:
- - id: a
    labels:
    - "yes, it\\
      \\ is"
    text: 'Is it?

      Really?'
  - eval_labels: [no]
    text: second of the exchange
- text: flat
  labels:
  - answer
  label_candidates:
  - other
  - answer
- - text: no label
- - text: "broken
    labels: x
extra: 1
`;
    const { records, skips, examples } = await readBack('parlai', 'chat_valid.yml', yaml);
    assert.deepEqual(
      records.map(({ fields, references }) => [fields.text, references]),
      [
        ['Is it?\nReally?', ['yes, it is']],
        ['second of the exchange', ['False']],
        ['flat', ['answer']],
      ],
    );
    assert.deepEqual(records[2]!.candidates, ['other', 'answer']);
    assert.deepEqual(
      examples.map(({ position }) => position.line),
      [2, 9, 11],
    );
    assert.equal(examples[0]!.split, 'dev');
    assert.deepEqual(
      skips.map(({ line }) => line),
      [17, 18],
    );
  });

  it('reads conversations as plain text', async () => {
    const dialog = [
      [
        { id: 'a', text: 'Hi' },
        { id: 'b', text: 'Yo' },
      ],
      [{ text: 'Bye' }],
    ];
    const { records, tasks } = await readBack('parlai', 'chat.jsonl', lines({ dialog }, { dialog: 'none' }));
    assert.deepEqual(
      records.map(({ references }) => references),
      [['a: Hi\nb: Yo\nBye']],
    );
    assert.equal(tasks.get('chat')!.instructions, 'none');
  });
});

describe('tables with any columns', () => {
  it('jsonl: a mapping, nested fields, lists and numbered labels', async () => {
    const fields = { input: ['title', 'doc.body'], target: 'label', candidates: 'choices', task: 'set' };
    const { records, tasks } = await readBack(
      'jsonl',
      'rows.jsonl',
      lines({ title: 'T', doc: { body: 'B' }, label: 1, choices: ['no', 'yes'], set: 's1' }),
      { fields },
    );
    assert.deepEqual(records[0]!.references, ['yes']);
    assert.deepEqual(records[0]!.candidates, ['no', 'yes']);
    assert.equal(records[0]!.fields.doc_body, 'B');
    assert.equal(records[0]!.fields.label, 'yes');
    assert.equal(tasks.get('s1')!.templates[0]!.text, '{{title}}\n{{doc_body}}|||{{label}}');
  });

  it('guesses known columns, and asks for a mapping otherwise', async () => {
    const known = await readBack('jsonl', 'a.jsonl', lines({ question: 'q', answer: ['x', 'y'] }));
    assert.deepEqual(known.records[0]!.references, ['x', 'y']);
    assert.equal(known.records[0]!.fields.answer, 'x');
    const unknown = await readBack('jsonl', 'a.jsonl', lines({ foo: 'q', bar: 'x' }));
    assert.equal(unknown.examples.length, 0);
    assert.match(unknown.skips[0]!.reason, /say which columns hold what.*foo, bar/);
  });

  it('tsv and csv: by the header or by number', async () => {
    const fields = { input: 'the text', target: 'class' };
    const byName = await readBack('csv', 'x_test.csv', 'the text,class\r\n"a\nb",c\r\n', { fields });
    assert.deepEqual(byName.records[0]!.fields, { 'the text': 'a\nb', class: 'c', the_text: 'a\nb' });
    assert.equal(byName.examples[0]!.position.line, 2);
    const byNumber = await readBack('tsv', 'x.tsv', 'c\t"a\nd\tb\n', { fields: { input: '2', target: '1' } });
    assert.deepEqual(
      byNumber.records.map(({ references }) => references[0]),
      ['c', 'd'],
    );
    assert.equal(byNumber.tasks.get('x')!.templates[0]!.text, '{{_2}}|||{{_1}}');
    const missing = await readBack('tsv', 'x.tsv', 'a\tb\n1\t2\n', { fields: { input: 'a', target: 'z' } });
    assert.match(missing.skips[0]!.reason, /no column z; the file has a, b/);
  });

  it('parquet: rows by number', async () => {
    const options = { fields: { input: 'sheet', target: 'answer' } };
    const told = await scanAll('parquet', join(samples, 'herbarium'), options);
    assert.equal(told.examples.length, 20);
    assert.deepEqual(told.examples[3]!.position, { offset: 3, length: 0, line: 4 });
    const picked = { ...told, examples: [told.examples[2]!, told.examples[17]!] };
    const records = await recordsOf('parquet', picked, options);
    const all = await recordsOf('parquet', told, options);
    assert.deepEqual(records, [all[2], all[17]]);
    using folder = new Folder({ 'no.parquet': 'PAR1 but not really' });
    const broken = await scanAll('parquet', folder.root, options);
    assert.equal(broken.skips.length, 1);
  });
});
