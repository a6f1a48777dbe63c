import { basename } from 'node:path';
import { BENCH_FILE } from '../bench/bench.ts';
import { sum } from '../mixture/shares.ts';
import { shotsDistribution } from '../prompts/metaicl.ts';
import type { CheckedParamsOf, CollectionShare, MixtureView } from '../protocol.ts';
import { type Mixed, type Mixing, mixedTasks, namedDraws } from './mixed-tasks.ts';
import type { Session } from './session.ts';

/** What would be drawn: shares before and after each rule, epochs over a number of steps, the first draws. */
export async function mixtureView(
  session: Session,
  query: CheckedParamsOf<'mixture'>,
  work: Pick<Mixing, 'signal' | 'onStep'>,
): Promise<MixtureView> {
  const { seed, steps, batch, samples, start, settings: change } = query;
  const mixed = await mixedTasks(session, { seed, settings: change, ...work });
  const { settings, shares } = mixed;
  const examplesSeen = steps * batch;
  const names = session.bench.collections.map(({ name }) => name);
  return {
    settings,
    seed,
    steps,
    batch,
    examplesSeen,
    collections: names.flatMap((name) => collectionShare(name, mixed, examplesSeen) ?? []),
    tasks: shares.map((share) => ({
      ...share,
      draws: examplesSeen * share.after,
      epochs: share.examples > 0 ? (examplesSeen * share.after) / share.examples : 0,
    })),
    examples: sum(shares, ({ examples }) => examples),
    hitCap: shares.filter(({ hitsCap }) => hitsCap).length,
    shots: settings.metaicl ? shotsDistribution(settings.metaicl) : null,
    draws: samples === 0 ? [] : namedDraws(mixed, start).take(samples).toArray(),
    problems: session.problems().filter(({ file }) => basename(file) === BENCH_FILE),
  };
}

/** Undefined where the collection has no train task. */
function collectionShare(
  collection: string,
  { shares, settings }: Mixed,
  examplesSeen: number,
): CollectionShare | undefined {
  const own = shares.filter((task) => task.collection === collection);
  if (own.length === 0) return undefined;
  const examples = sum(own, (task) => task.examples);
  const after = sum(own, (task) => task.after);
  return {
    collection,
    stream: own[0]!.stream,
    weight: settings.proportions[collection] ?? null,
    tasks: own.length,
    hitCap: own.filter(({ hitsCap }) => hitsCap).length,
    examples,
    before: sum(own, (task) => task.before),
    capped: sum(own, (task) => task.capped),
    after,
    epochs: examples > 0 ? (examplesSeen * after) / examples : 0,
  };
}
