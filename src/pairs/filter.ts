import * as vscode from 'vscode';
import type { PairFilter, PairState } from '../../server/protocol.ts';
import { heading } from '../ticks.ts';
import { stateWord } from '../words.ts';

interface Item extends vscode.QuickPickItem {
  change?: Partial<PairFilter>;
  state?: PairState;
}

/** Asks for the queue's filter by ticking; undefined when the person leaves it as it was. */
export async function pickPairFilter(current: PairFilter): Promise<PairFilter | undefined> {
  const states: PairState[] = ['open', 'stale', 'decided', 'conflict'];
  const items: Item[] = [
    heading(vscode.l10n.t('State')),
    ...states.map((state) => ({
      label: stateWord(state),
      state,
      picked: current.state?.includes(state) ?? false,
    })),
    heading(vscode.l10n.t('Shared text')),
    {
      label: vscode.l10n.t('Same data source'),
      change: { sameSource: true },
      picked: current.sameSource === true,
    },
    {
      label: vscode.l10n.t('Boilerplate only'),
      description: vscode.l10n.t('pairs that share nothing but what templates wrote'),
      change: { boilerplateOnly: true },
      picked: current.boilerplateOnly === true,
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Filter Pairs'),
    placeHolder: vscode.l10n.t('Tick what to show; nothing ticked shows all'),
    canPickMany: true,
  });
  if (!picked) return undefined;
  const state = picked.flatMap((item) => item.state ?? []);
  const filter: PairFilter = { search: current.search, task: current.task };
  for (const { change } of picked) Object.assign(filter, change);
  return { ...filter, state: state.length > 0 ? state : undefined };
}
