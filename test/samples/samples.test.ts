import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parse as parseYaml } from 'yaml';
import { parquetRows, sampleFiles } from '../../scripts/samples/files.ts';
import { readExpected } from './expected.ts';
import { filesBelow, grams, type PlainBench, type PlainTask, readSamples, SAMPLES, words } from './plain.ts';

const expected = readExpected();
const read = (file: string) => readFileSync(join(SAMPLES, file), 'utf8');
const whole = (task: PlainTask) => task.examples.map(({ fields }) => words(fields.join(' ')).join(' '));

/** The grams of a task's records, fields in either order; with the definition before them where asked. */
function taskGrams(task: PlainTask, definition: string): Set<string> {
  const found = new Set<string>();
  for (const { fields } of task.examples) {
    for (const gram of grams([definition, ...fields].join(' '))) found.add(gram);
    for (const gram of grams([...fields].reverse().join(' '))) found.add(gram);
  }
  return found;
}

function overlapping(task: PlainTask, definition: string, train: ReadonlySet<string>): number {
  return task.examples.filter(({ fields }) =>
    [...grams([definition, ...fields].join(' '))].some((gram) => train.has(gram)),
  ).length;
}

function shortMatches(train: PlainTask, evaluation: PlainTask): number {
  const texts = new Set(whole(train));
  return whole(evaluation).filter((text) => text.split(' ').length < 13 && texts.has(text)).length;
}

describe('the sample bench', () => {
  let bench: PlainBench;
  const task = (id: string) => bench.tasks.get(id) ?? assert.fail(`no task ${id}`);

  before(async () => {
    bench = await readSamples();
  });

  it('holds the tasks and examples that expected.json counts', () => {
    assert.deepEqual([...bench.tasks.keys()].sort(), expected.tasks.map(({ id }) => id).sort());
    for (const { id, examples, examplesBySplit } of expected.tasks) {
      const counted: { [split: string]: number } = {};
      for (const { split } of task(id).examples) counted[split] = (counted[split] ?? 0) + 1;
      assert.equal(task(id).examples.length, examples, id);
      assert.deepEqual(counted, examplesBySplit, id);
    }
    for (const { name, tasks, examples } of expected.collections) {
      const own = expected.tasks.filter(({ collection }) => collection === name);
      assert.equal(own.length, tasks, name);
      assert.equal(
        own.reduce((sum, each) => sum + each.examples, 0),
        examples,
        name,
      );
    }
  });

  it('has its damaged records where they are said to be, and nowhere else', () => {
    assert.deepEqual(
      bench.skips.map(({ file, line }) => `${file}:${line}`).sort(),
      expected.skips.map(({ file, line }) => `${file}:${line}`).sort(),
    );
  });

  it('has a CSV with a byte order mark and CRLF that loses nothing', () => {
    const text = read('data/helpdesk/helpdesk.csv');
    assert.ok(text.startsWith('\ufeffrequest,desk\r\n'));
    assert.equal(text.match(/\n/g)?.length, text.match(/\r\n/g)?.length);
  });

  it('shares the text that was planted', () => {
    for (const pair of expected.pairs) {
      const [train, evaluation] = [task(pair.train), task(pair.eval)];
      assert.deepEqual(
        {
          ...pair,
          evalExamples: evaluation.examples.length,
          overlapping: overlapping(evaluation, evaluation.definition, taskGrams(train, train.definition)),
          overlappingContent: overlapping(evaluation, '', taskGrams(train, '')),
          shortMatches: shortMatches(train, evaluation),
          sameSource: train.source !== undefined && train.source === evaluation.source,
        },
        pair,
      );
    }
  });

  it('shares no other text between train and eval tasks', () => {
    const side = (train: boolean) => expected.tasks.filter(({ split }) => (split === 'train') === train);
    const planted = new Set(expected.pairs.map((pair) => `${pair.train} ${pair.eval}`));
    const found: string[] = [];
    for (const { id } of side(true)) {
      const train = task(id);
      const content = taskGrams(train, train.definition);
      for (const { id: other } of side(false)) {
        const evaluation = task(other);
        const shared =
          overlapping(evaluation, evaluation.definition, content) + shortMatches(train, evaluation);
        const source = train.source !== undefined && train.source === evaluation.source;
        if ((shared > 0 || source) && !planted.has(`${id} ${other}`)) found.push(`${id} ${other}: ${shared}`);
      }
    }
    assert.deepEqual(found, []);
  });

  it('declares its templates as expected.json says', () => {
    for (const {
      task: id,
      template,
      file,
      line,
      originalTask,
      altersTask,
      alteration,
    } of expected.templates) {
      const block = read(file)
        .split('\n')
        .slice(line - 1);
      assert.match(block[0]!, /^ {2}[0-9a-f-]{36}: !Template$/, id);
      const end = block.findIndex((text) => text.startsWith('    name: '));
      assert.equal(block[end], `    name: ${template}`);
      assert.ok(block.slice(0, end).includes(`      original_task: ${originalTask}`), template);
      assert.equal(altersTask, alteration !== undefined, template);
    }
    const files = filesBelow('data/promptsource');
    const all = files.reduce((sum, file) => sum + (read(file).match(/: !Template$/gm)?.length ?? 0), 0);
    assert.equal(all, expected.templates.length);
    const lies = expected.templates.filter((each) => each.altersTask && each.originalTask);
    assert.deepEqual(lies.map(({ template }) => template).sort(), ['first_word', 'question_from_answer']);
  });

  it('covers every format, twelve categories and all levels, and splits by names that exist', () => {
    const file = parseYaml(read('heldout.yaml')) as {
      collections: { name: string; format: string; path: string }[];
      splits: { held_out: string[]; partially_held_out: { [category: string]: string[] }; dev: string[] };
    };
    const { categories } = parseYaml(read('taxonomy.yaml')) as {
      categories: { [name: string]: { tasks?: string[] } };
    };
    assert.deepEqual(
      file.collections.map(({ name, format }) => `${name} ${format}`),
      expected.collections.map(({ name, format }) => `${name} ${format}`),
    );
    assert.equal(new Set(expected.collections.map(({ format }) => format)).size, 19);
    assert.equal(Object.keys(categories).length, 13, 'twelve, and the one for plain text');
    assert.equal(new Set(expected.tasks.map(({ level }) => level)).size, 3);

    const byId = new Map(expected.tasks.map((each) => [each.id, each]));
    for (const [name, { tasks = [] }] of Object.entries(categories))
      for (const id of tasks) assert.equal(byId.get(id)?.category, name, id);
    for (const [category, ids] of Object.entries(file.splits.partially_held_out))
      for (const id of ids) {
        assert.equal(byId.get(id)?.category, category, id);
        assert.equal(byId.get(id)?.level, 'partially-held-out', id);
      }
    for (const { category, level } of expected.tasks)
      assert.equal(level === 'fully-held-out', file.splits.held_out.includes(category), category);
    for (const id of file.splits.dev) assert.equal(byId.get(id)?.split, 'dev', id);
  });

  it('is what its script writes, and small', function () {
    // The tokenizer is learned anew.
    this.timeout(30_000);
    const files = sampleFiles();
    const parquet = parquetRows();
    assert.deepEqual(
      filesBelow('data'),
      [...files.keys(), ...parquet.keys()].map((path) => `data/${path}`).sort(),
    );
    const plain = (path: string, bytes: Buffer) =>
      path.endsWith('.gz') ? gunzipSync(bytes) : path.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes;
    for (const [path, content] of files) {
      const stored = readFileSync(join(SAMPLES, 'data', path));
      assert.ok(plain(path, stored).equals(plain(path, content)), `${path} is not what the script writes`);
    }
    const rows = [...parquet.values()].map((each) => each.length);
    assert.deepEqual(
      rows,
      [task('promptsource/market_news/topics'), task('herbarium/herbarium')].map(
        (each) => each.examples.length,
      ),
    );
    const bytes = filesBelow('data').reduce((sum, file) => sum + statSync(join(SAMPLES, file)).size, 0);
    assert.ok(bytes < 1_500_000, `${bytes} bytes`);
  });

  it('has exam questions too short for a 13-gram, and says how many', () => {
    const exams = [task('mmlu/garden_botany'), task('mmlu/everyday_physics')].flatMap(whole);
    const short = exams.filter((text) => text.split(' ').length < 13);
    assert.ok(
      read('README.md').includes(
        `Of the ${exams.length} questions in the two \`mmlu\` subjects, ${short.length} are`,
      ),
    );
  });

  it('tells of everything planted in its README', () => {
    const text = read('README.md');
    const told = (words: string) => assert.ok(text.includes(words), `README.md does not name ${words}`);
    for (const { id } of expected.tasks) told(id);
    for (const { file, line } of expected.skips) told(line === 0 ? `\`${file}\`` : `\`${file}:${line}\``);
    for (const { template, altersTask, fault } of expected.templates)
      if (altersTask || fault) told(`\`${template}\``);
    for (const { train, eval: evaluation, ...pair } of expected.pairs) {
      const row = text
        .split('\n')
        .find((line) => line.includes(train) && line.includes(`\`${evaluation}\` |`));
      assert.ok(row, `README.md has no row for ${train} and ${evaluation}`);
      const figures = row
        .split('|')
        .slice(4, 7)
        .map((cell) => cell.trim());
      assert.deepEqual(
        figures,
        [pair.overlapping, pair.overlappingContent, pair.shortMatches].map(
          (count) => `${count} of ${pair.evalExamples}`,
        ),
        train,
      );
    }
  });
});
