import type * as z from 'zod';
import type { previewQuery, TemplateList } from '../../server/protocol.ts';
import { nextOf } from '../shared/queue.ts';

export type Query = z.output<typeof previewQuery>;

export interface TemplateKey {
  task: string;
  template: string;
}

export function sameAs(a: TemplateKey | undefined, b: TemplateKey | undefined): boolean {
  return a !== undefined && b !== undefined && a.task === b.task && a.template === b.template;
}

/** Whether two queries are about templates of one task, as far as they tell. */
function ofOneTask(a: Query, b: Query): boolean {
  return a.task !== undefined && b.task !== undefined ? a.task === b.task : a.file === b.file;
}

/**
 * What the page shows when the editor tells it a template. The same one again: the person stays where they
 * are. Another of the same task: what it is compared with stays.
 */
export function shownQuery(now: Query | undefined, wanted: Query): Query {
  if (!now || !ofOneTask(now, wanted)) return wanted;
  const { template } = wanted;
  const against = wanted.against ?? (now.against === template ? undefined : now.against);
  return { ...wanted, against, from: now.template === template ? now.from : 0, count: now.count };
}

/** The first record of the page so many steps on, held within the records. */
export function turned(from: number, count: number, total: number, step: number): number {
  const last = Math.max(0, Math.ceil(total / count) - 1) * count;
  return Math.min(Math.max(from + step * count, 0), last);
}

/** The template so many steps on in the file, round at its ends. */
export function neighbour(templates: readonly string[], template: string, step: number): string | undefined {
  const at = templates.indexOf(template);
  if (at < 0) return templates[0];
  return templates.at((at + step) % templates.length);
}

/** The next template after this one that waits for a verdict. */
export function nextWaiting(
  list: TemplateList,
  from: TemplateKey | undefined,
  skipped: readonly TemplateKey[],
): TemplateKey | undefined {
  const next = nextOf(list.templates, from, skipped, sameAs);
  return next && { task: next.task, template: next.template };
}

/** The reasons that stand in the queue, newest first, each once. */
export function recentReasons(list: TemplateList): string[] {
  const rulings = list.templates.flatMap((check) => check.rulings).filter(({ reason }) => reason !== '');
  rulings.sort((a, b) => b.time.localeCompare(a.time));
  return [...new Set(rulings.map(({ reason }) => reason))].slice(0, 10);
}
