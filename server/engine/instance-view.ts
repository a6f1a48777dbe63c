import type * as z from 'zod';
import { InputError } from '../base/problem.ts';
import { nearest } from '../bench/nearest.ts';
import type { CatalogTask } from '../catalog/catalog.ts';
import type { Template } from '../collections/types.ts';
import { type TokenCounter, tokenCounter } from '../prompts/tokens.ts';
import { type Instance, type Segment, TemplateError, textOf } from '../prompts/types.ts';
import type { InstanceView, instanceQuery, promptDocument, tokenCount } from '../protocol.ts';
import { chainOf } from './chain.ts';
import { instancesOf } from './instances.ts';
import { promptTaskOf } from './prompt-task.ts';
import type { Session } from './session.ts';
import { findTask } from './task-rows.ts';

/** Tokens that a model is trained on at once (OPT-IML, section 3). */
const CONTEXT = 2048;

type Query = z.output<typeof instanceQuery>;

/** The exact instance, with its tokens and where it comes from. A template that fails gives `error`, not an exception. */
export async function instanceView(session: Session, query: Query): Promise<InstanceView> {
  const task = findTask(session, query.task);
  const template = query.prompts === 'cot' ? chainOf(task) : templateOf(session, task, query.template);
  const counter = tokenCounter(query.tokenizer);
  const shared = {
    task: task.id,
    example: query.example,
    examples: task.examples,
    template: template.name,
    templates: namedTemplates(task).map(({ name }) => name),
    shots: query.shots,
    seed: query.seed,
    record: await session.catalog.locate(task.id, query.example),
    templateAt: session.catalog.templateLocation(task, template),
  };
  try {
    const promptTask = await promptTaskOf(session, task, query.shots);
    const instance = await instancesOf(session).build(promptTask, { ...query, template });
    return {
      ...shared,
      ...shown(instance),
      tokens: countTokens(counter, instance),
      cut: cutOf(counter, instance),
    };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return {
      ...shared,
      ...EMPTY,
      tokens: { unit: counter.unit, source: 0, target: 0, segments: [] },
      error: place(error),
    };
  }
}

/** `heldout prompt`: the same instance as text. Throws where the template fails. */
export async function promptOf(session: Session, query: Query): Promise<z.infer<typeof promptDocument>> {
  const view = await instanceView(session, query);
  if (view.error) throw new InputError(`template "${view.template}": ${view.error}`, view.templateAt);
  const { unit, source, target } = view.tokens;
  return {
    source: textOf(view.source),
    target: textOf(view.target),
    candidates: view.candidates,
    references: view.references,
    demonstrations: view.demonstrations.map((shown) => ({
      example: shown.example,
      source: textOf(shown.source),
      target: textOf(shown.target),
    })),
    delimiter: view.delimiter,
    tokens: { unit, source, target },
  };
}

const EMPTY = {
  source: [],
  target: [],
  demonstrations: [],
  candidates: null,
  references: [],
  delimiter: '',
  loss: [],
};

function shown(instance: Instance) {
  return {
    source: instance.source,
    target: instance.target,
    demonstrations: instance.demonstrations,
    candidates: instance.candidates ?? null,
    references: instance.references,
    delimiter: instance.delimiter,
    loss: instance.loss,
  };
}

function namedTemplates({ facts }: CatalogTask): Template[] {
  return facts.chain ? [...facts.templates, facts.chain] : facts.templates;
}

/** By name any of the task's, its chain of thought included; else the first that is in use. */
function templateOf(session: Session, task: CatalogTask, name: string | undefined): Template {
  const templates = namedTemplates(task);
  const first = session.taskInUse(task).facts.templates[0] ?? templates[0];
  const template = name === undefined ? first : templates.find((each) => each.name === name);
  if (template) return template;
  if (templates.length === 0) throw new InputError(`${task.id} has no template`);
  const names = templates.map((each) => each.name);
  const guess = nearest(name!, names);
  throw new InputError(
    `${task.id} has no template "${name}": ${guess ? `did you mean "${guess}"?` : names.join(', ')}`,
  );
}

function countTokens(counter: TokenCounter, instance: Instance): z.infer<typeof tokenCount> {
  return {
    unit: counter.unit,
    source: counter.count(textOf(instance.source)),
    target: counter.count(textOf(instance.target)),
    segments: instance.source.map((segment) => counter.count(segment.text)),
  };
}

/** Where the context's limit cuts the source from the left: the shortest head whose removal makes the rest fit. */
function cutOf(counter: TokenCounter, instance: Instance): number | undefined {
  const source = textOf(instance.source);
  const room = CONTEXT - counter.count(textOf(instance.target));
  if (counter.count(source) <= room) return undefined;
  let fits = source.length;
  let tooLong = 0;
  while (fits - tooLong > 1) {
    const middle = (fits + tooLong) >> 1;
    if (counter.count(source.slice(middle)) <= room) fits = middle;
    else tooLong = middle;
  }
  return fits;
}

function place(error: TemplateError): string {
  return error.line === undefined
    ? error.message
    : `line ${error.line}, column ${error.column ?? 1}: ${error.message}`;
}

/** The instance as a plain read-only document. */
export function instanceDocument(view: InstanceView): string {
  const heading = `${view.task} · example ${view.example + 1} of ${view.examples} · template "${view.template}"`;
  if (view.error) return `${heading}\n\nThis template fails on this record: ${view.error}\n`;
  const part = (name: string, segments: Segment[]) => `--- ${name} ---\n${textOf(segments)}\n`;
  const lists = [
    view.candidates ? `--- candidates ---\n${view.candidates.join('\n')}\n` : '',
    `--- references ---\n${view.references.join('\n')}\n`,
  ];
  return [`${heading}\n`, part('source', view.source), part('target', view.target), ...lists].join('\n');
}
