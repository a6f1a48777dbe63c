import * as vscode from 'vscode';
import type { Decision, Ruling } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { numberWord, verdictIcon, verdictWord } from '../words.ts';

/** What can be ruled on one kind of thing, and its words. */
export interface Rulable<Row extends { rulings: Ruling[] }, Verdict extends string> {
  verdicts: readonly Verdict[];
  /** What a verdict leads to. */
  detail: (verdict: Verdict) => string;
  /** "1 pair", "12 pairs". */
  count: (count: number) => string;
  /** One row as a title names it. */
  name: (row: Row) => string;
  /** Nothing is there to rule on. */
  nothing: () => string;
  /** Records it; returns when it is on disk. */
  decide: (context: Context, rows: readonly Row[], verdict: Verdict, reason: string) => Promise<Decision[]>;
}

/** Asks for the reason of a decision; undefined where it is not made after all. */
export function askReason(title: string, value = ''): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    // A page that takes the focus must not lose what is being answered.
    ignoreFocusOut: true,
    title,
    value,
    prompt: vscode.l10n.t('The reason, for whoever reads the decision later'),
  });
}

/** Asks for a verdict, where none is given, and a reason on some rows, shows how many it bears on, and records it. */
export async function ruleOn<Row extends { rulings: Ruling[] }, Verdict extends string>(
  context: Context,
  kind: Rulable<Row, Verdict>,
  rows: readonly Row[],
  title: string,
  given?: Verdict,
): Promise<void> {
  if (rows.length === 0) {
    void vscode.window.showInformationMessage(kind.nothing());
    return;
  }
  const verdict = given ?? (await askVerdict(kind, `${title}: ${kind.count(rows.length)}`));
  if (!verdict) return;
  const reason = await askReason(`${verdictWord(verdict)}: ${kind.count(rows.length)}`);
  if (reason === undefined) return;
  if (rows.length > 1 && !(await confirmBulk(kind, rows, verdict))) return;
  const made = await kind.decide(context, rows, verdict, reason.trim());
  offerUndo(context, made, vscode.l10n.t('{0}: {1}.', verdictWord(verdict), kind.count(made.length)));
}

async function askVerdict<Row extends { rulings: Ruling[] }, Verdict extends string>(
  kind: Rulable<Row, Verdict>,
  title: string,
): Promise<Verdict | undefined> {
  const picked = await vscode.window.showQuickPick(
    kind.verdicts.map((verdict) => verdictPick(kind, verdict)),
    { title, placeHolder: vscode.l10n.t('Choose the verdict') },
  );
  return picked?.verdict;
}

function verdictPick<Row extends { rulings: Ruling[] }, Verdict extends string>(
  kind: Rulable<Row, Verdict>,
  verdict: Verdict,
) {
  return {
    label: verdictWord(verdict),
    description: kind.detail(verdict),
    iconPath: verdictIcon(verdict),
    verdict,
  };
}

/** The count before, and how many of them were decided already. */
async function confirmBulk<Row extends { rulings: Ruling[] }, Verdict extends string>(
  kind: Rulable<Row, Verdict>,
  rows: readonly Row[],
  verdict: Verdict,
): Promise<boolean> {
  const decided = rows.filter((row) => row.rulings.length > 0).length;
  const yes = verdictWord(verdict);
  const detail =
    decided > 0
      ? vscode.l10n.t(
          '{0} of them have a verdict already; this replaces it. Undo takes all back at once.',
          decided,
        )
      : vscode.l10n.t('Undo takes all of them back at once.');
  const question = vscode.l10n.t('{0}: {1}?', yes, kind.count(rows.length));
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

/** Says what was recorded, with a button that takes it back. */
export function offerUndo(context: Context, made: readonly Decision[], message: string): void {
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

/** Shows the rulings of a conflict; the one that is picked, or a new one, settles it. */
export async function settle<Row extends { rulings: Ruling[] }, Verdict extends string>(
  context: Context,
  kind: Rulable<Row, Verdict>,
  row: Row,
): Promise<void> {
  interface Item extends vscode.QuickPickItem {
    verdict?: Verdict;
    reason?: string;
  }
  const rulings: Item[] = row.rulings.map((ruling) => ({
    label: verdictWord(ruling.verdict),
    description: `${ruling.reviewer} · ${new Date(ruling.time).toLocaleString(vscode.env.language)}`,
    detail: ruling.reason || vscode.l10n.t('no reason given'),
    iconPath: verdictIcon(ruling.verdict),
    verdict: kind.verdicts.find((verdict) => verdict === ruling.verdict),
    reason: ruling.reason,
  }));
  const given = new Set(rulings.map((item) => item.verdict));
  const others: Item[] = kind.verdicts
    .filter((verdict) => !given.has(verdict))
    .map((verdict) => verdictPick(kind, verdict));
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const neither = others.length > 0 ? [separator(vscode.l10n.t('Or neither')), ...others] : [];
  const picked = await vscode.window.showQuickPick(
    [separator(vscode.l10n.t('Ruled')), ...rulings, ...neither],
    {
      title: vscode.l10n.t('Settle {0}', kind.name(row)),
      placeHolder: vscode.l10n.t('The verdict that stands; it replaces the others'),
      matchOnDetail: true,
    },
  );
  if (!picked?.verdict) return;
  const reason = await askReason(vscode.l10n.t('Settle as: {0}', picked.label), picked.reason);
  if (reason === undefined) return;
  const made = await kind.decide(context, [row], picked.verdict, reason.trim());
  offerUndo(context, made, vscode.l10n.t('Settled: {0}.', picked.label));
}
