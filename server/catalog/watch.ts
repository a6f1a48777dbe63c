import { join, resolve, sep } from 'node:path';
import { messageOf, type Problem } from '../base/problem.ts';
import { BENCH_FILE, type Bench } from '../bench/bench.ts';
import { FolderWatch } from './folder-watch.ts';

/** What changed on disk since the last report. */
export interface BenchChange {
  /** Collections with files that came, went or changed. */
  collections: string[];
  /** Those files, or the folders they stand in; absolute. */
  paths: string[];
  /** heldout.yaml or the taxonomy. */
  bench: boolean;
  decisions: boolean;
}

export interface BenchWatch {
  /** Folders that can't be watched: changes in them are not noticed. */
  readonly problems: readonly Problem[];
  close(): void;
}

/** A change is reported when nothing more came for this long, but not later than the second after the first. */
const QUIET_MS = 200;
const LATEST_MS = 2000;

/** Watches the bench's own files and its collections' folders, `.heldout` left out. Changes come together. */
export function watchBench(bench: Bench, onChange: (change: BenchChange) => void): BenchWatch {
  const problems: Problem[] = [];
  const benchFiles = new Set([join(bench.root, BENCH_FILE)]);
  if (bench.file.categories) benchFiles.add(resolve(bench.root, bench.file.categories));
  for (const { lists } of bench.collections) for (const { file } of lists?.files ?? []) benchFiles.add(file);
  const decisions = join(bench.root, 'decisions.jsonl');
  const roots = bench.collections.flatMap(({ name, root, datasets }) =>
    [root, datasets].flatMap((folder) => (folder ? [{ name, folder }] : [])),
  );

  let change: BenchChange & { since: number } = none();
  let timer: NodeJS.Timeout | undefined;
  const report = () => {
    const { since: _since, ...told } = change;
    change = none();
    timer = undefined;
    onChange(told);
  };
  const onPath = (path: string) => {
    const collections = roots.filter(({ folder }) => path === folder || path.startsWith(folder + sep));
    if (benchFiles.has(path)) change.bench = true;
    else if (path === decisions) change.decisions = true;
    else if (collections.length === 0) return;
    else {
      change.collections = [...new Set([...change.collections, ...collections.map(({ name }) => name)])];
      if (!change.paths.includes(path)) change.paths.push(path);
    }
    if (change.since === 0) change.since = Date.now();
    clearTimeout(timer);
    timer = setTimeout(report, Math.min(QUIET_MS, Math.max(0, change.since + LATEST_MS - Date.now())));
  };

  const onFault = (file: string, error: unknown) =>
    problems.push({
      file,
      message: `can't be watched (${messageOf(error)}): import by hand after a change`,
      severity: 'warning',
    });
  const watch = new FolderWatch(onPath, onFault);
  for (const file of [...benchFiles, decisions]) watch.file(file);
  for (const { folder } of roots) watch.tree(folder);
  return {
    problems,
    close() {
      clearTimeout(timer);
      watch.close();
    },
  };
}

function none(): BenchChange & { since: number } {
  return { collections: [], paths: [], bench: false, decisions: false, since: 0 };
}
