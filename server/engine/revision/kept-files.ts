import type { Session } from '../session.ts';
import { type BenchAtTime, configsOf, pathsOf, placesOf, readingOf } from './bench-at-time.ts';
import { isBelow, type Repository, type TreeFile } from './repository.ts';

/** What git keeps of the collections of some benches, and where that is not what the catalogue was made of. */
export interface KeptFiles {
  /** The collections' folders and files of which git keeps something, from the repository's top. */
  paths: string[];
  /** For each bench what git has below these paths. */
  trees: Map<BenchAtTime, TreeFile[]>;
  /** For each bench what of it is no longer so, files that came since included. */
  changed: Map<BenchAtTime, ReadonlySet<string>>;
  /** Names of collections that the catalogue doesn't tell the tasks of, for one of the benches at least. */
  unlike: ReadonlySet<string>;
}

/**
 * Looks up what has to be read for itself. What git doesn't keep (data outside of the repository, ignored data)
 * is taken as it stands, for every revision.
 */
export async function keptFiles(
  session: Session,
  repository: Repository,
  benches: readonly BenchAtTime[],
  signal: AbortSignal,
): Promise<KeptFiles> {
  const places = benches.flatMap((at) => configsOf(at).flatMap((config) => placesOf(config, repository)));
  const named = [...new Set(places.map(({ path }) => path))];
  const trees = new Map<BenchAtTime, TreeFile[]>();
  for (const at of benches) trees.set(at, await repository.files(at.commit, named, signal));
  const all = [...trees.values()].flat();
  const holding = new Set(named.filter((path) => all.some((file) => isBelow(file.path, [path]))));
  // A folder that a collection moved to is git's as the one before was, although nothing of it is added yet.
  const roles = new Set(places.filter(({ path }) => holding.has(path)).map(({ role }) => role));
  const paths = [...new Set(places.filter(({ role }) => roles.has(role)).map(({ path }) => path))];

  const changed = new Map<BenchAtTime, ReadonlySet<string>>();
  for (const at of benches) {
    const since =
      at.commit === undefined ? [] : await repository.changes(at.commit, undefined, paths, signal);
    changed.set(at, new Set(since.map(({ path }) => path)));
  }

  const imported = new Set(session.catalog.tasks().map(({ collection }) => collection));
  const today = new Map(session.bench.file.collections.map((config) => [config.name, readingOf(config)]));
  const unlike = new Set<string>();
  for (const at of benches) {
    const differing = [...changed.get(at)!];
    for (const config of configsOf(at)) {
      const own = pathsOf(config, repository).filter((path) => paths.includes(path));
      const same =
        imported.has(config.name) &&
        today.get(config.name) === readingOf(config) &&
        !differing.some((path) => isBelow(path, own));
      if (!same) unlike.add(config.name);
    }
  }
  return { paths, trees, changed, unlike };
}
