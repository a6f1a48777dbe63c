import * as vscode from 'vscode';
import * as z from 'zod';
import type { TemplateCheck } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import type { QueueNode } from '../queue/tree.ts';
import type { TaskNode } from '../tasks/tree.ts';
import { shortTask } from '../words.ts';
import { checksOf, templateKey } from './decide.ts';
import type { TemplateTree } from './tree.ts';

/** A command is called on one template or on several by name, as code actions do. */
const named = z.union([z.array(templateKey).min(1), templateKey.transform((key) => [key])]);
/** A template may be of several tasks: then it is named once for each. */
const listed = z.array(named).transform((lists) => lists.flat());

/** A row of the queue or of the Task Explorer. */
type Row = QueueNode<TemplateCheck> | TaskNode;

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** The templates that a row stands for. */
function templatesOf(row: Row): TemplateCheck[] {
  if (row.kind === 'row') return [row.row];
  if (row.kind === 'template') return [row.check];
  return row.kind === 'group' && 'rows' in row ? row.rows : [];
}

/** The task that a row or an argument names. */
export function taskIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!isRow(value)) return undefined;
  if (value.kind === 'task') return value.row.id;
  return value.kind === 'declaration' ? value.detail.task : templatesOf(value)[0]?.task;
}

/** The templates that a command was called on: named, rows with their selection, or what is selected in the queue. */
export async function chosenTemplates(
  context: Context,
  tree: TemplateTree,
  first: unknown,
  selected?: unknown,
): Promise<TemplateCheck[]> {
  const keys = listed.safeParse(selected === undefined ? [first] : [first, selected]);
  if (keys.success) return checksOf(context, keys.data);
  const rows: readonly unknown[] =
    Array.isArray(selected) && selected.length > 0 ? selected : isRow(first) ? [first] : tree.view.selection;
  return [...new Set(rows.filter(isRow).flatMap(templatesOf))];
}

/** As above; where nothing is chosen, one is picked from the queue. */
export async function someTemplates(
  context: Context,
  tree: TemplateTree,
  first: unknown,
  selected?: unknown,
): Promise<TemplateCheck[]> {
  const chosen = await chosenTemplates(context, tree, first, selected);
  if (chosen.length > 0) return chosen;
  const picked = await pickTemplate(await tree.rows(), vscode.l10n.t('Choose a Template'));
  return picked ? [picked] : [];
}

export async function pickTemplate(
  checks: readonly TemplateCheck[],
  title: string,
): Promise<TemplateCheck | undefined> {
  const picked = await vscode.window.showQuickPick(
    checks.map((check) => ({
      label: check.template,
      description: shortTask(check.task),
      detail: check.phrase,
      check,
    })),
    { title, matchOnDescription: true, matchOnDetail: true },
  );
  return picked?.check;
}
