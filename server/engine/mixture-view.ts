import { basename } from 'node:path';
import { InputError } from '../base/problem.ts';
import { BENCH_FILE } from '../bench/bench.ts';
import { type MixtureSettings, mixtureSettings } from '../mixture/settings.ts';
import { sharesOf, sum, type TaskShare } from '../mixture/shares.ts';
import { type Draw, MixtureStream } from '../mixture/stream.ts';
import { mixtureTasks, type TrainTask, trainTasks } from '../mixture/train-tasks.ts';
import { shotsDistribution } from '../prompts/metaicl.ts';
import type { CheckedParamsOf, CollectionShare, MixtureDraw, MixtureView } from '../protocol.ts';
import type { Session } from './session.ts';

type Query = CheckedParamsOf<'mixture'>;

/** What would be drawn: shares before and after each rule, epochs over a number of steps, the first draws. */
export function mixtureView(session: Session, query: Query): MixtureView {
  const { tasks, settings, shares } = mixed(session, query);
  const examplesSeen = query.steps * query.batch;
  const rows = shares.map((share) => ({
    ...share,
    draws: examplesSeen * share.after,
    epochs: share.examples > 0 ? (examplesSeen * share.after) / share.examples : 0,
  }));
  return {
    settings,
    seed: query.seed,
    steps: query.steps,
    batch: query.batch,
    examplesSeen,
    collections: byCollection(session, settings, shares, examplesSeen),
    tasks: rows,
    examples: sum(shares, ({ examples }) => examples),
    hitCap: shares.filter(({ hitsCap }) => hitsCap).length,
    shots: settings.metaicl ? shotsDistribution(settings.metaicl) : null,
    draws: firstDraws(tasks, settings, shares, query),
    problems: session.problems().filter(({ file }) => basename(file) === BENCH_FILE),
  };
}

/** The stream of the bench as its file has it, or with what `query` puts in its place. */
export function mixtureStream(
  session: Session,
  query: Pick<Query, 'seed' | 'settings'>,
): { stream: MixtureStream; tasks: Map<string, TrainTask> } {
  const { tasks, settings, shares } = mixed(session, query);
  return { stream: streamOver(tasks, settings, shares, query.seed), tasks };
}

/** A draw with its template by name. */
export function namedDraw(tasks: ReadonlyMap<string, TrainTask>, draw: Draw): MixtureDraw {
  const template = tasks.get(draw.task)!.task.facts.templates[draw.template]!.name;
  return { ...draw, template };
}

function mixed(session: Session, query: Pick<Query, 'seed' | 'settings'>) {
  const settings = mixtureSettings({ ...session.bench.file.mixture, ...query.settings });
  const trained = trainTasks(
    session.bench,
    session.catalog.tasks(),
    session.placements(),
    settings,
    query.seed,
  );
  const tasks = new Map(trained.map((each) => [each.task.id, each]));
  const shares = sharesOf(mixtureTasks(trained), settings);
  return { tasks, settings, shares };
}

function streamOver(
  tasks: ReadonlyMap<string, TrainTask>,
  settings: MixtureSettings,
  shares: readonly TaskShare[],
  seed: number,
): MixtureStream {
  const drawn = shares.map(({ id, stream, after }) => {
    return { id, stream, share: after, selection: tasks.get(id)!.selection };
  });
  return new MixtureStream(drawn, { seed, metaicl: settings.metaicl });
}

function firstDraws(
  tasks: ReadonlyMap<string, TrainTask>,
  settings: MixtureSettings,
  shares: readonly TaskShare[],
  { seed, samples, start }: Query,
): MixtureDraw[] {
  if (samples === 0) return [];
  const stream = streamOver(tasks, settings, shares, seed);
  if (stream.empty)
    throw new InputError('there is nothing to draw: import the bench, or give it train tasks');
  return stream
    .from(start)
    .take(samples)
    .map((draw) => namedDraw(tasks, draw))
    .toArray();
}

function byCollection(
  session: Session,
  settings: MixtureSettings,
  shares: readonly TaskShare[],
  examplesSeen: number,
): CollectionShare[] {
  return session.bench.collections.flatMap(({ name }) => {
    const own = shares.filter(({ collection }) => collection === name);
    if (own.length === 0) return [];
    const examples = sum(own, (task) => task.examples);
    const after = sum(own, (task) => task.after);
    return [
      {
        collection: name,
        stream: own[0]!.stream,
        weight: settings.proportions[name] ?? null,
        tasks: own.length,
        hitCap: own.filter(({ hitsCap }) => hitsCap).length,
        examples,
        before: sum(own, (task) => task.before),
        capped: sum(own, (task) => task.capped),
        after,
        epochs: examples > 0 ? (examplesSeen * after) / examples : 0,
      },
    ];
  });
}
