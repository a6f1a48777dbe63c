import * as vscode from 'vscode';
import type { Context } from './context.ts';
import { stageOf } from './setup/context-keys.ts';
import { escapeMarkdown, numberWord } from './words.ts';

/** The one status item: the server's health, and the counts that matter. */
export function createStatus(context: Context): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('heldout.status', vscode.StatusBarAlignment.Left, 0);
  item.name = 'Heldout';
  item.command = 'heldout.status';
  const update = () => {
    const { state } = context;
    const stage = stageOf(context);
    item.backgroundColor = undefined;
    switch (stage) {
      case 'noFolder':
        item.hide();
        return;
      case 'starting':
        item.text = vscode.l10n.t('{0} Heldout', '$(loading~spin)');
        break;
      case 'failed':
        item.text = vscode.l10n.t('{0} Heldout: server stopped', '$(error)');
        item.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
        break;
      case 'broken':
        item.text = vscode.l10n.t('{0} Heldout: heldout.yaml has an error', '$(warning)');
        item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
        break;
      case 'noBench':
        item.text = vscode.l10n.t('{0} Heldout: no bench yet', '$(lock)');
        break;
      case 'notImported':
        item.text = vscode.l10n.t('{0} Heldout: not imported', '$(lock)');
        break;
      case 'imported':
        item.text = vscode.l10n.t('{0} {1} tasks', '$(lock)', numberWord(state?.tasks ?? 0));
        break;
      case 'overlapsFound':
        item.text = vscode.l10n.t(
          '{0} {1} tasks, {2} open pairs',
          '$(lock)',
          numberWord(state?.tasks ?? 0),
          numberWord(state?.openPairs ?? 0),
        );
    }
    item.tooltip = tooltip(context);
    item.show();
  };
  update();
  return vscode.Disposable.from(item, context.onState(update), context.server.onHealth(update));
}

function tooltip(context: Context): vscode.MarkdownString {
  const { state, server } = context;
  const text = new vscode.MarkdownString('**Heldout**\n');
  const line = (label: string, value: string) =>
    text.appendMarkdown(`\n- ${label}: ${escapeMarkdown(value)}`);
  const health = {
    off: vscode.l10n.t('stopped'),
    starting: vscode.l10n.t('starting'),
    running: vscode.l10n.t('running'),
    failed: vscode.l10n.t('stopped after an error'),
  }[server.health];
  line(vscode.l10n.t('Server'), health);
  if (!state) return text;
  if (state.root) line(vscode.l10n.t('Bench'), vscode.workspace.asRelativePath(state.root));
  if (state.imported) {
    line(vscode.l10n.t('Tasks'), numberWord(state.tasks));
    line(vscode.l10n.t('Examples'), numberWord(state.examples));
    line(vscode.l10n.t('Records skipped'), numberWord(state.skipped));
  }
  if (state.overlapAt) {
    line(vscode.l10n.t('Open pairs'), numberWord(state.openPairs));
    line(vscode.l10n.t('Decided pairs'), numberWord(state.decidedPairs));
    if (state.conflicts > 0) line(vscode.l10n.t('Conflicts'), numberWord(state.conflicts));
    line(vscode.l10n.t('Overlaps found'), new Date(state.overlapAt).toLocaleString(vscode.env.language));
  }
  return text;
}
