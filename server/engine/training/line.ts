import * as z from 'zod';
import type { Stream } from '../../mixture/streams.ts';
import { trainingText } from '../../prompts/instances.ts';
import type { Instance } from '../../prompts/types.ts';
import type { MixtureDraw } from '../../protocol.ts';

/** One line of a run's training stream, as the runner reads it. */
export const streamLine = z.object({
  /** The draw's place in the stream; places whose template fails are left out. */
  index: z.int().min(0),
  task: z.string(),
  collection: z.string(),
  stream: z.enum(['tasks', 'reasoning', 'pretraining', 'dialogue']),
  /** Which instance it is: the Inspector shows the same for these. */
  example: z.int().min(0),
  template: z.string(),
  shots: z.int().min(0),
  /** The instance's text in pieces; 1: takes loss. */
  pieces: z.array(z.tuple([z.string(), z.union([z.literal(0), z.literal(1)])])),
});
export type StreamLine = z.infer<typeof streamLine>;

export function lineOf(
  draw: Pick<MixtureDraw, 'index' | 'task' | 'example' | 'template' | 'shots'>,
  of: { collection: string; stream: Stream },
  instance: Instance,
): StreamLine {
  const { index, task, example, template, shots } = draw;
  const stream = of.stream === 'instruction' ? 'tasks' : of.stream;
  return {
    index,
    task,
    collection: of.collection,
    stream,
    example,
    template,
    shots,
    pieces: piecesOf(instance),
  };
}

/** The training text cut where loss begins and ends. A half of a surrogate pair is no text: it is replaced. */
export function piecesOf(instance: Pick<Instance, 'source' | 'target' | 'loss'>): StreamLine['pieces'] {
  const text = trainingText(instance);
  const pieces: StreamLine['pieces'] = [];
  const add = (from: number, to: number, loss: 0 | 1) => {
    if (from < to) pieces.push([text.slice(from, to).toWellFormed(), loss]);
  };
  let at = 0;
  for (const [from, to] of instance.loss) {
    add(at, from, 0);
    add(from, to, 1);
    at = to;
  }
  add(at, text.length, 0);
  return pieces;
}
