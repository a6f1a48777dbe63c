import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeFileAside } from '../base/files.ts';
import { InputError, messageOf } from '../base/problem.ts';
import { BENCH_FILE } from '../bench/bench.ts';
import { taxonomySchema } from '../bench/schema.ts';
import { addToYamlList, setYaml } from '../bench/yaml-edit.ts';
import { parseYaml } from '../bench/yaml-file.ts';
import { type Addition, additions } from '../curation/proposal/mapping.ts';
import type { CategoryProposal } from '../protocol.ts';
import { isOpen } from './category-proposals.ts';
import type { Session } from './session.ts';

const TAXONOMY_FILE = 'taxonomy.yaml';

/**
 * Writes proposals into the taxonomy: only for tasks that nobody has put anywhere, in a decision or in the
 * file, and only from `least` confidence on. Comments and layout stay; the file changes at once or not at all.
 * Gives the tasks that moved.
 */
export function applyProposals(
  session: Session,
  proposals: readonly CategoryProposal[],
  least: number,
): { file: string; tasks: string[] } {
  const { bench, root } = session;
  const file = resolve(root, bench.file.categories ?? TAXONOMY_FILE);
  const wanted = new Map(
    proposals
      .filter((one) => isOpen(one) && one.confidence >= least)
      .map(({ task, proposed }) => [task, proposed!]),
  );
  if (wanted.size === 0) return { file, tasks: [] };
  if (bench.file.categories === undefined && existsSync(file)) {
    const at = { file: join(root, BENCH_FILE), line: 1 };
    throw new InputError(
      `${TAXONOMY_FILE} lies there and is not named: add "categories: ${TAXONOMY_FILE}"`,
      at,
    );
  }
  const fault = bench.problems.find((problem) => problem.file === file && problem.severity === 'error');
  if (fault) throw new InputError(`${fault.message}: mend it before proposals are written into it`, fault);

  const settled = new Set(
    proposals
      .filter(({ presentBy }) => presentBy === 'decision' || presentBy === 'taxonomy')
      .map(({ task }) => task),
  );
  const tasks = session.catalog.tasks().map(({ id, collection, categories }) => ({
    ...{ id, collection, categories },
    to: wanted.get(id),
    settled: settled.has(id),
  }));
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  writeFileAside(file, withAdditions(file, before, additions(tasks, bench.taxonomy)));
  if (bench.file.categories === undefined) nameTaxonomy(join(root, BENCH_FILE));
  session.reloadBench();
  return { file, tasks: [...wanted.keys()] };
}

function withAdditions(file: string, before: string, added: readonly Addition[]): string {
  let text = before;
  try {
    for (const addition of added) text = withAddition(text, addition);
  } catch (error) {
    throw new InputError(`can't be changed: ${messageOf(error)}`, { file });
  }
  const { problems } = parseYaml(file, text, taxonomySchema);
  const [problem] = problems;
  if (problem) throw new InputError(`can't be changed: ${problem.message}`, { file });
  return text;
}

function withAddition(text: string, { category, from, tasks }: Addition): string {
  const path = ['categories', category];
  const collections = Object.entries(from);
  const known = parseYaml('', text, taxonomySchema).value?.categories[category];
  if (!known) {
    const origins = collections.length > 0 ? { from } : {};
    return setYaml(text, path, tasks.length > 0 ? { ...origins, tasks } : origins);
  }
  const mapped = collections.reduce(
    (changed, [collection, tags]) => addToYamlList(changed, [...path, 'from', collection], tags),
    text,
  );
  return tasks.length > 0 ? addToYamlList(mapped, [...path, 'tasks'], tasks) : mapped;
}

function nameTaxonomy(file: string): void {
  writeFileAside(file, setYaml(readFileSync(file, 'utf8'), ['categories'], TAXONOMY_FILE));
}
