import * as vscode from 'vscode';
import * as z from 'zod';
import type { LeftBehind } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { offerUndo } from '../queue/decide.ts';
import { numberWord } from '../words.ts';

const named = z.object({ task: z.string(), template: z.string().optional() });

/** Carries decisions over to what their task or template is called by now: what a quick fix names, else what is picked. */
export async function carryDecisions(context: Context, first: unknown): Promise<void> {
  const given = named.safeParse(first);
  const from = given.success ? [given.data] : await picked(context);
  if (!from || from.length === 0) return;
  const made = await context.server.ask('carryOver', { from });
  offerUndo(
    context,
    made,
    made.length === 1
      ? vscode.l10n.t('1 decision carried over.')
      : vscode.l10n.t('{0} decisions carried over.', numberWord(made.length)),
  );
}

async function picked(context: Context): Promise<{ task: string; template?: string }[] | undefined> {
  const found = await context.server.ask('leftBehind', {});
  if (found.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No task and no template that was decided on has another name now.'),
    );
    return undefined;
  }
  return vscode.window.showQuickPick(
    found.map((one) => ({ ...words(one), picked: true, task: one.task, template: one.template })),
    { title: vscode.l10n.t('Carry Decisions Over'), canPickMany: true, matchOnDescription: true },
  );
}

function words({ task, template, to, decisions }: LeftBehind) {
  return {
    label: `${template ?? task} → ${to}`,
    description: template === undefined ? undefined : task,
    detail:
      decisions.length === 1
        ? vscode.l10n.t('1 decision')
        : vscode.l10n.t('{0} decisions', numberWord(decisions.length)),
  };
}
