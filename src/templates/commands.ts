import * as vscode from 'vscode';
import * as z from 'zod';
import type { PreviewQuery, TemplateCheck, TemplateOrder, TemplateVerdict } from '../../server/protocol.ts';
import type { Command, Parts } from '../commands.ts';
import type { Context } from '../context.ts';
import { ruleOn, settle } from '../queue/decide.ts';
import { openAt } from '../setup/problem.ts';
import { oneTask } from '../tasks/commands.ts';
import { searchAsYouType } from '../tasks/filter.ts';
import { templateOrderWord } from '../words.ts';
import { chosenTemplates, pickTemplate, someTemplates, taskIn } from './chosen.ts';
import { rulableTemplate, templateKey } from './decide.ts';
import { confirmDeclaration, declareTask } from './declare.ts';
import { pickTemplateFilter } from './filter.ts';

/** What a CodeLens names: the task may be missing, where the file is not of the bench. */
const placed = z.object({ file: z.string(), template: z.string(), task: z.string().optional() });

function queryOf({ task, template, location }: TemplateCheck): PreviewQuery {
  return { task, template, file: location?.file };
}

/** The commands of the queue as a view. */
function queueCommands(context: Context, { templates: tree }: Parts): Command[] {
  const imported = () => context.state?.imported === true;
  const order = (order: TemplateOrder) => () => tree.setOrder(order);
  return [
    { id: 'heldout.templates.orderByScore', run: order('score') },
    { id: 'heldout.templates.orderByTask', run: order('task') },
    { id: 'heldout.templates.orderByFindings', run: order('findings') },
    {
      id: 'heldout.templates.order',
      run: async () => {
        const orders: TemplateOrder[] = ['score', 'task', 'findings'];
        const picked = await vscode.window.showQuickPick(
          orders.map((order) => ({
            label: templateOrderWord(order),
            description: order === tree.order ? vscode.l10n.t('now') : undefined,
            order,
          })),
          { title: vscode.l10n.t('Order Templates') },
        );
        if (picked) await tree.setOrder(picked.order);
      },
    },
    {
      id: 'heldout.templates.search',
      enabled: imported,
      run: () =>
        searchAsYouType(
          {
            title: vscode.l10n.t('Search Templates'),
            placeholder: vscode.l10n.t('Words of the template, its task or its text'),
            value: tree.filter.search ?? '',
          },
          (text) => tree.setFilter({ ...tree.filter, search: text || undefined }),
        ),
    },
    {
      id: 'heldout.templates.filter',
      enabled: imported,
      run: async () => {
        const all = await context.server.ask('templates', { order: tree.order, filter: {} });
        const filter = await pickTemplateFilter(tree.filter, all.templates);
        if (filter) tree.setFilter(filter);
      },
    },
    { id: 'heldout.templates.clearFilter', run: () => tree.setFilter({}) },
  ];
}

/** The commands that show templates: the page, two of them side by side, the file. */
function showCommands(context: Context, { templates: tree, pages, follower }: Parts): Command[] {
  const imported = () => context.state?.imported === true;
  return [
    {
      id: 'heldout.templates.preview',
      run: async (first) => {
        const lens = placed.safeParse(first);
        if (lens.success) return pages.preview(lens.data, false);
        // From the palette or the editor's title it is the template at the cursor.
        const direct = first !== undefined && !(first instanceof vscode.Uri);
        const place = direct ? undefined : await follower.atCursor();
        if (place) {
          const { file, task, template } = place;
          return pages.preview({ file, task, template }, false);
        }
        const [check] = await someTemplates(context, tree, first);
        // Called on a row: the page takes the focus, so that its keys work at once.
        if (check) pages.preview(queryOf(check), true);
      },
    },
    {
      id: 'heldout.templates.compare',
      enabled: imported,
      run: async (first) => {
        const [check] = await someTemplates(context, tree, first);
        if (!check) return;
        const { templates } = await context.server.ask('taskTemplates', { task: check.task });
        const others = templates.filter(({ template }) => template !== check.template);
        const against = await pickTemplate(others, vscode.l10n.t('Compare {0} with', check.template));
        if (against) pages.preview({ ...queryOf(check), against: against.template }, true);
      },
    },
    {
      id: 'heldout.templates.reviewNext',
      enabled: imported,
      run: async () => {
        const next = (await tree.rows()).find(({ state }) => state !== 'decided' && state !== 'clean');
        if (next) pages.preview(queryOf(next), true);
        else
          void vscode.window.showInformationMessage(
            vscode.l10n.t('No template that is shown waits for a verdict.'),
          );
      },
    },
    {
      id: 'heldout.templates.openInFile',
      enabled: imported,
      run: async (first) => {
        const [check] = await someTemplates(context, tree, first);
        if (check?.location) await openAt(check.location.file, check.location.line);
      },
    },
    {
      id: 'heldout.templates.reveal',
      run: async (first) => {
        const key = templateKey.safeParse(first);
        if (key.success) await follower.reveal(key.data);
      },
    },
  ];
}

/** The commands that record what a person rules: on templates, and on a task's inputs and targets. */
function rulingCommands(context: Context, { templates: tree, tasks }: Parts): Command[] {
  const imported = () => context.state?.imported === true;
  const rule = (verdict?: TemplateVerdict) => async (first: unknown, selected: unknown) => {
    const checks = await someTemplates(context, tree, first, selected);
    if (checks.length > 0) {
      await ruleOn(context, rulableTemplate, checks, vscode.l10n.t('Rule on'), verdict);
    }
  };
  const taskOf = async (first: unknown) => taskIn(first) ?? oneTask(context, tasks, undefined);
  return [
    { id: 'heldout.templates.decide', enabled: imported, run: rule() },
    { id: 'heldout.templates.keep', enabled: imported, run: rule('keep') },
    { id: 'heldout.templates.markAltering', enabled: imported, run: rule('alters') },
    {
      id: 'heldout.templates.decideShown',
      enabled: imported,
      run: async () =>
        ruleOn(context, rulableTemplate, await tree.rows(), vscode.l10n.t('Rule on all shown')),
    },
    {
      id: 'heldout.templates.settle',
      enabled: imported,
      run: async (first) => {
        const query = { order: tree.order, filter: { state: ['conflict' as const] } };
        const { templates } = await context.server.ask('templates', query);
        if (templates.length === 0) {
          void vscode.window.showInformationMessage(vscode.l10n.t('No template has verdicts that disagree.'));
          return;
        }
        const [wanted] = await chosenTemplates(context, tree, first);
        const check =
          templates.find(({ task, template }) => task === wanted?.task && template === wanted.template) ??
          (await pickTemplate(templates, vscode.l10n.t('Choose a Conflict')));
        if (check) await settle(context, rulableTemplate, check);
      },
    },
    {
      id: 'heldout.templates.declare',
      enabled: imported,
      run: async (first) => {
        const task = await taskOf(first);
        if (task) await declareTask(context, task);
      },
    },
    {
      id: 'heldout.templates.confirmDeclaration',
      enabled: imported,
      run: async (first) => {
        const task = await taskOf(first);
        if (task) await confirmDeclaration(context, task);
      },
    },
  ];
}

export function templateCommands(context: Context, parts: Parts): Command[] {
  return [
    ...queueCommands(context, parts),
    ...showCommands(context, parts),
    ...rulingCommands(context, parts),
  ];
}
