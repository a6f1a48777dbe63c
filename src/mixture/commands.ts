import * as vscode from 'vscode';
import { mixtureChange, type TextEdits } from '../../server/protocol.ts';
import type { Command } from '../commands.ts';
import type { Context } from '../context.ts';
import type { BenchPages } from './pages.ts';

export function mixtureCommands(context: Context, pages: BenchPages): Command[] {
  const imported = () => context.state?.imported === true;
  return [
    { id: 'heldout.showMixture', enabled: imported, run: () => pages.show('mixture') },
    { id: 'heldout.showStatistics', enabled: imported, run: () => pages.show('statistics') },
    { id: 'heldout.showPacking', enabled: imported, run: () => pages.show('packing') },
    {
      id: 'heldout.writeMixture',
      enabled: imported,
      run: (change) => writeMixture(context, mixtureChange.parse(change)),
    },
  ];
}

/** Puts a mixture into heldout.yaml: an edit like any other, which the editor can take back. */
async function writeMixture(context: Context, change: ReturnType<typeof mixtureChange.parse>): Promise<void> {
  const root = context.state?.root;
  if (!root) return;
  const uri = vscode.Uri.joinPath(vscode.Uri.file(root), 'heldout.yaml');
  // The server reads the file as it lies on disk: what is typed but not saved has to be there first.
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.isDirty) await document.save();
  const edits = await context.server.ask('mixtureEdits', change);
  if (!(await vscode.workspace.applyEdit(workspaceEdit(edits)))) {
    throw new Error(vscode.l10n.t('heldout.yaml could not be changed.'));
  }
  await document.save();
}

function workspaceEdit({ file, edits }: TextEdits): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { start, end, text } of edits) {
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    edit.replace(vscode.Uri.file(file), range, text);
  }
  return edit;
}
