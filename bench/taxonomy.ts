/**
 * `node bench/taxonomy.ts [--development] [--embeddings FOLDER]`: how often the proposed category is that of the FLAN collection's
 * list of tasks. Half of its data sets, by a hash of their names, served to write the lists of words and to
 * set the numbers; what is printed without `--development` is of the other half. With a sentence-embedding
 * model (docs/embeddings.md) each line that compares tasks stands there twice, by words and by the model.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { EmbeddedSimilarity } from '../server/curation/proposal/embedded-similarity.ts';
import { EmbeddingModel } from '../server/curation/proposal/embedding-model.ts';
import { propose } from '../server/curation/proposal/propose.ts';
import { type KnownTask, type Similarity, WordSimilarity } from '../server/curation/proposal/similarity.ts';
import type { Proposal, TaskToPropose } from '../server/curation/proposal/types.ts';
import { Vocabulary } from '../server/curation/proposal/vocabulary.ts';
import { spelling } from '../server/curation/sources/spelling.ts';

const DATA = join(import.meta.dirname, '..', '..', 'shared', 'data');
const LIST = join(DATA, 'truth', 'flan_collection_info.csv');
const TASKS = join(DATA, 'natural-instructions', 'tasks');
if (!existsSync(LIST)) {
  console.log(`skipped: no list of tasks at ${LIST}`);
  process.exit(0);
}
const development = process.argv.includes('--development');
const at = process.argv.indexOf('--embeddings');
const folder = at < 0 ? undefined : process.argv[at + 1];

interface Row {
  id: string;
  source: string;
  dataset: string;
  specific: string;
  /** As the list has it. */
  generic: string;
  /** In our spelling. */
  truth: string;
  reported: boolean;
}

const vocabulary = new Vocabulary();
const listed = z.array(
  z.object({
    Source: z.string(),
    Dataset: z.string(),
    'Specific Task Category': z.string(),
    'Generic Task Category': z.string(),
  }),
);
const rows: Row[] = listed
  .parse(parse(readFileSync(LIST), { columns: true, bom: true }))
  .map((row, place) => {
    const [specific, generic] = [row['Specific Task Category'], row['Generic Task Category']];
    const even = createHash('sha256').update(row.Dataset).digest()[0]! % 2 === 0;
    return {
      id: `${place}:${specific}`,
      source: row.Source,
      dataset: row.Dataset,
      specific,
      generic,
      // Only by another name of the same category: what merely contains one stays a category of its own.
      truth: vocabulary.called(generic) ?? generic,
      reported: even === development,
    };
  });
const asked = rows.filter(({ reported }) => reported);

/** The list writes a task's own name there for these, and a category for the others. */
const NAMED: ReadonlySet<string> = new Set(['NIv2', 'T0']);
const nameOf = (row: Row) => (NAMED.has(row.source) ? row.specific : row.dataset);

function taskOf(row: Row, name: string, tagged: boolean, instruction = ''): TaskToPropose {
  return { id: row.id, name, tags: tagged ? [row.specific] : [], sources: [], instruction };
}

type Answer = (row: Row) => Proposal | undefined;
type Table = Record<string, Record<string, string>>;

const SOURCES = ['all', 'NIv2', 'T0', 'FLAN/T0', 'FLAN', 'CoT', 'Program Synthesis', 'Dialog'];

function line(some: readonly Row[], right: (row: Row) => boolean): Record<string, string> {
  return Object.fromEntries(
    SOURCES.flatMap((source) => {
      const of = some.filter((row) => source === 'all' || row.source === source);
      if (of.length === 0) return [];
      return [[source, `${((100 * of.filter(right).length) / of.length).toFixed(1)} %`]];
    }),
  );
}

function markdown(table: Table, columns: readonly string[]): void {
  console.log(`| |${columns.map((column) => ` ${column} |`).join('')}`);
  console.log(`|---|${columns.map(() => '---|').join('')}`);
  for (const [name, cells] of Object.entries(table))
    console.log(`| ${name} |${columns.map((column) => ` ${cells[column] ?? ''} |`).join('')}`);
}

/** Of a Super-NaturalInstructions file its definition and the collection's categories, by the task's name. */
const texts = new Map(
  (existsSync(TASKS) ? readdirSync(TASKS) : []).map((file) => {
    const task = z
      .object({ Definition: words(), Categories: words().default([]), Source: words().default([]) })
      .parse(JSON.parse(readFileSync(join(TASKS, file), 'utf8')));
    return [file.replace(/\.json$/u, ''), task] as const;
  }),
);

function words() {
  return z.union([z.string(), z.array(z.string())]).transform((given) => [given].flat());
}

const withText = (row: Row, tagged: boolean): TaskToPropose => ({
  ...taskOf(row, nameOf(row), false, texts.get(row.specific)?.Definition.join(' ')),
  tags: tagged ? (texts.get(row.specific)?.Categories ?? []) : [],
});

/** Tasks of other data sets, which a task may be compared with; their definitions too, where they are here. */
function others(full: boolean): KnownTask[] {
  return rows.map((row) => ({
    category: row.truth,
    task: full ? withText(row, false) : taskOf(row, nameOf(row), false),
  }));
}

async function embedded(known: KnownTask[]): Promise<Similarity | undefined> {
  if (!model) return undefined;
  const [before, started] = [process.memoryUsage().rss, performance.now()];
  const tasks = known.map(({ task }) => task);
  const made = await EmbeddedSimilarity.of(model, known, vocabulary.categories(), tasks, async (_, total) => {
    textCount = total;
  });
  const seconds = (performance.now() - started) / 1000;
  const grown = (process.memoryUsage().rss - before) / 1e6;
  console.log(`${textCount} texts embedded in ${seconds.toFixed(0)} s, ${grown.toFixed(0)} MB more\n`);
  return made;
}

const dataset = new Map(rows.map((row) => [row.id, spelling(row.dataset)]));
const apart = (row: Row) => (id: string) => dataset.get(id) === dataset.get(row.id);

const counts = new Map<string, number>();
for (const { truth } of rows.filter(({ reported }) => !reported))
  counts.set(truth, (counts.get(truth) ?? 0) + 1);
const majority = [...counts].sort((a, b) => b[1] - a[1])[0]![0];

const loading = process.memoryUsage().rss;
const model = folder === undefined ? undefined : await EmbeddingModel.load(folder);
if (model) console.log(`model: ${((process.memoryUsage().rss - loading) / 1e6).toFixed(0)} MB`);
let textCount = 0;
const similarity = new WordSimilarity(others(false));
const byModel = await embedded(others(false));
/** A line that compares tasks, with the model's beside it where there is one. */
const compared = (name: string, answer: (by: Similarity) => Answer): Record<string, Answer> => ({
  [name]: answer(similarity),
  ...(byModel ? { [`${name}, by the model`]: answer(byModel) } : {}),
});
const answers: Record<string, Answer> = {
  'the data set’s name': (row) => propose(taskOf(row, row.dataset, false), vocabulary),
  'the task’s name': (row) => propose(taskOf(row, nameOf(row), false), vocabulary),
  'name and tag': (row) => propose(taskOf(row, nameOf(row), true), vocabulary),
  ...compared(
    'name, and tasks of other data sets',
    (by) => (row) => propose(taskOf(row, nameOf(row), false), vocabulary, by, apart(row)),
  ),
  ...compared(
    'name, tag, and tasks of other data sets',
    (by) => (row) => propose(taskOf(row, nameOf(row), true), vocabulary, by, apart(row)),
  ),
  ...compared(
    'name, tag, and all other tasks',
    (by) => (row) => propose(taskOf(row, nameOf(row), true), vocabulary, by),
  ),
};

console.log(
  `${asked.length} of ${rows.length} tasks (${development ? 'the half for development' : 'the half that nothing was set on'}), ${new Set(asked.map(({ truth }) => truth)).size} categories`,
);
const merged = new Set(
  asked
    .filter(({ truth, generic }) => truth !== generic)
    .map(({ truth, generic }) => `${generic} → ${truth}`),
);
if (development) console.log(`other names: ${[...merged].join(', ')}`);
const table: Table = {
  tasks: Object.fromEntries(
    SOURCES.map((source) => [
      source,
      String(asked.filter((row) => source === 'all' || row.source === source).length),
    ]),
  ),
  [`always ${majority}`]: line(asked, ({ truth }) => truth === majority),
  'the tag is the answer, word for word': line(asked, ({ specific, generic }) => specific === generic),
};
const started = performance.now();
const given = new Map<string, Map<string, Proposal | undefined>>();
for (const [name, answer] of Object.entries(answers)) {
  const proposals = new Map(asked.map((row) => [row.id, answer(row)]));
  given.set(name, proposals);
  table[name] = line(asked, (row) => proposals.get(row.id)?.category === row.truth);
}
const seconds = (performance.now() - started) / 1000;
markdown(table, SOURCES);
console.log(`\n${Math.round((asked.length * Object.keys(answers).length) / seconds)} proposals/s`);

const both = asked.filter(({ specific }) => texts.has(specific));
const full = new WordSimilarity(others(true));
const fullByModel = await embedded(others(true));
const fullAnswers: Record<string, Answer> = {
  'the task’s name': answers['the task’s name']!,
  'name and definition': (row) => propose(withText(row, false), vocabulary),
  'name, definition, and tasks of other data sets': (row) =>
    propose(withText(row, false), vocabulary, full, apart(row)),
  ...(fullByModel
    ? {
        'name, definition, and tasks of other data sets, by the model': (row: Row) =>
          propose(withText(row, false), vocabulary, fullByModel, apart(row)),
      }
    : {}),
  'all of it and the collection’s category': (row) =>
    propose(withText(row, true), vocabulary, full, apart(row)),
};
console.log(`\n${both.length} tasks whose file is here too, with its full text:\n`);
const fullTable: Table = {
  [`always ${majority}`]: line(both, ({ truth }) => truth === majority),
};
for (const [name, answer] of Object.entries(fullAnswers))
  fullTable[name] = line(both, (row) => answer(row)?.category === row.truth);
markdown(fullTable, ['all']);

const banded = `name, and tasks of other data sets${model ? ', by the model' : ''}`;
console.log(`\nConfidence (${banded}):\n`);
const bands: Table = {};
const proposals = given.get(banded)!;
for (const [from, to] of [
  [0.9, 1.01],
  [0.8, 0.9],
  [0.7, 0.8],
  [0.6, 0.7],
  [0.5, 0.6],
  [0.3, 0.5],
  [0, 0.3],
] as const) {
  const of = asked.filter(({ id }) => {
    const confidence = proposals.get(id)?.confidence ?? 0;
    return confidence >= from && confidence < to;
  });
  const right = of.filter(({ id, truth }) => proposals.get(id)?.category === truth).length;
  bands[`${from} to ${Math.min(1, to)}`] = {
    tasks: String(of.length),
    agree: of.length > 0 ? `${((100 * right) / of.length).toFixed(1)} %` : '',
  };
}
markdown(bands, ['tasks', 'agree']);
