import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunCheckpoint } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { lossWord } from '../runs/words.ts';
import { numberWord } from '../words.ts';
import { timeWord } from './words.ts';

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

interface Choice extends vscode.QuickPickItem {
  /** Left out: what is chosen asks further. */
  place?: string;
}

/** A checkpoint of a run, of the workspace, from elsewhere, or the address of a server; the one of the last time stands first. */
export async function pickCheckpoint(
  context: Context,
  last: string | undefined,
): Promise<string | undefined> {
  const [trained, { folders, graphs }] = await Promise.all([
    context.server.ask('runCheckpoints', {}),
    findCheckpoints(context),
  ]);
  const runs = trained.map(trainedChoice);
  const found = [...folders, ...graphs].filter((place) => !isOwn(place)).map(foundChoice);
  const there = last !== undefined && (isAddress(last) || existsSync(last));
  const again = there
    ? ([...runs, ...found].find(({ place }) => place === last) ?? foundChoice(last))
    : undefined;
  const others = (choices: Choice[]) => choices.filter(({ place }) => place !== again?.place);
  const folder: Choice = { label: vscode.l10n.t('Another Folder…') };
  const graph: Choice = { label: vscode.l10n.t('Another Scoring Graph (.onnx)…') };
  const server: Choice = { label: vscode.l10n.t('A vLLM or SGLang Server…') };
  const choices = [
    ...part(vscode.l10n.t('evaluated last'), again ? [again] : []),
    ...part(vscode.l10n.t('checkpoints of runs'), others(runs)),
    ...part(vscode.l10n.t('models in this folder'), others(found)),
    ...part(vscode.l10n.t('elsewhere'), [folder, graph, server]),
  ];
  const picked = await vscode.window.showQuickPick(choices, {
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

function part(label: string, choices: Choice[]): Choice[] {
  return choices.length > 0 ? [{ label, kind: vscode.QuickPickItemKind.Separator }, ...choices] : [];
}

/** Called as the Runs view calls it, with the run's name, and its id since runs may share a name. */
function trainedChoice({ run, step, final, folder, time, loss }: RunCheckpoint): Choice {
  const at = vscode.l10n.t('step {0}', numberWord(step));
  const words = [
    ...(final ? [at] : []),
    ...(loss === null ? [] : [lossWord(loss)]),
    timeWord(new Date(time).toISOString()),
    run.id,
  ];
  return {
    label: `${run.name} · ${final ? vscode.l10n.t('final weights') : at}`,
    description: words.join(' · '),
    iconPath: new vscode.ThemeIcon(final ? 'verified' : 'save'),
    place: folder,
  };
}

function foundChoice(place: string): Choice {
  const icon = isAddress(place) ? 'server' : place.endsWith('.onnx') ? 'circuit-board' : 'folder';
  return {
    label: isAddress(place) ? place : path.basename(place),
    description: isAddress(place) ? undefined : vscode.workspace.asRelativePath(place),
    iconPath: new vscode.ThemeIcon(icon),
    place,
  };
}

/** Below `.heldout/`: what runs wrote, which is listed by run, and what is exported for a while. */
function isOwn(place: string): boolean {
  return place.split(path.sep).includes('.heldout');
}

/** Whether it lies in the folder of one of the bench's runs. */
export function isOfRun({ state }: Context, place: string): boolean {
  return state?.root !== undefined && place.startsWith(path.join(state.root, '.heldout', 'jobs') + path.sep);
}

/** In a word or two: there is no room for a path. */
export function checkpointWord(place: string): string {
  if (isAddress(place)) return place;
  const parts = place.split(path.sep);
  const jobs = parts.lastIndexOf('jobs');
  const ofRun = jobs > 0 && parts[jobs - 1] === '.heldout' && jobs < parts.length - 2;
  return ofRun ? `${parts[jobs + 1]} ${parts.at(-1)}` : path.basename(place);
}

/** Of a server, which a checkpoint may be too. */
export function isAddress(place: string): boolean {
  return /^https?:\/\/\S+$/.test(place);
}
