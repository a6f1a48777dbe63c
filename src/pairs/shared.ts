import * as vscode from 'vscode';
import * as z from 'zod';
import type { Context } from '../context.ts';
import type { Pages } from '../pages/pages.ts';

/** What the quick fix on shared text names: the pair, and the file that was edited. */
export const sharedText = z.object({ train: z.string(), eval: z.string(), uri: z.string() });
type SharedText = z.infer<typeof sharedText>;

/** How long the server may take to find the pair after the file was saved. */
const PATIENCE_MS = 20_000;

/** Shows the pair. One that only the unsaved text makes is found once the file is saved, which is asked for. */
export async function reviewShared(context: Context, pages: Pages, shared: SharedText): Promise<void> {
  const pair = { train: shared.train, eval: shared.eval };
  if (!(await isKnown(context, pair)) && !(await saveAndWait(context, shared))) return;
  pages.review(pair);
}

function isKnown(context: Context, pair: { train: string; eval: string }): Promise<boolean> {
  return context.server.ask('pair', { train: pair.train, eval: pair.eval }).then(
    () => true,
    () => false,
  );
}

async function saveAndWait(context: Context, shared: SharedText): Promise<boolean> {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === shared.uri);
  if (document?.isDirty) {
    const save = vscode.l10n.t('Save and Review');
    const question = vscode.l10n.t('The pair is known once the file is saved.');
    if ((await vscode.window.showInformationMessage(question, save)) !== save) return false;
    await document.save();
  }
  const title = vscode.l10n.t('Finding the pair…');
  const known = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title },
    () => found(context, shared),
  );
  if (!known) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} and {1} share no text as they are saved.', shared.train, shared.eval),
    );
  }
  return known;
}

/** Asks again whenever the pairs have changed. */
function found(context: Context, shared: SharedText): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (known: boolean) => {
      clearTimeout(timer);
      subscription.dispose();
      resolve(known);
    };
    const look = async () => {
      if (await isKnown(context, shared)) end(true);
    };
    const timer = setTimeout(() => end(false), PATIENCE_MS);
    const subscription = context.server.onChanged((what) => {
      if (what.includes('pairs')) void look();
    });
    void look();
  });
}
