import path from 'node:path';
import * as vscode from 'vscode';
import type { InitReport } from '../../server/protocol.ts';
import type { Context } from '../context.ts';

type Proposed = InitReport['collections'][number];

/** Proposes a heldout.yaml from what lies in the folder; a person unticks what is not meant, then it is written. */
export async function recogniseCollections(context: Context): Promise<void> {
  const folder = context.folder?.fsPath;
  if (!folder) return;
  if (context.state?.root) {
    await vscode.window.showTextDocument(vscode.Uri.file(path.join(context.state.root, 'heldout.yaml')));
    return;
  }
  const proposal = await vscode.window.withProgress({ location: { viewId: 'heldout.tasks' } }, () =>
    context.server.ask('init', { folder, write: false }),
  );
  if (proposal.collections.length === 0) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        'No collection was recognised in {0}. Which formats are read stands in the README.',
        folder,
      ),
    );
    return;
  }
  const picked = await vscode.window.showQuickPick(
    proposal.collections.map((collection) => ({
      label: collection.name,
      description: `${collection.format} · ${collection.path}`,
      detail: certainty(collection),
      picked: collection.confidence >= 0.5,
      collection,
    })),
    {
      title: vscode.l10n.t('Collections Recognised in {0}', path.basename(folder)),
      placeHolder: vscode.l10n.t('Untick what is not part of the bench; Enter writes heldout.yaml'),
      canPickMany: true,
      matchOnDescription: true,
    },
  );
  if (!picked || picked.length === 0) return;
  const only = picked.map((item) => item.collection.name);
  const report = await context.server.ask('init', { folder, write: true, only });
  await context.refreshState();
  await vscode.window.showTextDocument(vscode.Uri.file(report.file));
  const importNow = vscode.l10n.t('Import Collections');
  const message = vscode.l10n.t(
    'heldout.yaml is written. Import reads the files once and follows their changes.',
  );
  void vscode.window.showInformationMessage(message, importNow).then((choice) => {
    if (choice === importNow) void vscode.commands.executeCommand('heldout.import');
  });
}

function certainty({ confidence, use, splitLists }: Proposed): string {
  const sure =
    confidence >= 0.9
      ? vscode.l10n.t('certain')
      : confidence >= 0.5
        ? vscode.l10n.t('likely')
        : vscode.l10n.t('a guess: look before you tick it');
  const side =
    use === 'train' ? vscode.l10n.t('for training') : use === 'eval' ? vscode.l10n.t('for evaluation') : '';
  const split = splitLists === undefined ? '' : vscode.l10n.t('split as {0} lists it', splitLists);
  return [sure, side, split].filter((part) => part !== '').join(' · ');
}
