import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Context } from '../context.ts';

const MOST = 500;
const NOT_THERE = '**/node_modules/**';

/** Checkpoints of the opened folder: folders with config.json and weights, and scoring graphs. */
export async function findCheckpoints(context: Context): Promise<{ folders: string[]; graphs: string[] }> {
  if (!context.folder) return { folders: [], graphs: [] };
  const find = async (pattern: string) => {
    const uris = await vscode.workspace.findFiles(
      new vscode.RelativePattern(context.folder!, pattern),
      NOT_THERE,
      MOST,
    );
    return uris.map(({ fsPath }) => fsPath);
  };
  const [configs, weights, graphs] = await Promise.all([
    find('**/config.json'),
    find('**/*.{safetensors,bin}'),
    find('**/*.onnx'),
  ]);
  const weighted = new Set(weights.map((file) => path.dirname(file)));
  const folders = configs.map((file) => path.dirname(file)).filter((folder) => weighted.has(folder));
  return { folders: folders.sort(), graphs: graphs.sort() };
}

/** Keeps `heldout.checkpointFolders` in step, by which the explorer's menu knows a checkpoint. */
export function followCheckpoints(context: Context): vscode.Disposable {
  if (!context.folder) return vscode.Disposable.from();
  let timer: NodeJS.Timeout | undefined;
  const update = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const { folders } = await findCheckpoints(context);
      void vscode.commands.executeCommand('setContext', 'heldout.checkpointFolders', folders);
    }, 500);
  };
  // Weights may come long after the config.
  const pattern = new vscode.RelativePattern(context.folder, '**/{config.json,*.safetensors,*.bin}');
  const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
  update();
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(update),
    watcher.onDidDelete(update),
    new vscode.Disposable(() => clearTimeout(timer)),
  );
}

/** A checkpoint of the workspace, from elsewhere, or the address of a server; the one of the last time stands first. */
export async function pickCheckpoint(
  context: Context,
  last: string | undefined,
): Promise<string | undefined> {
  const { folders, graphs } = await findCheckpoints(context);
  const item = (place: string) => ({
    label: path.basename(place),
    description: isAddress(place) ? place : vscode.workspace.asRelativePath(place),
    detail: place === last ? vscode.l10n.t('evaluated last') : undefined,
    place,
  });
  const places = [...folders, ...graphs].filter((place) => place !== last);
  const there = last !== undefined && (isAddress(last) || existsSync(last));
  const found = [...(there ? [last] : []), ...places].map(item);
  const folder = { label: vscode.l10n.t('Another Folder…'), place: undefined };
  const graph = { label: vscode.l10n.t('Another Scoring Graph (.onnx)…'), place: undefined };
  const server = { label: vscode.l10n.t('A vLLM or SGLang Server…'), place: undefined };
  const picked = await vscode.window.showQuickPick([...found, folder, graph, server], {
    title: vscode.l10n.t('Evaluate on Checkpoint: Which?'),
    matchOnDescription: true,
  });
  if (picked === folder || picked === graph) {
    const chosen = await vscode.window.showOpenDialog({
      canSelectFiles: picked === graph,
      canSelectFolders: picked === folder,
      openLabel: vscode.l10n.t('Evaluate'),
      ...(picked === graph && { filters: { ONNX: ['onnx'] } }),
    });
    return chosen?.[0]?.fsPath;
  }
  if (picked !== server) return picked?.place;
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Address of the server'),
    value: last !== undefined && isAddress(last) ? last : 'http://localhost:8000',
    ignoreFocusOut: true,
    validateInput: (text) =>
      isAddress(text) ? undefined : vscode.l10n.t('It begins with http:// or https://.'),
  });
}

/** Of a server, which a checkpoint may be too. */
export function isAddress(place: string): boolean {
  return /^https?:\/\/\S+$/.test(place);
}
