import * as vscode from 'vscode';
import * as z from 'zod';
import { type EvaluateReport, type PromptStyle, shotsSetting } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { askLong, isRunning } from '../setup/progress.ts';
import { chosenTasks } from '../tasks/commands.ts';
import type { TaskNode, TaskTree } from '../tasks/tree.ts';
import { interpreters } from '../training/python.ts';
import { numberWord } from '../words.ts';
import { isAddress, isOfRun, pickCheckpoint } from './checkpoints.ts';
import { askedWords, askLimit, evaluated, pickShots, pickTasks, pickWhere, places } from './questions.ts';

/** What is known already; the rest is asked. `tasks` null: all. */
const given = z.object({
  folder: z.string().optional(),
  tasks: z.array(z.string()).nullable().optional(),
  template: z.string().optional(),
  shots: z.array(shotsSetting).min(1).optional(),
  limit: z.int().min(1).nullable().optional(),
  where: places.optional(),
});
type Given = z.infer<typeof given>;

/** Where the checkpoint that was last evaluated is kept: the next is often the same. */
const LAST_CHECKPOINT = 'results.checkpoint';

function lastCheckpoint(context: Context): string | undefined {
  return context.extension.workspaceState.get<string>(LAST_CHECKPOINT);
}

/**
 * Asks what can't be known, and evaluates with progress. Undefined when the person gave up or cancelled: what was
 * scored by then is kept, and the same evaluation goes on from there.
 */
export async function evaluateCheckpoint(
  context: Context,
  tree: TaskTree,
  first: unknown,
  selected: unknown,
  prompts: PromptStyle = 'plain',
): Promise<EvaluateReport | undefined> {
  if (!vscode.workspace.isTrusted) {
    await refuseUntrusted();
    return undefined;
  }
  if (isRunning('evaluate'))
    throw new Error(
      vscode.l10n.t('An evaluation is running: wait for its end, or cancel it in its notification.'),
    );
  const known = knownOf(tree, first, selected);
  const checkpoint = known.folder ?? (await pickCheckpoint(context, lastCheckpoint(context)));
  if (!checkpoint) return undefined;
  const tokenizer = isAddress(checkpoint) ? context.setting('tokenizer', '').trim() : '';
  if (isAddress(checkpoint) && !tokenizer) {
    await vscode.commands.executeCommand('heldout.chooseTokenizer');
    return undefined;
  }
  const tasks = known.tasks === undefined ? await pickTasks(context) : known.tasks;
  if (tasks === undefined) return undefined;
  const shots = known.shots ?? (await pickShots(prompts));
  if (!shots || shots.length === 0) return undefined;
  const limit = known.limit === undefined ? await askLimit() : known.limit;
  if (limit === undefined) return undefined;
  const asked = askedWords({ checkpoint, tasks, template: known.template, shots, limit });
  const where = known.where ?? (await pickWhere(context, asked));
  if (!where) return undefined;
  await context.extension.workspaceState.update(LAST_CHECKPOINT, checkpoint);
  const query = {
    checkpoint,
    tasks: tasks ?? undefined,
    template: known.template,
    shots,
    prompts,
    limit,
    tokenizer: tokenizer || undefined,
    python: await interpreterOf(context, checkpoint),
  };
  if (where !== 'here') {
    const launch = where === 'slurm' ? 'slurm' : 'machine';
    const { id } = await context.server.ask('evaluateAsJob', { ...query, launch });
    await vscode.commands.executeCommand('heldout.runs.open', { id });
    return undefined;
  }
  const report = await askLong(context, 'evaluate', vscode.l10n.t('Evaluating'), 'heldout.results', query);
  if (report && report.counts.failed > 0) {
    const { failed, examples } = report.counts;
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        '{0} of {1} instances failed and count for nothing: {2}',
        numberWord(failed),
        numberWord(examples),
        report.failure ?? '',
      ),
    );
  }
  return report;
}

/** A checkpoint of the explorer or the Runs view, tasks of the Task Explorer, or what another part of the extension knows. */
function knownOf(tree: TaskTree, first: unknown, selected: unknown): Given {
  if (first instanceof vscode.Uri) return { folder: first.fsPath };
  if (typeof first === 'object' && first !== null && 'kind' in first && !('folder' in first)) {
    const nodes = Array.isArray(selected) && selected.length > 0 ? selected : [first];
    const tasks = tasksOf(tree, nodes as TaskNode[]);
    // An empty list would stand for all.
    if (tasks.length === 0)
      throw new Error(
        vscode.l10n.t('No task here stands on the eval side: move one to the test split first.'),
      );
    return { tasks };
  }
  const parsed = given.safeParse(first);
  return parsed.success ? parsed.data : {};
}

/** Tasks of the rows; of a group, those that stand on the eval side. */
function tasksOf(tree: TaskTree, nodes: readonly TaskNode[]): string[] {
  const ids = nodes.flatMap((node) =>
    node.kind === 'group' ? evaluated(node.group) : chosenTasks(tree, node, [node]),
  );
  return [...new Set(ids)];
}

export async function refuseUntrusted(): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const message = vscode.l10n.t(
    'An evaluation runs a checkpoint, which this folder is not trusted for. Results can be looked at.',
  );
  if ((await vscode.window.showWarningMessage(message, manage)) === manage)
    await vscode.commands.executeCommand('workbench.trust.manage');
}

/**
 * That of the settings, else of the Python extension; without either, that which the runner set up. What a run wrote
 * is scored by the run's own, unless the settings name one.
 */
async function interpreterOf(context: Context, checkpoint: string): Promise<string | undefined> {
  const { setting, editor } = await interpreters(context);
  return setting ?? (isOfRun(context, checkpoint) ? undefined : editor);
}
