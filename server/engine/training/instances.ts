import type { Record as ExampleRecord } from '../../collections/types.ts';
import { shotsOf } from '../../prompts/instances.ts';
import { type Instance, TemplateError } from '../../prompts/types.ts';
import type { MixtureDraw } from '../../protocol.ts';
import { instancesOf } from '../instances.ts';
import { type Mixed, named, templateOf } from '../mixed-tasks.ts';
import type { Session } from '../session.ts';

export interface DrawnInstance {
  draw: MixtureDraw;
  /** Undefined where the template fails on the record; `error` says how. */
  instance: Instance | undefined;
  error?: string;
}

interface Waiting {
  place: number;
  draw: MixtureDraw;
  template: number;
  shown: readonly number[];
}

/**
 * What `trainingInstances` gives for the draws `from` up to (not with) `to`, all at once: the records of a
 * task are read in one go, which is what makes files that must be read from their beginning bearable.
 */
export async function instancesBetween(
  session: Session,
  mixed: Mixed,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<DrawnInstance[]> {
  const { tasks, seed } = mixed;
  const byTask = new Map<string, Waiting[]>();
  let place = 0;
  for (const found of mixed.stream.from(from)) {
    if (from + place >= to) break;
    const draw = named(mixed, found);
    const { example, shots } = draw;
    const shown = shotsOf(tasks.get(draw.task)!.promptTask, { example, shots, seed });
    const waiting = byTask.get(draw.task) ?? [];
    if (waiting.length === 0) byTask.set(draw.task, waiting);
    waiting.push({ place: place++, draw, template: found.template, shown });
  }
  const made: DrawnInstance[] = new Array(place);
  for (const [task, waiting] of byTask) {
    const records = await recordsOf(session, task, waiting, signal);
    for (const one of waiting) made[one.place] = compose(session, mixed, one, records);
  }
  return made;
}

async function recordsOf(session: Session, task: string, waiting: readonly Waiting[], signal?: AbortSignal) {
  const wanted = new Set(waiting.flatMap(({ draw, shown }) => [draw.example, ...shown]));
  const ascending = [...wanted].sort((a, b) => a - b);
  const records = new Map<number, ExampleRecord>();
  for await (const { number, record } of session.catalog.read(task, ascending, signal))
    records.set(number, record);
  return records;
}

function compose(
  session: Session,
  { tasks, seed }: Mixed,
  { draw, template, shown }: Waiting,
  records: ReadonlyMap<number, ExampleRecord>,
): DrawnInstance {
  const { example, shots, metaicl } = draw;
  const { promptTask } = tasks.get(draw.task)!;
  const request = { example, template: templateOf(tasks, { ...draw, template }), shots, seed, metaicl };
  try {
    const instance = instancesOf(session).compose(
      promptTask,
      request,
      shown,
      (number) => records.get(number)!,
    );
    return { draw, instance };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { draw, instance: undefined, error: error.message };
  }
}
