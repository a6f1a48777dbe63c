// How often "same data source" is right, over pairs of tasks, against what is published of them. Sources are split
// in two halves by the hash of their names: what is guessed was tuned on one, the other is reported.
//   node bench/sources.ts [--development] [--misses]
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { readSplitLists } from '../server/bench/split-lists.ts';
import { dataSources } from '../server/curation/sources/data-sources.ts';
import { namesData } from '../server/curation/sources/key.ts';
import { sameSourcePairs } from '../server/curation/sources/pairs.ts';
import { spelling } from '../server/curation/sources/spelling.ts';
import { SAME_DATA } from './sources/gold.ts';
import { agreement, byTask, type Judged, sharesOf } from './sources/measure.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data');
if (!existsSync(join(DATA, 'truth'))) {
  console.log(`skipped: nothing is at ${DATA}`);
  process.exit(0);
}
const { values: options } = parseArgs({
  options: { development: { type: 'boolean', default: false }, misses: { type: 'boolean', default: false } },
});

/** A line of the FLAN collection's list of tasks. */
const listed = z.array(
  z.object({ Source: z.string(), Dataset: z.string(), 'Specific Task Category': z.string() }),
);

interface Task {
  name: string;
  /** As it is published. */
  source: string;
}

function reported(source: string): boolean {
  const first = createHash('sha256').update(spelling(source)).digest()[0]!;
  return (first % 2 === 1) !== options.development;
}

function superNaturalInstructions(): Task[] {
  const text = readFileSync(join(DATA, 'truth/sni_task_source_map.tsv'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [name, source] = line.split('\t') as [string, string];
      return { name, source };
    });
}

/** Tasks of the FLAN collection's other parts. T0's are named by data set and template, FLAN's by data set. */
function otherCollections(): (Task & { declared: boolean })[] {
  const text = readFileSync(join(DATA, 'truth/flan_collection_info.csv'), 'utf8');
  return listed
    .parse(parse(text, { columns: true }))
    .filter((row) => row.Source !== 'NIv2')
    .map(({ Source: part, Dataset: source, 'Specific Task Category': task }) =>
      part === 'T0' ? { name: task, source, declared: false } : { name: source, source, declared: true },
    );
}

function keysOf(name: string, declared: readonly string[]): string[] {
  return dataSources({ name, sources: declared }).map(({ key }) => key);
}

const rows: string[] = [];
function row(what: string, how: string, tasks: readonly Judged[], others?: readonly Judged[]): void {
  const pairs = agreement(tasks, others);
  const shares = [sharesOf(pairs), byTask(tasks, others)].flatMap(({ precision, recall }) => [
    precision,
    recall,
  ]);
  const cells = shares.map((share) => `${(share * 100).toFixed(1)} %`);
  rows.push(`| ${[what, how, pairs.truth, ...cells].join(' | ')} |`);
}

const published = superNaturalInstructions();
const own = published.filter(({ source }) => reported(source));
const truthOf = (source: string) => (namesData(spelling(source)) ? [spelling(source)] : []);

{
  const what = `Super-NaturalInstructions, by task names alone: ${own.length} tasks`;
  const judged = (keys: (task: Task) => string[]) =>
    own.map((task): Judged => ({ keys: keys(task), truth: truthOf(task.source) }));
  row(
    what,
    'first word of the name',
    judged(({ name }) => [name.split('_')[1] ?? '']),
  );
  row(
    what,
    'Heldout',
    judged(({ name }) => keysOf(name, [])),
  );
}
{
  const others = otherCollections().filter(({ source }) => reported(SAME_DATA[source]?.[0] ?? source));
  const what = `FLAN, T0 and CoT tasks × Super-NaturalInstructions: ${others.length} × ${published.length}`;
  const theirs = (keys: (task: Task) => string[]) =>
    published.map((task): Judged => ({ keys: keys(task), truth: [task.source] }));
  const ours = (keys: (task: (typeof others)[number]) => string[]) =>
    others.map((task): Judged => ({ keys: keys(task), truth: SAME_DATA[task.source] ?? [] }));
  row(
    what,
    'exact declared string',
    ours(({ source }) => [source]),
    theirs(({ source }) => [source]),
  );
  const [left, right] = [
    ours(({ name, declared }) => keysOf(name, declared ? [name] : [])),
    theirs(({ name, source }) => keysOf(name, [source])),
  ];
  row(what, 'Heldout', left, right);
  if (options.misses) misses(others, left, right);
}

console.log(
  `| tasks | by | pairs of one source | precision | recall | precision by task | recall by task |\n|---|---|---|---|---|---|---|`,
);
console.log(rows.join('\n'));

{
  const lists = readSplitLists(DATA, 'natural-instructions/splits/default')!;
  const sides = (list: 'train' | 'test') =>
    published
      .filter(({ name }) => lists.placesOf(name).some((place) => place.list.name === list))
      .map(({ name, source }) => ({ id: name, name, sources: [source] }));
  const [train, test] = [sides('train'), sides('test')];
  const shared = sameSourcePairs(train, test);
  console.log(
    `\nOfficial Super-NaturalInstructions split: ${train.length} train and ${test.length} test tasks with a published source, ${shared.length} pairs of one source`,
  );
  for (const pair of shared) console.log(`  ${pair.train} × ${pair.eval}`);
}

function misses(others: readonly Task[], left: readonly Judged[], right: readonly Judged[]): void {
  const seen = new Set<string>();
  for (const [at, one] of left.entries()) {
    for (const [to, other] of right.entries()) {
      const truth = one.truth.some((key) => other.truth.includes(key));
      const found = one.keys.some((key) => other.keys.includes(key));
      if (truth === found) continue;
      seen.add(
        `${truth ? 'missed' : 'wrong '} ${others[at]!.source} (${one.keys}) × ${published[to]!.source} (${other.keys})`,
      );
    }
  }
  for (const line of seen) console.log(line);
}
