import path from 'node:path';
import * as vscode from 'vscode';
import type { FirstRun } from '../../server/protocol.ts';
import type { Context } from '../context.ts';

/** Sizes that can begin from random weights; the larger ones begin from a folder. */
const SHAPES = ['opt-125m', 'opt-1.3b', 'opt-6.7b'] as const;

/**
 * The run spec that is meant: the one in the editor, the only one there is, the one that a person picks, or a
 * first one, of which it asks only what can't be known. Undefined where the person would rather not.
 */
export async function chooseSpec(context: Context): Promise<{ file: string; written: boolean } | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  if (active?.uri.scheme === 'file' && active.fileName.endsWith('.run.yaml'))
    return { file: active.fileName, written: false };
  const specs = await context.server.ask('runSpecs', {});
  const anew = vscode.l10n.t('New Run Spec…');
  if (specs.length > 0) {
    const picked = await vscode.window.showQuickPick(
      [
        ...specs.map((file) => ({
          label: path.basename(file),
          description: vscode.workspace.asRelativePath(file),
          file,
        })),
        { label: anew, iconPath: new vscode.ThemeIcon('add'), file: undefined },
      ],
      { title: vscode.l10n.t('Which run?') },
    );
    if (!picked) return undefined;
    if (picked.file) return { file: picked.file, written: false };
  }
  const file = await writeSpec(context, specs);
  return file === undefined ? undefined : { file, written: true };
}

async function writeSpec(context: Context, specs: readonly string[]): Promise<string | undefined> {
  const root = context.state?.root;
  if (!root) return undefined;
  const model = await pickModel();
  if (!model) return undefined;
  const tokenizer = await tokenizerFor(context, model);
  if (tokenizer === null) return undefined;
  const file = path.join(root, `${freeName(specs)}.run.yaml`);
  return context.server.ask('newRunSpec', { file, model, tokenizer });
}

async function pickModel(): Promise<FirstRun['model'] | undefined> {
  const folder = vscode.l10n.t('A Model in a Folder…');
  const picked = await vscode.window.showQuickPick(
    [
      { label: folder, description: vscode.l10n.t('as transformers saves it'), shape: undefined },
      ...SHAPES.map((shape) => ({ label: shape, description: vscode.l10n.t('random weights'), shape })),
    ],
    { title: vscode.l10n.t('What is trained?') },
  );
  if (!picked) return undefined;
  if (picked.shape) return { shape: picked.shape };
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose the folder with config.json and the weights'),
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
  });
  return chosen?.[0] && { folder: chosen[0].fsPath };
}

/** Undefined: the model's own; null: the person would rather not. */
async function tokenizerFor(context: Context, model: FirstRun['model']): Promise<string | undefined | null> {
  if ('folder' in model) return undefined;
  const setting = context.setting('tokenizer', '').trim();
  if (setting) return setting;
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose a tokenizer.json'),
    canSelectMany: false,
    filters: { JSON: ['json'] },
  });
  return chosen?.[0]?.fsPath ?? null;
}

function freeName(specs: readonly string[]): string {
  const taken = new Set(specs.map((file) => path.basename(file, '.run.yaml')));
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'training' : `training-${number}`;
    if (!taken.has(name)) return name;
  }
}
