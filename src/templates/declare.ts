import * as vscode from 'vscode';
import type { Ruling, TaskTemplates } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { offerUndo } from '../queue/decide.ts';
import { shortTask } from '../words.ts';
import { declarationFields, declaredIn } from './words.ts';

/** More than three would say nothing of a task. */
const MOST_TARGETS = 3;

interface FieldItem extends vscode.QuickPickItem {
  name: string;
}

/** The records' fields, and whatever else is declared: a part of a field (`answers.text`), a field that is gone. */
function fieldItems({ fields, declaration }: TaskTemplates): FieldItem[] {
  const items: FieldItem[] = fields.map(({ name, type, samples }) => ({
    label: name,
    description: type,
    detail: samples.map((sample) => sample.replaceAll(/\s+/g, ' ')).join('  ·  ') || undefined,
    name,
  }));
  const known = new Set(fields.map(({ name }) => name));
  const others = new Set([...declaration.targets, ...declaration.inputs].filter((name) => !known.has(name)));
  return [...items, ...[...others].map((name) => ({ label: name, name }))];
}

/** One step: fields are ticked. Undefined when the person leaves it. */
function pickFields(
  options: { title: string; placeholder: string; step: number; most?: number },
  items: readonly FieldItem[],
  ticked: ReadonlySet<string>,
): Promise<string[] | undefined> {
  return new Promise((resolve) => {
    const pick = vscode.window.createQuickPick<FieldItem>();
    const { most } = options;
    pick.title = options.title;
    pick.placeholder = options.placeholder;
    pick.step = options.step;
    pick.totalSteps = 3;
    pick.canSelectMany = true;
    pick.matchOnDetail = true;
    pick.ignoreFocusOut = true;
    pick.items = items;
    let last: readonly FieldItem[] = items.filter((item) => ticked.has(item.name));
    pick.selectedItems = last;
    pick.onDidChangeSelection((selected) => {
      if (most === undefined || selected.length <= most) {
        last = selected;
        pick.placeholder = options.placeholder;
        return;
      }
      pick.placeholder = vscode.l10n.t('At most {0}: untick one first', most);
      pick.selectedItems = last;
    });
    let answer: string[] | undefined;
    pick.onDidAccept(() => {
      answer = pick.selectedItems.map((item) => item.name);
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      resolve(answer);
    });
    pick.show();
  });
}

async function record(
  context: Context,
  task: string,
  declared: { inputs: string[]; targets: string[] },
  reason: string,
): Promise<void> {
  const made = await context.server.ask('declare', { task, ...declared, reason });
  offerUndo(
    context,
    made,
    vscode.l10n.t('{0} is declared: {1}.', shortTask(task), declarationFields(declared)),
  );
}

/** Confirms what is proposed, in one step. */
export async function confirmDeclaration(context: Context, task: string): Promise<void> {
  const { declaration } = await context.server.ask('taskTemplates', { task });
  const { inputs, targets, state } = declaration;
  if (state === 'conflict') {
    // There is no one proposal to confirm: the person sees both and chooses.
    await declareTask(context, task);
    return;
  }
  await record(context, task, { inputs, targets }, '');
}

/** Shows what reviewers declared differently: one that stands, or `other` for a new one. Undefined when left. */
async function pickRuling(task: string, rulings: readonly Ruling[]): Promise<Ruling | 'other' | undefined> {
  interface Item extends vscode.QuickPickItem {
    ruling: Ruling | 'other';
  }
  const items = rulings.map((ruling): Item => {
    const declared = declaredIn(ruling);
    return {
      label: declared ? declarationFields(declared) : ruling.verdict,
      description: `${ruling.reviewer} · ${new Date(ruling.time).toLocaleString(vscode.env.language)}`,
      detail: ruling.reason || vscode.l10n.t('no reason given'),
      ruling,
    };
  });
  const other: Item = { label: vscode.l10n.t('Neither: declare anew…'), ruling: 'other' };
  const picked = await vscode.window.showQuickPick([...items, other], {
    title: vscode.l10n.t('Settle the declaration of {0}', shortTask(task)),
    placeHolder: vscode.l10n.t('The declaration that stands; it replaces the others'),
  });
  return picked?.ruling;
}

/**
 * Asks for a task's targets, then its inputs, then a reason; what is proposed or declared is ticked. Where
 * reviewers disagree, one of theirs may stand.
 */
export async function declareTask(context: Context, task: string): Promise<void> {
  const detail = await context.server.ask('taskTemplates', { task });
  const { declaration } = detail;
  if (declaration.state === 'conflict') {
    const ruling = await pickRuling(task, declaration.rulings);
    if (!ruling) return;
    const declared = ruling === 'other' ? undefined : declaredIn(ruling);
    if (declared && ruling !== 'other') return record(context, task, declared, ruling.reason);
  }
  const items = fieldItems(detail);
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} has no records, so that there are no fields to declare.', shortTask(task)),
    );
    return;
  }
  const targets = await pickFields(
    {
      title: vscode.l10n.t('Targets of {0}', shortTask(task)),
      placeholder: vscode.l10n.t(
        'What the task asks for: up to three fields; none if no field is its output',
      ),
      step: 1,
      most: MOST_TARGETS,
    },
    items,
    new Set(declaration.targets),
  );
  if (!targets) return;
  const inputs = await pickFields(
    {
      title: vscode.l10n.t('Inputs of {0}', shortTask(task)),
      placeholder: vscode.l10n.t('What the task is given'),
      step: 2,
    },
    items.filter((item) => !targets.includes(item.name)),
    new Set(declaration.inputs),
  );
  if (!inputs) return;
  const reason = await vscode.window.showInputBox({
    ignoreFocusOut: true,
    title: `${shortTask(task)}: ${declarationFields({ inputs, targets })}`,
    prompt: vscode.l10n.t('The reason, for whoever reads the decision later (may be left empty)'),
  });
  if (reason === undefined) return;
  await record(context, task, { inputs, targets }, reason.trim());
}
