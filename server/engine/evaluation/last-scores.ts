import { statSync } from 'node:fs';
import { join } from 'node:path';
import { RESULTS_ENDING, readResults } from '../../evaluation/results.ts';
import type { Estimate, LastScore, LastScores, Level, ResultsFile, ShotsSetting } from '../../protocol.ts';
import type { Session } from '../session.ts';
import { resultNames, resultsFolder } from './runs.ts';

type Row = { shots: ShotsSetting; all: Estimate | null };

/** What of a results file the last scores need: a file of a whole bench is large. */
interface Scored {
  file: string;
  checkpoint: string;
  created: string;
  shots: readonly ShotsSetting[];
  /** All templates of its tasks took part, as they stand: it is no score of one template or of chains. */
  whole: boolean;
  subtasks: ReadonlyMap<string, { category: string; level: Level; rows: Row[] }>;
  templates: ReadonlyMap<string, Row[]>;
  categories: ReadonlyMap<string, { levels: Set<Level>; rows: Row[] }>;
  levels: ReadonlyMap<Level, Row[]>;
}

/** Files as they were last read; undefined where one can't be, which the list of results says. */
const kept = new Map<string, { stamp: string; scored: Scored | undefined }>();

/** The bench's results, newest first. */
function scoredFiles(root: string): Scored[] {
  const all = resultNames(root).flatMap((name) => {
    const file = join(resultsFolder(root), `${name}${RESULTS_ENDING}`);
    try {
      const { mtimeMs, size } = statSync(file);
      const stamp = `${mtimeMs} ${size}`;
      const known = kept.get(file);
      if (known?.stamp !== stamp) kept.set(file, { stamp, scored: scoredOf(file) });
      return kept.get(file)!.scored ?? [];
    } catch {
      // Taken away between the listing and the look.
      return [];
    }
  });
  return all.sort((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0));
}

function scoredOf(file: string): Scored | undefined {
  let results: ResultsFile;
  try {
    results = readResults(file);
  } catch {
    return undefined;
  }
  const subtasks = new Map<string, { category: string; level: Level; rows: Row[] }>();
  const templates = new Map<string, Row[]>();
  for (const { id, category, level, shots, all, templates: own } of results.subtasks) {
    at(subtasks, id, () => ({ category, level, rows: [] })).rows.push({ shots, all });
    for (const { template, estimate } of own)
      at(templates, templateKey(id, template), () => []).push({ shots, all: estimate });
  }
  const categories = new Map<string, { levels: Set<Level>; rows: Row[] }>();
  for (const { category, level, shots, all } of results.categories) {
    const known = at(categories, category, () => ({ levels: new Set<Level>(), rows: [] }));
    known.levels.add(level);
    known.rows.push({ shots, all });
  }
  const levels = new Map<Level, Row[]>();
  for (const { level, shots, all } of results.levels) at(levels, level, () => []).push({ shots, all });
  const { checkpoint, created, settings } = results;
  return {
    file,
    checkpoint: checkpoint.name,
    created,
    shots: settings.shots,
    whole: settings.template === null && settings.prompts !== 'cot',
    subtasks,
    templates,
    categories,
    levels,
  };
}

function at<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function templateKey(task: string, template: string): string {
  return JSON.stringify([task, template]);
}

function lastScore({ file, checkpoint, created, shots }: Scored, rows: readonly Row[]): LastScore {
  const estimateAt = (one: ShotsSetting) => rows.find((row) => row.shots === one)?.all ?? null;
  return {
    file,
    checkpoint,
    created,
    scores: shots.map((one) => ({ shots: one, estimate: estimateAt(one) })),
  };
}

/**
 * The newest score of each task; one template alone and chains of thought are scores of their own. A category and a level have one only where every
 * task that stands there now took its own from one file: then it is the number that the results show, at one level.
 */
export function lastScores(session: Session): LastScores {
  const files = scoredFiles(session.root).filter(({ whole }) => whole);
  const placements = session.placements();
  const tasks = new Map<string, Scored>();
  for (const scored of files)
    for (const id of scored.subtasks.keys()) if (placements.has(id) && !tasks.has(id)) tasks.set(id, scored);

  const categories = groupsOf(
    tasks,
    (id) => placements.get(id)!.category,
    (scored, id) => scored.subtasks.get(id)!.category,
  );
  const levels = groupsOf(
    tasks,
    (id) => placements.get(id)!.level,
    (scored, id) => scored.subtasks.get(id)!.level,
  );
  return {
    tasks: Object.fromEntries(
      [...tasks].map(([id, scored]) => [id, lastScore(scored, scored.subtasks.get(id)!.rows)]),
    ),
    categories: Object.fromEntries(
      [...categories].flatMap(([category, scored]) => {
        const known = scored.categories.get(category);
        return known?.levels.size === 1 ? [[category, lastScore(scored, known.rows)]] : [];
      }),
    ),
    levels: Object.fromEntries(
      [...levels].flatMap(([level, scored]) => {
        const rows = scored.levels.get(level);
        return rows ? [[level, lastScore(scored, rows)]] : [];
      }),
    ),
  };
}

/** Groups whose tasks all took their score from one file, which placed just these tasks in the group. */
function groupsOf<Group extends string>(
  tasks: ReadonlyMap<string, Scored>,
  now: (id: string) => Group | null,
  then: (scored: Scored, id: string) => Group,
): Map<Group, Scored> {
  const groups = new Map<Group, Scored | undefined>();
  const take = (group: Group | null, scored: Scored | undefined) => {
    if (group !== null)
      groups.set(group, groups.has(group) && groups.get(group) !== scored ? undefined : scored);
  };
  for (const [id, scored] of tasks) {
    const group = then(scored, id);
    take(now(id), scored);
    if (now(id) !== group) {
      take(now(id), undefined);
      take(group, undefined);
    }
  }
  // A file may have scored more tasks in the group: those that a later file scored again, or that are gone.
  for (const [group, scored] of groups) {
    for (const id of scored?.subtasks.keys() ?? [])
      if (then(scored!, id) === group && tasks.get(id) !== scored) groups.set(group, undefined);
  }
  return new Map([...groups].flatMap(([group, scored]) => (scored ? [[group, scored] as const] : [])));
}

/** The newest score of a template in the first of these tasks that has one, with others or alone. */
export function lastTemplateScore(
  root: string,
  tasks: readonly string[],
  template: string,
): LastScore | undefined {
  for (const scored of scoredFiles(root)) {
    for (const task of tasks) {
      const rows = scored.templates.get(templateKey(task, template));
      if (rows?.some(({ all }) => all !== null)) return lastScore(scored, rows);
    }
  }
  return undefined;
}
