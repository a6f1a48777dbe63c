import { InputError } from '../base/problem.ts';
import { type MixtureSettings, mixtureSettings } from '../mixture/settings.ts';
import { sharesOf, type TaskShare } from '../mixture/shares.ts';
import { type Draw, MixtureStream } from '../mixture/stream.ts';
import { mixtureTasks, type TrainTask, trainTasks } from '../mixture/train-tasks.ts';
import { type Instance, TemplateError } from '../prompts/types.ts';
import type { MixtureChange, MixtureDraw } from '../protocol.ts';
import type { Session } from './session.ts';

/** The bench's train tasks with their shares, and the stream that they give. */
export interface Mixed {
  settings: MixtureSettings;
  seed: number;
  tasks: ReadonlyMap<string, TrainTask>;
  shares: readonly TaskShare[];
  stream: MixtureStream;
}

/** As heldout.yaml mixes, or with what `change` puts in its place. */
export function mixedTasks(session: Session, seed: number, change: MixtureChange = {}): Mixed {
  const settings = mixtureSettings({ ...session.bench.file.mixture, ...change });
  const all = session.catalog.tasks();
  const trained = trainTasks(session.bench, all, session.placements(), settings, seed);
  const tasks = new Map(trained.map((each) => [each.task.id, each]));
  const shares = sharesOf(mixtureTasks(trained), settings);
  const drawn = shares.map(({ id, stream, after }) => {
    return { id, stream, share: after, selection: tasks.get(id)!.selection };
  });
  return { settings, seed, tasks, shares, stream: new MixtureStream(drawn, { seed, ...settings }) };
}

/** The draws from `start` on, by their names. Throws InputError where there is nothing to draw. */
export function* namedDraws({ stream, tasks }: Mixed, start = 0): Generator<MixtureDraw> {
  if (stream.empty)
    throw new InputError('there is nothing to draw: import the bench, or leave it tasks to train on');
  for (const draw of stream.from(start)) yield { ...draw, template: templateOf(tasks, draw).name };
}

/** What the training stream is of: each draw with its instance, or why its template fails on its record. */
export async function* trainingInstances(
  session: Session,
  mixed: Mixed,
  start = 0,
): AsyncGenerator<{ draw: MixtureDraw; instance: Instance | undefined; error?: string }> {
  const { tasks, seed, settings } = mixed;
  for (const draw of namedDraws(mixed, start)) {
    const { task } = tasks.get(draw.task)!;
    const { example, shots } = draw;
    const template = task.facts.templates.find(({ name }) => name === draw.template)!;
    try {
      const request = { example, template, shots, seed, metaicl: settings.metaicl?.loss };
      yield { draw, instance: await session.instances.build(task, request) };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      yield { draw, instance: undefined, error: error.message };
    }
  }
}

function templateOf(tasks: ReadonlyMap<string, TrainTask>, draw: Draw) {
  return tasks.get(draw.task)!.task.facts.templates[draw.template]!;
}
