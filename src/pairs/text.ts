import * as vscode from 'vscode';
import type { EvidenceGroup } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { numberWord } from '../words.ts';
import type { PairKey } from './commands.ts';
import { ruleOn } from './decide.ts';

/** Texts offered to pick from: the first ones say most. */
const MOST_TEXTS = 20;
const QUOTED = 90;

/** Rules at once on all pairs that share only a text that this pair shares. */
export async function ruleOnText(context: Context, pair: PairKey): Promise<void> {
  const { groups } = await context.server.ask('pair', pair);
  const texts = groups.filter((group) => group.onlyPairs > 0).slice(0, MOST_TEXTS);
  if (texts.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No pair shares only a text of this one: each shares others too.'),
    );
    return;
  }
  const text = texts.length === 1 ? texts[0] : await pickText(texts);
  if (!text) return;
  const { order } = context.queue;
  const { pairs } = await context.server.ask('pairs', { order, filter: { texts: text.texts } });
  await ruleOn(context, pairs, vscode.l10n.t('Rule on pairs that share only “{0}”', quoted(text, 40)));
}

async function pickText(texts: readonly EvidenceGroup[]): Promise<EvidenceGroup | undefined> {
  const picked = await vscode.window.showQuickPick(
    texts.map((text) => ({
      label: quoted(text, QUOTED),
      description:
        text.onlyPairs === 1
          ? vscode.l10n.t('1 pair shares only this')
          : vscode.l10n.t('{0} pairs share only this', numberWord(text.onlyPairs)),
      text,
    })),
    { title: vscode.l10n.t('Choose the Text'), matchOnDescription: true },
  );
  return picked?.text;
}

function quoted({ text }: EvidenceGroup, length: number): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
