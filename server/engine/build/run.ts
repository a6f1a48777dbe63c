import { isAbsolute, join, relative, resolve } from 'node:path';
import { InputError } from '../../base/problem.ts';
import type { OnStep } from '../../base/progress.ts';
import { BuildFolder } from '../../curation/export/build-folder.ts';
import { CARD, card } from '../../curation/export/card.ts';
import { DATASHEET, datasheet } from '../../curation/export/datasheet.ts';
import { DECISIONS, decisionLines } from '../../curation/export/decisions.ts';
import type { BuiltTask, Manifest, ShardResult } from '../../curation/export/manifest.ts';
import { UNKNOWN_NAME } from '../../curation/placement.ts';
import type { BuildQuery, BuildReport } from '../../protocol.ts';
import { overlapIsOld } from '../overlap-run.ts';
import { queueRows } from '../pair-rows.ts';
import { selectionGround, selectTasks } from '../selection.ts';
import type { Session } from '../session.ts';
import { planBuild } from './plan.ts';
import { builtTasks } from './tasks.ts';
import { writeShards } from './threads.ts';

export interface BuildOptions {
  /** Threads; left out: one a core. */
  workers?: number;
  signal: AbortSignal;
  onStep: OnStep;
}

/**
 * Writes the benchmark out: train, dev and test, the decisions that they rest on, a datasheet and a manifest
 * with hashes. The same bench and the same query give the same bytes. A build that was stopped goes on from
 * the files that are whole. Throws InputError where it must not be built, or can't be.
 */
export async function buildBench(
  session: Session,
  query: BuildQuery,
  { workers, signal, onStep }: BuildOptions,
): Promise<BuildReport> {
  const started = performance.now();
  const { format, seed, shots, allowOpen } = query;
  const out = resolve(query.out);
  if (session.catalog.tasks().length === 0) throw new InputError('no task is known: import the bench first');
  checkApart(session, out);
  if (!allowOpen) checkNames(session);
  const standing = checkPairs(session, allowOpen);
  const collections = session.bench.collections.map(({ name }) => name);
  const folder = new BuildFolder(out, collections);

  const ground = await selectionGround(session, { signal, onStep });
  const selections = selectTasks(session, { seed, ground });
  const hashOf = (task: string) => session.catalog.taskHash(task);
  const plan = planBuild(selections, { format, seed, shots, hashOf });
  if (plan.shards.length === 0) throw new InputError('no task gives an instance: there is nothing to build');
  const jobs = plan.shards.map((shard) => {
    const file = `${shard.name}.${format}`;
    return { file, path: join(out, file), format, seed, shots, shard };
  });
  const decisions = session.log.inForce();

  const results = folder.begin(plan.key, collections, new Set(jobs.map(({ file }) => file)));
  const kept = results.size;
  let done = plan.shards.reduce(
    (sum, { name, expected }) => sum + (results.has(`${name}.${format}`) ? expected : 0),
    0,
  );
  const step = () => {
    const message = `writing ${results.size} of ${jobs.length} files`;
    onStep({ message, done: Math.min(done, plan.expected), total: plan.expected, unit: 'instances' });
  };
  await writeShards(
    jobs.filter(({ file }) => !results.has(file)),
    {
      root: session.root,
      workers,
      signal,
      onInstances: (more) => {
        done += more;
        step();
      },
      onResult: (result) => {
        folder.keep(result);
        results.set(result.file, result);
        step();
      },
    },
  );
  onStep({ message: 'written', done: plan.expected, total: plan.expected, unit: 'instances' });

  const shards = jobs.map(({ file }) => results.get(file)!);
  const tasks = builtTasks(session, selections, ground.unlabelled, shards);
  const facts: Omit<Manifest, 'files'> = {
    heldout: 'build',
    version: 1,
    key: plan.key,
    format,
    seed,
    shots,
    collections,
    ...standing,
    instances: totals(tasks),
    tasks,
    shards,
  };
  const files = [
    ...shards.map(({ file: path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    folder.write(DECISIONS, decisionLines(decisions)),
    folder.write(DATASHEET, datasheet(facts, decisions)),
    folder.write(CARD, card(facts)),
  ];
  folder.finish({ ...facts, files });
  return reportOf(out, { ...facts, files }, shards, kept, (performance.now() - started) / 1000);
}

/** Throws InputError where the build would lie among the files of a collection, and be read as one. */
function checkApart({ bench }: Session, out: string): void {
  for (const { name, root, datasets } of bench.collections) {
    for (const folder of [root, datasets]) {
      if (folder === undefined || relative(folder, out).startsWith('..') || isAbsolute(relative(folder, out)))
        continue;
      throw new InputError(`lies in the folder of the collection "${name}": name one outside it`, {
        file: out,
      });
    }
  }
}

/** Throws InputError where `splits` names what is not there: a misspelt category would be trained on. */
function checkNames(session: Session): void {
  const unknown = session.problems().find(({ code }) => code === UNKNOWN_NAME);
  if (unknown) {
    throw new InputError(`${unknown.message}; --allow-open builds all the same`, {
      file: unknown.file,
      line: unknown.line,
    });
  }
}

/** Throws InputError while pairs above the threshold are undecided, unless that is allowed. */
function checkPairs(session: Session, allowOpen: boolean): Pick<Manifest, 'openPairs' | 'overlapKnown'> {
  const overlapKnown = session.catalog.overlap() !== undefined && !overlapIsOld(session);
  const stands = (task: string) => session.placementOf(task).split !== 'none';
  const open = queueRows(session).filter(
    ({ state, train, eval: held }) => state !== 'decided' && stands(train) && stands(held),
  );
  if (!allowOpen && !overlapKnown) {
    throw new InputError(
      `overlaps ${session.catalog.overlap() ? 'are those of an earlier import' : 'were not looked for'}: "heldout overlap" finds them, --allow-open builds without`,
    );
  }
  if (!allowOpen && open.length > 0) {
    const pairs = open.length === 1 ? '1 pair waits' : `${open.length} pairs wait`;
    throw new InputError(
      `${pairs} for a verdict: "heldout pairs --open" lists them, --allow-open builds all the same`,
    );
  }
  return { openPairs: open.length, overlapKnown };
}

function totals(tasks: readonly BuiltTask[]): Manifest['instances'] {
  const sum = { train: 0, dev: 0, test: 0 };
  for (const { instances } of tasks) {
    for (const split of ['train', 'dev', 'test'] as const) sum[split] += instances[split];
  }
  return sum;
}

function reportOf(
  out: string,
  manifest: Manifest,
  shards: readonly ShardResult[],
  kept: number,
  seconds: number,
): BuildReport {
  const { format, seed, shots, tasks, instances, files, openPairs } = manifest;
  return {
    out,
    format,
    seed,
    shots,
    tasks: tasks.filter(({ instances: { train, dev, test } }) => train + dev + test > 0).length,
    instances,
    leftOut: {
      empty: tasks.reduce((sum, { empty }) => sum + empty, 0),
      failed: tasks.reduce(
        (sum, { failed }) => sum + Object.values(failed).reduce((all, count) => all + count, 0),
        0,
      ),
    },
    files: files.length + 1,
    bytes: shards.reduce((sum, { bytes }) => sum + bytes, 0),
    kept,
    openPairs,
    seconds,
    datasheet: join(out, DATASHEET),
  };
}
