import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type Recognised, recogniseFolder } from '../../server/collections/recognise.ts';
import { collectionFiles, readers } from '../../server/collections/registry.ts';
import { recordsOf, scanAll, type Told } from './support.ts';

const data = join(import.meta.dirname, '../../../shared/data');

function counts(told: Told): { [task: string]: number } {
  const found: { [task: string]: number } = {};
  for (const { task } of told.examples) found[task] = (found[task] ?? 0) + 1;
  return found;
}

describe('real collections', function () {
  this.timeout(120_000);
  let recognised: Recognised[] = [];

  before(async function () {
    if (!existsSync(data)) {
      console.log(`      skipped: there is no ${data}`);
      this.skip();
    }
    recognised = await recogniseFolder(data);
  });

  /** Scans a folder as the format it must be recognised as; nothing in it may be skipped. */
  async function scanned(path: string, format: Recognised['format']): Promise<Told> {
    assert.equal(recognised.find((found) => found.path === path)?.format, format);
    const told = await scanAll(format, join(data, path));
    assert.deepEqual(told.skips, []);
    return told;
  }

  it('are recognised, and nothing else is', () => {
    assert.deepEqual(
      recognised.map(({ path, format }) => [path, format]),
      [
        ['dialogue', 'parlai'],
        ['eval/bbh', 'bbh'],
        ['eval/gsm8k', 'gsm8k'],
        ['eval/mmlu', 'mmlu'],
        ['eval/raft', 'raft'],
        ['exmix', 'seqio'],
        ['flan-cot', 'flan-cot'],
        ['natural-instructions', 'natural-instructions'],
        ['pretrain', 'pretraining'],
        ['promptsource', 'promptsource'],
        ['promptsource-rendered', 'prompt-completion'],
      ],
    );
  });

  it('natural-instructions: 85 files, every instance and fact as JSON.parse gives them', async () => {
    const told = await scanned('natural-instructions', 'natural-instructions');
    assert.equal(told.tasks.size, 85);
    const records = await recordsOf('natural-instructions', told);
    let at = 0;
    const folder = join(data, 'natural-instructions/tasks');
    for (const name of readdirSync(folder).sort()) {
      const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        Definition: string[];
        Instances: { input: string; output: string | string[] }[];
      };
      assert.equal(told.tasks.get(name.replace('.json', ''))!.definition, file.Definition.join('\n'));
      for (const { input, output } of file.Instances) {
        const record = records[at++]!;
        assert.equal(record.fields.input, input);
        // A few outputs are numbers.
        assert.deepEqual(record.references, [output].flat().map(String));
      }
    }
    assert.equal(at, records.length);
    assert.equal(at, 33_440);
  });

  it('promptsource: 193 files, 1,481 templates, their labels as listed', async () => {
    const told = await scanned('promptsource', 'promptsource');
    const { files } = await collectionFiles(join(data, 'promptsource'), readers.get('promptsource')!, {});
    assert.equal(files.length, 193);
    assert.equal(told.tasks.size, 193);
    const templates = [...told.tasks.values()].flatMap((task) => task.templates);
    assert.equal(templates.length, 1481);
    const rows = parse(readFileSync(join(data, 'truth/promptsource_original_task.csv'))) as string[][];
    const label = { True: true, False: false } as { [label: string]: boolean };
    assert.deepEqual(
      new Map(templates.map(({ id, name, originalTask }) => [id, [name, originalTask]])),
      new Map(rows.slice(1).map(([, , name, id, original]) => [id, [name, label[original!]]])),
    );
    for (const { file, line, id } of templates) {
      const lines = readFileSync(join(data, 'promptsource', file!), 'utf8').split('\n');
      assert.ok(lines[line! - 1]!.includes(id!), `${file}:${line}`);
    }
  });

  it('flan-cot, exmix, rendered prompts: a record for every line', async () => {
    assert.deepEqual(counts(await scanned('flan-cot', 'flan-cot')), {
      aqua: 2728,
      creak: 6915,
      ecqa: 7112,
      gsm8k: 7473,
      qasc: 1084,
    });
    assert.deepEqual(counts(await scanned('exmix', 'seqio')), { dev: 3000, test: 3000, train: 24155 });
    const rendered = await scanned('promptsource-rendered', 'prompt-completion');
    assert.equal(rendered.tasks.size, 58);
    assert.equal(rendered.examples.length, 11_600);
    const records = await recordsOf('prompt-completion', rendered);
    assert.ok(records.every(({ references }) => !references[0]!.includes('<|endoftext|>')));
  });

  it('evaluation suites', async () => {
    const bbh = await scanned('eval/bbh', 'bbh');
    assert.equal(bbh.tasks.size, 20);
    assert.equal(bbh.examples.length, 4833);
    for (const { definition, demonstrations, name } of bbh.tasks.values()) {
      assert.ok(definition, name);
      assert.equal(demonstrations!.length, 3, name);
    }
    assert.deepEqual(counts(await scanned('eval/gsm8k', 'gsm8k')), { test: 1319, train: 7473 });
    assert.deepEqual(counts(await scanned('eval/mmlu', 'mmlu')), {
      abstract_algebra: 100,
      high_school_us_history: 204,
    });
    const raft = await scanned('eval/raft', 'raft');
    assert.equal(raft.tasks.size, 9);
    const train = Map.groupBy(
      raft.examples.filter(({ split }) => split === 'train'),
      ({ task }) => task,
    );
    for (const [task, examples] of train) assert.equal(examples.length, 50, task);
    assert.equal(train.size, 9);
  });

  it('dialogue and pretraining text, compressed and not', async () => {
    const dialogue = await scanned('dialogue', 'parlai');
    assert.equal(dialogue.tasks.size, 43);
    assert.ok((await recordsOf('parlai', dialogue)).every(({ references }) => references.length > 0));
    assert.deepEqual(counts(await scanned('pretrain', 'pretraining')), { 'cc_en_head-0091': 20, '000': 10 });
  });
});
