import * as vscode from 'vscode';
import type { CategoryEvidence, CategoryProposal } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { offerUndo } from '../queue/decide.ts';
import { askLong } from '../setup/progress.ts';
import { numberWord, percentWord } from '../words.ts';

/** Ticked beforehand from here on: in the measurements about 85 of 100 such proposals agreed. */
const SURE = 0.7;

interface Item extends vscode.QuickPickItem {
  proposal?: CategoryProposal;
}

/**
 * Shows the proposals that differ from where tasks stand, each with its reasons, and records those that the
 * person leaves ticked. `tasks`: of these, whatever was said of them before; else of all that nobody has
 * put anywhere.
 */
export async function proposeCategories(context: Context, tasks: readonly string[] = []): Promise<void> {
  const title = vscode.l10n.t('Proposing Categories');
  const answer = await askLong(context, 'proposeCategories', title, 'heldout.tasks');
  if (!answer) return;
  const wanted = new Set(tasks);
  const open = answer.tasks.filter(
    (one) =>
      one.proposed !== null &&
      one.proposed !== one.present &&
      (wanted.size > 0 ? wanted.has(one.task) : !isSettled(one)),
  );
  if (open.length === 0) {
    void vscode.window.showInformationMessage(
      wanted.size > 0
        ? vscode.l10n.t('No other category is proposed for the chosen tasks.')
        : vscode.l10n.t('No other category is proposed for a task that nobody has put anywhere.'),
    );
    return;
  }
  const picked = await vscode.window.showQuickPick(items(open), {
    canPickMany: true,
    ignoreFocusOut: true,
    matchOnDescription: true,
    matchOnDetail: true,
    title: vscode.l10n.t('Proposed Categories'),
    placeHolder: vscode.l10n.t('What stays ticked becomes a decision; Undo takes all of it back at once'),
  });
  const chosen = (picked ?? []).flatMap(({ proposal }) => proposal ?? []);
  if (chosen.length > 0) await accept(context, chosen);
}

async function accept(context: Context, chosen: readonly CategoryProposal[]): Promise<void> {
  const reason = await vscode.window.showInputBox({
    ignoreFocusOut: true,
    title:
      chosen.length === 1
        ? vscode.l10n.t('Move {0} to {1}', chosen[0]!.task, chosen[0]!.proposed!)
        : vscode.l10n.t('Move {0} tasks to their proposed categories', numberWord(chosen.length)),
    prompt: vscode.l10n.t('The reason; left empty, each decision names its evidence'),
  });
  if (reason === undefined) return;
  const moves = chosen.map(({ task, proposed, evidence }) => ({
    task,
    to: proposed!,
    reason: reason.trim() || vscode.l10n.t('proposed: {0}', reasons(evidence)),
  }));
  const made = await context.server.ask('assignCategories', { moves });
  offerUndo(
    context,
    made,
    made.length === 1
      ? vscode.l10n.t('Moved 1 task to its proposed category.')
      : vscode.l10n.t('Moved {0} tasks to their proposed categories.', numberWord(made.length)),
  );
}

/** By category, the surest first. */
function items(open: readonly CategoryProposal[]): Item[] {
  const byCategory = Map.groupBy(open, ({ proposed }) => proposed!);
  const names = [...byCategory.keys()].sort((a, b) => a.localeCompare(b));
  return names.flatMap((name): Item[] => [
    { label: name, kind: vscode.QuickPickItemKind.Separator },
    ...byCategory
      .get(name)!
      .sort((a, b) => b.confidence - a.confidence)
      .map((proposal) => ({
        label: proposal.task,
        description: `${proposal.present} → ${name} · ${percentWord(proposal.confidence)}`,
        detail: isSettled(proposal)
          ? vscode.l10n.t('{0}; now there by a person’s decision', reasons(proposal.evidence))
          : reasons(proposal.evidence),
        picked: proposal.confidence >= SURE && !isSettled(proposal),
        proposal,
      })),
  ]);
}

function isSettled({ presentBy }: CategoryProposal): boolean {
  return presentBy === 'decision' || presentBy === 'taxonomy';
}

function reasons(evidence: readonly CategoryEvidence[]): string {
  return evidence.slice(0, 3).map(reasonWord).join('; ');
}

function reasonWord({ kind, quote, similarity }: CategoryEvidence): string {
  switch (kind) {
    case 'tag':
      return vscode.l10n.t('its collection says “{0}”', quote);
    case 'own':
      return vscode.l10n.t('its collection says “{0}”, which no known category is called', quote);
    case 'name':
      return vscode.l10n.t('its name says “{0}”', quote);
    case 'data':
      return vscode.l10n.t('made of {0}', quote);
    case 'collection':
      return vscode.l10n.t('its collection is called {0}', quote);
    case 'instruction':
      return vscode.l10n.t('its instruction says “{0}”', quote);
    case 'similar':
      return vscode.l10n.t('reads like {0} ({1})', quote, percentWord(similarity ?? 0));
  }
}
