import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAside } from '../../base/files.ts';
import type { OnStep } from '../../base/progress.ts';
import { SeededOrder } from '../../base/seeded-order.ts';
import { streamOf } from '../../mixture/streams.ts';
import { TemplateError, textOf } from '../../prompts/types.ts';
import type { Level } from '../../protocol.ts';
import { instancesOf } from '../instances.ts';
import { selectionGround, selectTasks, type TaskSelection } from '../selection.ts';
import type { Session } from '../session.ts';
import { lineOf, type StreamLine } from './line.ts';
import { STREAM_FOLDER } from './parts.ts';

const LEVELS = ['fully-held-out', 'partially-held-out', 'fully-supervised'] as const;

interface Work {
  signal: AbortSignal;
  onStep: OnStep;
}

/** Where a level's examples stand. */
export function validationFile(job: string, level: Level): string {
  return join(job, STREAM_FOLDER, 'validation', `${level.replaceAll('-', '_')}.jsonl`);
}

/**
 * Writes the examples that a run's loss is measured on, `examples` of each level, unless they stand there
 * already. They are held out: instances without demonstrations, of the tasks that are evaluated. A level is
 * measured on its development examples; on its test examples where it has none.
 */
export async function writeValidation(
  session: Session,
  job: string,
  { examples, seed }: { examples: number; seed: number },
  work: Work,
): Promise<Record<Level, number>> {
  const counts = { 'fully-held-out': 0, 'partially-held-out': 0, 'fully-supervised': 0 };
  const missing = LEVELS.filter((level) => !existsSync(validationFile(job, level)));
  if (examples === 0 || missing.length === 0) return counts;
  const ground = await selectionGround(session, work);
  const selections = selectTasks(session, { seed, ground, splits: ['dev', 'test'] });
  for (const level of missing) {
    const own = selections.filter(
      ({ placement, instances }) => placement.level === level && instances.count > 0,
    );
    const dev = own.filter(({ split }) => split === 'dev');
    const lines = await drawn(session, level, dev.length > 0 ? dev : own, { examples, seed }, work.signal);
    writeFileAside(validationFile(job, level), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    counts[level] = lines.length;
  }
  return counts;
}

/**
 * One example of each task in turn, tasks and examples in seeded orders: a level's loss is the mean over
 * many tasks, not that of its largest. What a template fails on and what has no target is passed over.
 */
async function drawn(
  session: Session,
  level: Level,
  selections: readonly TaskSelection[],
  { examples, seed }: { examples: number; seed: number },
  signal: AbortSignal,
): Promise<StreamLine[]> {
  const order = new SeededOrder(selections.length, 'validation', level, seed);
  let open = Array.from(selections, (_, place) => ({ selection: selections[order.at(place)]!, next: 0 }));
  const lines: StreamLine[] = [];
  while (lines.length < examples && open.length > 0) {
    for (const one of open) {
      if (lines.length === examples) break;
      signal.throwIfAborted();
      const line = await instanceAt(session, one.selection, one.next++, seed, lines.length);
      if (line) lines.push(line);
    }
    open = open.filter(({ selection, next }) => next < selection.instances.count);
  }
  return lines;
}

async function instanceAt(
  session: Session,
  { task, promptTask, instances, templates }: TaskSelection,
  place: number,
  seed: number,
  index: number,
): Promise<StreamLine | undefined> {
  const { example, template } = instances.at(place);
  const request = { example, template: templates[template]!, shots: 0, seed };
  try {
    const instance = await instancesOf(session).build(promptTask, request);
    if (textOf(instance.target).trim() === '') return undefined;
    const draw = { index, task: task.id, example, template: instance.template, shots: 0 };
    return lineOf(
      draw,
      { collection: task.collection, stream: streamIn(session, task.collection) },
      instance,
    );
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

function streamIn({ bench }: Session, collection: string) {
  const { format } = bench.collections.find(({ name }) => name === collection)!;
  return streamOf(collection, format, bench.file.mixture?.proportions ?? {});
}
