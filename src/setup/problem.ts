import * as vscode from 'vscode';

/** Opens a file at a line (from 1; 0 or nothing is its top) and column (from 1). */
export async function openAt(file: string, line = 1, column = 1): Promise<void> {
  const position = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  const uri = vscode.Uri.file(file);
  try {
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(position, position) });
  } catch {
    // Binary files and files over the editor's limit: the editor says itself what it can do with them.
    await vscode.commands.executeCommand('vscode.open', uri);
  }
}

/** An error in one line, with a way to the place that it names. */
export async function showProblem(message: string, at: { file?: string; line?: number }): Promise<void> {
  const { file, line } = at;
  if (!file) {
    void vscode.window.showErrorMessage(message);
    return;
  }
  const open = vscode.l10n.t('Open File');
  void vscode.window.showErrorMessage(message, open).then((choice) => {
    if (choice === open) void openAt(file, line);
  });
}
