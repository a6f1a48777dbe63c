import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { type MixtureSettings, mixtureSettings } from '../mixture/settings.ts';
import { sharesOf, type TaskShare } from '../mixture/shares.ts';
import { type Draw, MixtureStream } from '../mixture/stream.ts';
import { streamOf } from '../mixture/streams.ts';
import { type Instance, TemplateError } from '../prompts/types.ts';
import type { MixtureChange, MixtureDraw } from '../protocol.ts';
import { instancesOf } from './instances.ts';
import { removedExamples } from './removed-examples.ts';
import { selectTasks, type TaskSelection } from './selection.ts';
import type { Session } from './session.ts';

/** The bench's train tasks with their shares, and the stream that they give. */
export interface Mixed {
  settings: MixtureSettings;
  seed: number;
  tasks: ReadonlyMap<string, TaskSelection>;
  shares: readonly TaskShare[];
  stream: MixtureStream;
}

export interface Mixing {
  seed: number;
  /** In the place of what heldout.yaml says. */
  settings?: MixtureChange;
  signal: AbortSignal;
  onStep: OnStep;
}

export async function mixedTasks(session: Session, mixing: Mixing): Promise<Mixed> {
  const { seed } = mixing;
  const settings = mixtureSettings({ ...session.bench.file.mixture, ...mixing.settings });
  const formats = new Map(session.bench.collections.map(({ name, format }) => [name, format]));
  // A collection that was taken out of heldout.yaml stays in the catalogue until the next import.
  const selections = (await trainSelections(session, mixing)).filter(({ task }) =>
    formats.has(task.collection),
  );
  const shares = sharesOf(
    selections.map(({ task, instances }) => ({
      id: task.id,
      collection: task.collection,
      stream: streamOf(task.collection, formats.get(task.collection)!, settings.proportions),
      examples: instances.count,
    })),
    settings,
  );
  const tasks = new Map(selections.map((selection) => [selection.task.id, selection]));
  const drawn = shares.map(({ id, stream, after }) => {
    return { id, stream, share: after, selection: tasks.get(id)!.instances };
  });
  return { settings, seed, tasks, shares, stream: new MixtureStream(drawn, { seed, ...settings }) };
}

/** By the placements that they rest on, which are made anew whenever the bench or a decision changes. */
const kept = new WeakMap<object, { seed: number; selections: TaskSelection[] }>();

async function trainSelections(session: Session, { seed, signal, onStep }: Mixing): Promise<TaskSelection[]> {
  const placements = session.placements();
  const known = kept.get(placements);
  if (known?.seed === seed) return known.selections;
  const removed = await removedExamples(session, { signal, onStep });
  const ground = { removed, unlabelled: new Map() };
  const selections = selectTasks(session, { seed, ground, splits: ['train'] });
  kept.set(placements, { seed, selections });
  return selections;
}

/** The draws from `start` on, by their names. Throws InputError where there is nothing to draw. */
export function* namedDraws(mixed: Mixed, start = 0): Generator<MixtureDraw> {
  if (mixed.stream.empty)
    throw new InputError('there is nothing to draw: import the bench, or leave it tasks to train on');
  for (const draw of mixed.stream.from(start)) yield named(mixed, draw);
}

/** What the training stream is of: each draw with its instance, or why its template fails on its record. */
export async function* trainingInstances(
  session: Session,
  mixed: Mixed,
  start = 0,
): AsyncGenerator<{ draw: MixtureDraw; instance: Instance | undefined; error?: string }> {
  const { stream, tasks, seed } = mixed;
  for (const found of stream.from(start)) {
    const draw = named(mixed, found);
    const { example, shots, metaicl } = draw;
    const request = { example, template: templateOf(tasks, found), shots, seed, metaicl };
    try {
      const { promptTask } = tasks.get(draw.task)!;
      yield { draw, instance: await instancesOf(session).build(promptTask, request) };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      yield { draw, instance: undefined, error: error.message };
    }
  }
}

/** A draw by its names. */
export function named({ tasks, settings }: Mixed, draw: Draw): MixtureDraw {
  return { ...draw, template: templateOf(tasks, draw).name, metaicl: settings.metaicl?.loss };
}

export function templateOf(tasks: ReadonlyMap<string, TaskSelection>, draw: Draw) {
  return tasks.get(draw.task)!.templates[draw.template]!;
}
