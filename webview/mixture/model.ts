import type { CollectionShare, MixtureChange, MixtureView } from '../../server/protocol.ts';

export type TaskShare = MixtureView['tasks'][number];

/** A collection's weight as it is being tried out, before the server has answered; null: not named. */
export function weightOf(view: MixtureView, change: MixtureChange, collection: string): number | null {
  return (change.proportions ?? view.settings.proportions)[collection] ?? null;
}

/** A collection's weight changed; null: no longer named, so that its examples give it its share. */
export function withWeight(
  view: MixtureView,
  change: MixtureChange,
  collection: string,
  weight: number | null,
): MixtureChange {
  const { [collection]: _, ...others } = change.proportions ?? view.settings.proportions;
  return { ...change, proportions: weight === null ? others : { ...others, [collection]: weight } };
}

/** The weight that gives a collection about the share it has now, beside the weights of the others. */
export function weightLike(view: MixtureView, { after }: CollectionShare): number {
  const named = view.collections.filter(({ weight, stream }) => weight !== null && stream === 'instruction');
  const weights = named.reduce((sum, each) => sum + (each.weight ?? 0), 0);
  const shares = named.reduce((sum, each) => sum + each.after, 0);
  const weight = weights > 0 && shares > 0 ? (after / shares) * weights : after * 100;
  return Math.max(1, Math.round(weight));
}

/** The end of the weights' scale: 100, or what the greatest weight needs. */
export function scaleOf(view: MixtureView): number {
  const greatest = Math.max(0, ...view.collections.map(({ weight }) => weight ?? 0));
  return greatest <= 1 && greatest > 0 && !Number.isInteger(greatest)
    ? 1
    : Math.max(100, Math.ceil(greatest));
}

/** The greatest share of any row: bars reach as far as they can. */
export function longest(rows: readonly Pick<CollectionShare, 'before' | 'capped' | 'after'>[]): number {
  return Math.max(1e-9, ...rows.flatMap(({ before, capped, after }) => [before, capped, after]));
}

/** A collection's tasks, the most drawn first. */
export function tasksOf(view: MixtureView, collection: string): TaskShare[] {
  return view.tasks
    .filter((task) => task.collection === collection)
    .sort((a, b) => b.after - a.after || b.examples - a.examples || (a.id < b.id ? -1 : 1));
}
