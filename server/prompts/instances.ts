import { InputError } from '../base/problem.ts';
import type { Demonstration, Record as ExampleRecord, TaskFacts, Template } from '../collections/types.ts';
import { TemplateCache } from './compiled.ts';
import { delimiterFor, delimiterText, joint } from './delimiter.ts';
import { type Instantiated, instantiate } from './instantiate.ts';
import { type Loss, METAICL_BREAK } from './metaicl.ts';
import { drawShots } from './shots.ts';
import { type Instance, type Segment, type ShownDemonstration, textOf } from './types.ts';

/** What prompt construction needs of a task; the catalogue's tasks have it. */
export interface PromptTask {
  id: string;
  facts: TaskFacts;
  examples: number;
  /** Demonstrations are drawn from its first examples, so many: train examples, none that is evaluated on. */
  shotPool: number;
  /** Examples left out by a decision, ascending: not shown as demonstrations either. */
  removed?: Uint32Array;
}

/** Reads examples by number, in any order asked for. */
export type ReadExamples = (
  task: string,
  numbers: readonly number[],
) => AsyncIterable<{ number: number; record: ExampleRecord }>;

export interface InstanceRequest {
  example: number;
  template: Template;
  shots: number;
  seed: number;
  /** Put together as MetaICL training does; else as evaluation does, with the loss on the target. */
  metaicl?: Loss;
}

/** Between the parts of a prompt: definition, demonstrations, the example. */
const BREAK = '\n\n';

/**
 * Prompt construction: the one place where an example becomes an instance (OPT-IML, sections 2.4 and
 * 3). Dataset-level instructions put the definition first, then the demonstrations, then the example;
 * instance-level ones repeat the template for each demonstration before the example. A chain of thought is asked
 * for with the worked examples of the task as published, where it has any.
 */
export class InstanceBuilder {
  readonly #templates = new TemplateCache();
  readonly #read: ReadExamples;

  constructor(read: ReadExamples) {
    this.#read = read;
  }

  /** One instance, demonstrations drawn and read. Throws TemplateError or InputError. */
  async build(task: PromptTask, request: InstanceRequest): Promise<Instance> {
    if (request.example >= task.examples) {
      throw new InputError(
        `${task.id} has ${task.examples} examples: there is no example ${request.example}`,
      );
    }
    const shots = shotsOf(task, request);
    const records = new Map<number, ExampleRecord>();
    for await (const { number, record } of this.#read(task.id, [request.example, ...shots]))
      records.set(number, record);
    return this.compose(task, request, shots, (number) => records.get(number)!);
  }

  /** One instance of records that were read already: the example's and those of its `shots`. Throws TemplateError. */
  compose(
    task: PromptTask,
    request: InstanceRequest,
    shots: readonly number[],
    recordOf: (number: number) => ExampleRecord,
  ): Instance {
    const bare = this.instantiate(request.template, recordOf(request.example));
    const chain = request.template.chain === true;
    const delimiter = chain ? '' : delimiterFor(textOf(bare.source), task.id, request.example, request.seed);
    const reasoned = chain ? this.reasonedOf(task.facts, request.template) : [];
    if (reasoned.length > 0)
      return this.assemble(task, request, bare, delimiter, reasoned.slice(0, request.shots));
    const drawn = shots.map((example): ShownDemonstration => {
      const { source, target } = this.instantiate(request.template, recordOf(example));
      return { example, source, target };
    });
    const missing = chain ? 0 : request.shots - drawn.length;
    const own = missing > 0 ? (task.facts.demonstrations ?? []).slice(0, missing) : [];
    return this.assemble(task, request, bare, delimiter, [...own.map(ownDemonstration), ...drawn]);
  }

  /** A record put through a template: no definition, no demonstrations, no delimiter. */
  instantiate(template: Template, record: ExampleRecord): Instantiated {
    return instantiate(template, this.#templates.get(template), record);
  }

  /** The task's worked examples with their reasoning. None are drawn beside them: a record has no reasoning. */
  private reasonedOf({ demonstrations = [], inputs }: TaskFacts, template: Template): ShownDemonstration[] {
    return demonstrations.flatMap(({ input, explanation }) => {
      if (explanation === undefined) return [];
      const fields = Object.fromEntries(inputs.map((name) => [name, input]));
      const { source } = this.instantiate(template, { fields, references: [] });
      return [{ example: -1, source, target: [{ text: explanation, origin: 'demonstration' }] }];
    });
  }

  private assemble(
    task: PromptTask,
    request: InstanceRequest,
    bare: Instantiated,
    delimiter: string,
    demonstrations: ShownDemonstration[],
  ): Instance {
    const source: Segment[] = [...definitionOf(task.facts)];
    const separator = request.metaicl ? METAICL_BREAK : BREAK;
    let firstTarget: number | undefined;
    for (const shown of demonstrations) {
      const [before, after] = shownText(shown, delimiter, separator);
      source.push(...before);
      firstTarget ??= textOf(source).length;
      source.push(...after);
    }
    source.push(...withDelimiter(bare.source, delimiter, 'delimiter'));
    const text = textOf(source);
    const target = text.length + joint(text).length;
    const from = request.metaicl === 'suffix' ? (firstTarget ?? target) : target;
    return {
      task: task.id,
      example: request.example,
      template: request.template.name,
      source,
      target: bare.target,
      candidates: bare.candidates,
      references: bare.references,
      delimiter,
      demonstrations,
      loss: [[from, target + textOf(bare.target).length]],
    };
  }
}

/** What a model is trained on: source and target as one text. `loss` counts in it. */
export function trainingText({ source, target }: Pick<Instance, 'source' | 'target'>): string {
  const text = textOf(source);
  return text + joint(text) + textOf(target);
}

/** The examples that are shown before an example. */
export function shotsOf(
  task: PromptTask,
  { example, shots, seed }: Omit<InstanceRequest, 'template'>,
): number[] {
  return drawShots(task.id, example, shots, task.shotPool, seed, task.removed);
}

/** The dataset-level definition as the start of a prompt; nothing for other tasks. */
export function definitionOf(facts: TaskFacts): Segment[] {
  if (facts.instructions !== 'dataset' || !facts.definition) return [];
  return [{ text: facts.definition + BREAK, origin: 'definition' }];
}

function ownDemonstration(shown: Demonstration): ShownDemonstration {
  return {
    example: -1,
    source: [{ text: shown.input, origin: 'demonstration' }],
    target: [{ text: shown.output, origin: 'demonstration' }],
  };
}

/** A demonstration up to its target, and from its target on. */
function shownText(
  shown: ShownDemonstration,
  delimiter: string,
  separator: string,
): [before: Segment[], after: Segment[]] {
  const asked = withDelimiter(shown.source, delimiter, 'demonstration');
  const shownAs = (segments: Pick<Segment, 'text'>[]) =>
    segments
      .filter(({ text }) => text !== '')
      .map(({ text }): Segment => ({ text, origin: 'demonstration' }));
  return [
    shownAs([...asked, { text: joint(textOf(asked)) }]),
    shownAs([...shown.target, { text: separator }]),
  ];
}

function withDelimiter(
  source: Segment[],
  delimiter: string,
  origin: 'delimiter' | 'demonstration',
): Segment[] {
  const text = delimiterText(textOf(source), delimiter);
  return text === '' ? [...source] : [...source, { text, origin }];
}
