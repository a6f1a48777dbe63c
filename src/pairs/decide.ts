import * as vscode from 'vscode';
import type { Decision, PairRow, PairVerdict } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { numberWord, verdictIcon, verdictWord } from '../words.ts';

const VERDICTS: PairVerdict[] = ['remove-train', 'remove-eval', 'retain', 'remove-examples'];

function verdictDetail(verdict: PairVerdict): string {
  switch (verdict) {
    case 'remove-train':
      return vscode.l10n.t('The train task leaves the bench');
    case 'remove-eval':
      return vscode.l10n.t('The eval task leaves the bench');
    case 'retain':
      return vscode.l10n.t('Both stay: shared context, unrelated labels');
    case 'remove-examples':
      return vscode.l10n.t('Both stay, without the examples that share text');
  }
}

function pairsWord(count: number): string {
  return count === 1 ? vscode.l10n.t('1 pair') : vscode.l10n.t('{0} pairs', numberWord(count));
}

/** Asks for a verdict and a reason on some pairs, shows how many it bears on, and records it. */
export async function ruleOn(context: Context, rows: readonly PairRow[], title: string): Promise<void> {
  if (rows.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No pair is shown to rule on.'));
    return;
  }
  const picked = await vscode.window.showQuickPick(
    VERDICTS.map((verdict) => ({
      label: verdictWord(verdict),
      description: verdictDetail(verdict),
      iconPath: verdictIcon(verdict),
      verdict,
    })),
    { title: `${title}: ${pairsWord(rows.length)}`, placeHolder: vscode.l10n.t('Choose the verdict') },
  );
  if (!picked) return;
  const reason = await vscode.window.showInputBox({
    // A page that takes the focus must not lose what is being answered.
    ignoreFocusOut: true,
    title: `${picked.label}: ${pairsWord(rows.length)}`,
    prompt: vscode.l10n.t('The reason, for whoever reads the decision later'),
  });
  if (reason === undefined) return;
  if (rows.length > 1 && !(await confirmBulk(rows, picked.verdict))) return;
  const made = await decide(context, rows, picked.verdict, reason.trim());
  offerUndo(context, made, vscode.l10n.t('{0}: {1}.', picked.label, pairsWord(made.length)));
}

/** The count before, and how many of them were decided already. */
async function confirmBulk(rows: readonly PairRow[], verdict: PairVerdict): Promise<boolean> {
  const decided = rows.filter((row) => row.rulings.length > 0).length;
  const yes = verdictWord(verdict);
  const detail =
    decided > 0
      ? vscode.l10n.t(
          '{0} of them have a verdict already; this replaces it. Undo takes all back at once.',
          decided,
        )
      : vscode.l10n.t('Undo takes all of them back at once.');
  const question = vscode.l10n.t('{0}: {1}?', yes, pairsWord(rows.length));
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

export async function decide(
  context: Context,
  pairs: readonly { train: string; eval: string }[],
  verdict: PairVerdict,
  reason: string,
): Promise<Decision[]> {
  const keys = pairs.map(({ train, eval: evalTask }) => ({ train, eval: evalTask }));
  return context.server.ask('decide', { pairs: keys, verdict, reason });
}

function offerUndo(context: Context, made: readonly Decision[], message: string): void {
  const undo = vscode.l10n.t('Undo');
  void vscode.window.showInformationMessage(message, undo).then((choice) => {
    if (choice === undo) void context.attempt(() => undoDecisions(context, made));
  });
}

/** Takes the named decisions back, or the reviewer's last. */
export async function undoDecisions(context: Context, decisions?: readonly Decision[]): Promise<Decision[]> {
  const ids = decisions?.map((decision) => decision.id);
  const taken = await context.server.ask('undo', ids ? { ids } : {});
  const message =
    taken.length === 0
      ? vscode.l10n.t('There is no decision of yours to take back.')
      : taken.length === 1
        ? vscode.l10n.t('Took 1 decision back.')
        : vscode.l10n.t('Took {0} decisions back.', numberWord(taken.length));
  vscode.window.setStatusBarMessage(message, 5000);
  return taken;
}

/** Shows both rulings of a conflict; the one that is picked, or a new one, settles it. */
export async function settle(context: Context, row: PairRow): Promise<void> {
  interface Item extends vscode.QuickPickItem {
    verdict?: PairVerdict;
    reason?: string;
  }
  const rulings: Item[] = row.rulings.map((ruling) => ({
    label: verdictWord(ruling.verdict),
    description: `${ruling.reviewer} · ${new Date(ruling.time).toLocaleString(vscode.env.language)}`,
    detail: ruling.reason || vscode.l10n.t('no reason given'),
    iconPath: verdictIcon(ruling.verdict),
    verdict: VERDICTS.find((verdict) => verdict === ruling.verdict),
    reason: ruling.reason,
  }));
  const given = new Set(rulings.map((item) => item.verdict));
  const others: Item[] = VERDICTS.filter((verdict) => !given.has(verdict)).map((verdict) => ({
    label: verdictWord(verdict),
    description: verdictDetail(verdict),
    iconPath: verdictIcon(verdict),
    verdict,
  }));
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const picked = await vscode.window.showQuickPick(
    [separator(vscode.l10n.t('Ruled')), ...rulings, separator(vscode.l10n.t('Or neither')), ...others],
    {
      title: vscode.l10n.t('Settle {0} → {1}', row.train, row.eval),
      placeHolder: vscode.l10n.t('The verdict that stands; it replaces the others'),
      matchOnDetail: true,
    },
  );
  if (!picked?.verdict) return;
  const reason = await vscode.window.showInputBox({
    // A page that takes the focus must not lose what is being answered.
    ignoreFocusOut: true,
    title: vscode.l10n.t('Settle as: {0}', picked.label),
    prompt: vscode.l10n.t('The reason, for whoever reads the decision later'),
    value: picked.reason,
  });
  if (reason === undefined) return;
  const made = await decide(context, [row], picked.verdict, reason.trim());
  offerUndo(context, made, vscode.l10n.t('Settled: {0}.', picked.label));
}
