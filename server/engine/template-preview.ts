import type * as z from 'zod';
import { InputError } from '../base/problem.ts';
import type { CatalogTask } from '../catalog/tasks.ts';
import type { Record as ExampleRecord } from '../collections/types.ts';
import { LeftOutError, type Segment, TemplateError } from '../prompts/types.ts';
import type { previewQuery, rendering, TemplatePreview } from '../protocol.ts';
import { checkTask, readTemplateFile } from '../templates/check.ts';
import type { PlacedTask, PlacedTemplate } from '../templates/files/template-file.ts';
import { placeOf } from '../templates/findings/text.ts';
import type { Finding } from '../templates/types.ts';
import { instancesOf } from './instances.ts';
import type { Session } from './session.ts';
import { findTask } from './task-rows.ts';
import { checksOf } from './template-checks.ts';
import { declarationOf } from './template-declaration.ts';
import { type OpenText, placedTemplates } from './template-places.ts';
import { findingView } from './template-rows.ts';
import { renderedRecords, type TaskSample } from './template-sample.ts';

type Query = z.output<typeof previewQuery>;
type Rendering = z.output<typeof rendering>;

/** What is previewed: templates with their places, and the task of the bench that has their records. */
interface Previewed {
  placed: PlacedTask;
  faults: Finding[];
  task: CatalogTask | undefined;
}

/**
 * A template over a page of real records, edge cases first. `openText` gives an editor's unsaved text. What
 * can't be shown is said in `nothing`, in words.
 */
export async function templatePreview(
  session: Session | undefined,
  query: Query,
  openText?: OpenText,
): Promise<TemplatePreview> {
  const found = previewed(session, query, openText);
  const { from, template: name } = query;
  const empty = {
    task: found?.task?.id,
    template: name,
    templates: [],
    total: 0,
    from,
    rows: [],
    findings: [],
  };
  if (!found) return { ...empty, nothing: `${query.file ?? query.task} holds no template that can be read` };
  const { placed, task } = found;
  const templates = placed.templates.map(({ template }) => template.name);
  const own = placed.templates.find(({ template }) => template.name === name);
  const findings = await findingsOn(session, found, name);
  if (!own) return { ...empty, templates, findings, nothing: `there is no template "${name}" any more` };
  const against = placed.templates.find(({ template }) => template.name === query.against);
  const shared = {
    ...empty,
    templates,
    findings,
    ...(against ? { against: against.template.name } : {}),
    templateAt: { file: placed.file, line: own.at.line },
  };
  if (!session || !task) return { ...shared, nothing: NO_BENCH };
  if (task.examples === 0) return { ...shared, nothing: `${task.id} has no records to show it on` };
  const sample = await checksOf(session).sample(task);
  const numbers = pageOf(task, sample, from, query.count);
  const rows: TemplatePreview['rows'] = [];
  const render = boundedRendering(session);
  for await (const { number, record } of session.catalog.read(task.id, numbers)) {
    const edge = sample.edges.get(number);
    const at = session.catalog.locate(task.id, number);
    rows.push({
      example: number,
      ...(edge ? { edge } : {}),
      ...(at ? { record: at } : {}),
      rendered: render(own, record),
      ...(against ? { against: render(against, record) } : {}),
    });
  }
  return { ...shared, total: task.examples, rows };
}

const NO_BENCH = 'the file belongs to no task of the bench: there are no records to show it on';

function previewed(
  session: Session | undefined,
  query: Query,
  openText: OpenText | undefined,
): Previewed | undefined {
  if (query.file === undefined) {
    if (!session || query.task === undefined) throw new InputError('a preview needs a task or a file');
    const task = findTask(session, query.task);
    const { task: placed, faults } = placedTemplates(session, task, checksOf(session).files, openText);
    return { placed, faults, task };
  }
  const { tasks, faults } = readTemplateFile(query.file, openText?.(query.file));
  const ofBench = session ? checksOf(session).byFile.of(query.file) : [];
  const wanted = ofBench.find(({ id }) => id === query.task);
  const holds = (one: PlacedTask) => one.templates.some(({ template }) => template.name === query.template);
  const placed =
    (wanted && tasks.find((one) => one.task === wanted.name)) ??
    tasks.find((one) => one.task === query.task) ??
    tasks.find(holds) ??
    tasks[0];
  if (!placed) return undefined;
  return { placed, faults, task: wanted ?? ofBench.find(({ name }) => name === placed.task) };
}

/** Findings on the template as it stands in the text, unsaved changes included. */
async function findingsOn(session: Session | undefined, found: Previewed, name: string) {
  const { placed, faults, task } = found;
  const bench =
    session && task
      ? {
          declaration: declarationOf(session, task.id),
          records: renderedRecords(await checksOf(session).sampleOrNone(task)),
          render: checksOf(session).render,
        }
      : {};
  const checked = await checkTask({ ...placed, task: task?.id ?? placed.task }, bench);
  return [...faults, ...checked.findings].filter((one) => one.template === name).map(findingView);
}

/** Numbers of the examples on one page: edge cases, then all others in the task's order. */
function pageOf({ examples }: CatalogTask, { edges }: TaskSample, from: number, count: number): number[] {
  const ahead = [...edges.keys()];
  const taken = [...ahead].sort((a, b) => a - b);
  const numbers: number[] = [];
  for (let place = from; place < Math.min(from + count, examples); place++) {
    if (place < ahead.length) {
      numbers.push(ahead[place]!);
      continue;
    }
    let number = place - ahead.length;
    for (const edge of taken) if (edge <= number) number++;
    numbers.push(number);
  }
  return numbers;
}

/** Milliseconds for one template over a page. */
const TIME = 1000;

/** Renders row by row, until a template's time is used up: a page must not wait for one that loops on every record. */
function boundedRendering(session: Session): (placed: PlacedTemplate, record: ExampleRecord) => Rendering {
  const spent = new Map<PlacedTemplate, number>();
  return (placed, record) => {
    const before = spent.get(placed) ?? 0;
    if (before > TIME)
      return { ...NOTHING, error: { message: 'not tried: it took too long on the records before' } };
    const start = performance.now();
    const rendered = renderingOf(session, placed, record);
    spent.set(placed, before + performance.now() - start);
    return rendered;
  };
}

const NOTHING = { source: [], target: [], candidates: null };

function renderingOf(session: Session, placed: PlacedTemplate, record: ExampleRecord): Rendering {
  try {
    const { source, target, candidates } = instancesOf(session).instantiate(placed.template, record);
    return { source: plain(source), target: plain(target), candidates: candidates ?? null };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    if (error instanceof LeftOutError) return { ...NOTHING, leftOut: true };
    const at = placeOf(placed, error);
    return { ...NOTHING, error: { message: error.message, at } };
  }
}

function plain(segments: readonly Segment[]): Rendering['source'] {
  return segments.map(({ text, origin, field }) => ({
    text,
    origin,
    ...(field === undefined ? {} : { field }),
  }));
}
