import * as vscode from 'vscode';

/** The folder to work on: the first open one with a heldout.yaml, else the first; undefined when none is open. */
export async function benchFolder(): Promise<vscode.Uri | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
  for (const folder of folders) {
    if (await exists(vscode.Uri.joinPath(folder.uri, 'heldout.yaml'))) return folder.uri;
  }
  return folders[0]?.uri;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
