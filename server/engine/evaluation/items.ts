import { SeededOrder } from '../../base/seeded-order.ts';
import type { Record as ExampleRecord, Template } from '../../collections/types.ts';
import { distinctCandidates, rightCandidates } from '../../evaluation/metrics/rank.ts';
import type { Asked } from '../../evaluation/score-example.ts';
import { joint } from '../../prompts/delimiter.ts';
import { shotsOf } from '../../prompts/instances.ts';
import { type Instance, LeftOutError, TemplateError, textOf } from '../../prompts/types.ts';
import type { Cleanness, ScoreRequest, ShotsSetting } from '../../protocol.ts';
import { instancesOf } from '../instances.ts';
import type { TaskSelection } from '../selection.ts';
import type { Session } from '../session.ts';

/** Demonstrations where as many are given as fit (the paper's most). */
const MOST_SHOTS = 32;
/** Examples whose records, with their demonstrations', are read together. */
const TOGETHER = 256;

/** One instance to score: what to ask for it, or why that can't be done. */
export interface Item {
  asked: Asked;
  request?: Asking;
  /** The same candidates after nothing. */
  unconditional?: Asking;
  failed?: string;
}

/** A request before it has its number. */
export type Asking = ScoreRequest extends infer Request
  ? Request extends ScoreRequest
    ? Omit<Request, 'id'>
    : never
  : never;

export interface ItemOptions {
  shots: readonly ShotsSetting[];
  seed: number;
  /** Examples of a task at most. */
  limit: number | null;
  maxTokens: number;
  unconditional: boolean;
  /** Tokens of the context, and how they are counted: needed where shots are to fit. */
  fitting: { length: number; count: (text: string) => number } | undefined;
  cleanness: ((example: number) => Cleanness) | null;
  signal: AbortSignal;
}

/** The examples of a selection that are scored, ascending: all, or `limit` of them drawn by seed. */
export function examplesOf(
  { task, instances }: TaskSelection,
  { limit, seed }: Pick<ItemOptions, 'limit' | 'seed'>,
): { example: number; templates: readonly number[] }[] {
  const all = [...instances.byExample()];
  if (limit === null || all.length <= limit) return all;
  const order = new SeededOrder(all.length, 'evaluate', task.id, seed);
  const places = Array.from({ length: limit }, (_, place) => order.at(place)).sort((a, b) => a - b);
  return places.map((place) => all[place]!);
}

/**
 * The instances of a task as they are scored: those of the Inspector and the build, every template of every
 * example, for each number of shots. What a template leaves out is not there.
 */
export async function* itemsOf(
  session: Session,
  selection: TaskSelection,
  options: ItemOptions,
): AsyncGenerator<Item> {
  const { promptTask, templates } = selection;
  const { seed, shots, signal } = options;
  const most = Math.max(...shots.map((count) => (count === 'fit' ? MOST_SHOTS : count)));
  const chosen = examplesOf(selection, options);
  for (let from = 0; from < chosen.length; from += TOGETHER) {
    const batch = chosen.slice(from, from + TOGETHER).map((one) => ({
      ...one,
      // Fewer shots are the first of more.
      shown: shotsOf(promptTask, { example: one.example, shots: most, seed }),
    }));
    const wanted = new Set(batch.flatMap(({ example, shown }) => [example, ...shown]));
    const records = new Map<number, ExampleRecord>();
    const ascending = [...wanted].sort((a, b) => a - b);
    for await (const { number, record } of session.catalog.read(promptTask.id, ascending, signal))
      records.set(number, record);
    const read = (number: number) => records.get(number)!;
    for (const { example, templates: numbers, shown } of batch) {
      for (const number of numbers) {
        for (const count of shots) {
          const item = itemOf(session, selection, options, {
            example,
            template: templates[number]!,
            count,
            shown,
            read,
          });
          if (item) yield item;
        }
      }
    }
  }
}

interface One {
  example: number;
  template: Template;
  count: ShotsSetting;
  shown: readonly number[];
  read: (number: number) => ExampleRecord;
}

function itemOf(
  session: Session,
  { promptTask }: TaskSelection,
  options: ItemOptions,
  { example, template, count, shown, read }: One,
): Item | undefined {
  const compose = (shots: number) =>
    instancesOf(session).compose(
      promptTask,
      { example, template, shots, seed: options.seed },
      shown.slice(0, shots),
      read,
    );
  try {
    const instance = count === 'fit' ? fitted(compose, shown.length, options) : compose(count);
    return asking(instance, count, options);
  } catch (error) {
    if (error instanceof LeftOutError) return undefined;
    if (!(error instanceof TemplateError)) throw error;
    const asked: Asked = {
      task: promptTask.id,
      example,
      template: template.name,
      shots: count,
      shown: 0,
      kind: 'generate',
      references: [],
      overlap: options.cleanness?.(example) ?? null,
    };
    return { asked, failed: `the template fails: ${error.message}` };
  }
}

/** With as many demonstrations as leave room for the longest output; none where not even one does. */
function fitted(
  compose: (shots: number) => Instance,
  most: number,
  { fitting, maxTokens }: ItemOptions,
): Instance {
  if (!fitting) throw new Error('shots that fit need a tokenizer');
  const { length, count } = fitting;
  const fits = (instance: Instance) => {
    const source = textOf(instance.source);
    const outputs = instance.candidates?.length
      ? Math.max(...instance.candidates.map((text) => count(joint(source) + text)))
      : Math.min(maxTokens, length >> 1);
    return count(source) + outputs <= length;
  };
  let least = 0;
  let tooMany = most + 1;
  while (tooMany - least > 1) {
    const middle = (least + tooMany) >> 1;
    if (fits(compose(middle))) least = middle;
    else tooMany = middle;
  }
  return compose(least);
}

function asking(instance: Instance, shots: ShotsSetting, options: ItemOptions): Item {
  const source = textOf(instance.source);
  // A tokenizer joins white space with what follows: at the source's end it goes to the output.
  const prefix = source.trimEnd();
  const between = source.slice(prefix.length) + joint(source);
  const candidates = instance.candidates?.length ? distinctCandidates(instance.candidates) : undefined;
  const references = instance.references.filter((text) => text.trim() !== '');
  const asked: Asked = {
    task: instance.task,
    example: instance.example,
    template: instance.template,
    shots,
    shown: instance.demonstrations.length,
    kind: candidates ? 'rank' : 'generate',
    references,
    ...(candidates && { candidates }),
    overlap: options.cleanness?.(instance.example) ?? null,
  };
  if (references.length === 0) {
    return { asked, failed: candidates ? 'it has no reference' : 'it has neither candidates nor references' };
  }
  const group = `${instance.task}/${shots}`;
  if (!candidates)
    return { asked, request: { kind: 'generate', prefix, max_tokens: options.maxTokens, group } };
  const empty = candidates.findIndex((text) => text.trim() === '');
  if (empty >= 0) return { asked, failed: `candidate ${empty + 1} is empty: there is nothing to score` };
  if (rightCandidates(candidates, references).length === 0) {
    return { asked, failed: `its reference ${JSON.stringify(references[0])} is none of the candidates` };
  }
  const continuations = candidates.map((text) => between + text);
  return {
    asked,
    request: { kind: 'rank', prefix, continuations, group },
    ...(options.unconditional && { unconditional: { kind: 'rank', prefix: '', continuations, group: '' } }),
  };
}
