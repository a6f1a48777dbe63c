import * as vscode from 'vscode';
import * as z from 'zod';
import type { Interpreters } from '../../server/protocol.ts';
import type { Context } from '../context.ts';

/** The part of the Python extension's API that is used, checked since it is another's. */
const pythonApi = z.object({
  environments: z.object({
    getActiveEnvironmentPath: z.custom<(resource?: vscode.Uri) => unknown>(
      (value) => typeof value === 'function',
    ),
  }),
});
const environmentPath = z.object({ path: z.string().min(1) });

/** The interpreters that this editor knows of; nothing of another extension is run in a folder that isn't trusted. */
export async function interpreters(context: Context): Promise<Interpreters> {
  const setting = context.setting('python', '').trim() || undefined;
  if (setting || !vscode.workspace.isTrusted) return { setting };
  return { editor: await chosenInterpreter(context) };
}

async function chosenInterpreter(context: Context): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension('ms-python.python');
  if (!extension) return undefined;
  try {
    const api = pythonApi.parse(await extension.activate());
    const chosen = environmentPath.safeParse(api.environments.getActiveEnvironmentPath(context.folder));
    return chosen.success ? chosen.data.path : undefined;
  } catch (error) {
    context.log.warn(`the Python extension does not tell its interpreter: ${String(error)}`);
    return undefined;
  }
}
