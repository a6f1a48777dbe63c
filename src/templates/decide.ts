import * as vscode from 'vscode';
import * as z from 'zod';
import type { TemplateCheck, TemplateVerdict } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import type { Rulable } from '../queue/decide.ts';
import { numberWord } from '../words.ts';

export const templateKey = z.object({ task: z.string(), template: z.string() });
export type TemplateKey = z.infer<typeof templateKey>;

function verdictDetail(verdict: TemplateVerdict): string {
  switch (verdict) {
    case 'keep':
      return vscode.l10n.t('It asks for the task’s own output');
    case 'alters':
      return vscode.l10n.t('It asks for something else; left out of what is built and evaluated');
  }
}

/** What can be ruled on a template. */
export const rulableTemplate: Rulable<TemplateCheck, TemplateVerdict> = {
  verdicts: ['keep', 'alters'],
  detail: verdictDetail,
  count: (count) =>
    count === 1 ? vscode.l10n.t('1 template') : vscode.l10n.t('{0} templates', numberWord(count)),
  name: (row) => `${row.template} (${row.task})`,
  nothing: () => vscode.l10n.t('No template is shown to rule on.'),
  decide: (context, rows, verdict, reason) => {
    const templates = rows.map(({ task, template }) => ({ task, template }));
    return context.server.ask('decideTemplates', { templates, verdict, reason });
  },
};

/** The templates that are named, as they were checked; a name that its task does not have is left out. */
export async function checksOf(context: Context, keys: readonly TemplateKey[]): Promise<TemplateCheck[]> {
  const tasks = [...new Set(keys.map(({ task }) => task))];
  const details = await Promise.all(tasks.map((task) => context.server.ask('taskTemplates', { task })));
  const checks = details.flatMap(({ templates }) => templates);
  return checks.filter((check) =>
    keys.some((key) => key.task === check.task && key.template === check.template),
  );
}
