import * as vscode from 'vscode';
import * as z from 'zod';
import type { PromptStyle, ShotsSetting, TaskGroup } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { numberWord } from '../words.ts';
import { checkpointWord } from './checkpoints.ts';
import { shotsWord } from './words.ts';

/** What an evaluation is asked for, once the checkpoint is known. */

const USUAL_LIMIT = 250;

/** In the window with progress, as a job of this machine, as one of Slurm. */
export const places = z.enum(['here', 'job', 'slurm']);

interface Asked {
  checkpoint: string;
  /** Null for all. */
  tasks: readonly string[] | null;
  template: string | undefined;
  shots: readonly ShotsSetting[];
  limit: number | null;
}

/** Of a group, the tasks that stand on the eval side. */
export function evaluated({ tasks }: TaskGroup): string[] {
  return tasks.filter(({ split }) => split === 'test').map(({ id }) => id);
}

/** Null for all tasks, so that those that come later are evaluated too. */
export async function pickTasks(context: Context): Promise<string[] | null | undefined> {
  const groups = await context.server.ask('tasks', { groupBy: 'category', filter: { split: ['test'] } });
  const items = groups.map((group) => ({
    label: group.label,
    description:
      group.tasks.length === 1
        ? vscode.l10n.t('1 task')
        : vscode.l10n.t('{0} tasks', numberWord(group.tasks.length)),
    tasks: evaluated(group),
    picked: true,
  }));
  if (items.length === 0)
    throw new Error(vscode.l10n.t('No task stands on the eval side: move one to the test split first.'));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Evaluate on Checkpoint: Which Categories?'),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (!picked || picked.length === 0) return undefined;
  return picked.length === items.length ? null : picked.flatMap(({ tasks }) => tasks);
}

export async function pickShots(prompts: PromptStyle = 'plain'): Promise<ShotsSetting[] | undefined> {
  // BBH publishes three worked examples with their chains of thought.
  const usual = prompts === 'cot' ? [3] : [0, 5];
  const choices = ([0, 1, prompts === 'cot' ? 3 : 5, 'fit'] as const).map((shots) => ({
    label: shots === 'fit' ? shotsWord(shots) : vscode.l10n.t('{0}-shot', shots),
    shots,
    picked: shots !== 'fit' && usual.includes(shots),
  }));
  const picked = await vscode.window.showQuickPick(choices, {
    title: vscode.l10n.t('Evaluate on Checkpoint: How Many Demonstrations?'),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return picked?.map(({ shots }) => shots);
}

/** Null for no limit. */
export async function askLimit(): Promise<number | null | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Evaluate on Checkpoint: How Many Examples?'),
    prompt: vscode.l10n.t('Of each task at most, drawn by seed; empty for all.'),
    value: String(USUAL_LIMIT),
    ignoreFocusOut: true,
    validateInput: (value) =>
      /^\s*$|^\s*[1-9]\d{0,8}\s*$/.test(value)
        ? undefined
        : vscode.l10n.t('A whole number from 1, or nothing.'),
  });
  if (text === undefined) return undefined;
  return text.trim() === '' ? null : Number(text);
}

export async function pickWhere(
  context: Context,
  asked: string,
): Promise<z.infer<typeof places> | undefined> {
  const here = {
    label: vscode.l10n.t('Here, with Progress'),
    description: vscode.l10n.t('ends with VS Code; evaluated again, it goes on'),
    where: 'here' as const,
  };
  const job = {
    label: vscode.l10n.t('As a Job on This Machine'),
    description: vscode.l10n.t('goes on when VS Code is closed; the Runs view shows it'),
    where: 'job' as const,
  };
  const { there, spec } = await context.server.ask('slurmPlace', {});
  const slurm = {
    label: vscode.l10n.t('On Slurm'),
    description: spec
      ? vscode.l10n.t('as {0} asks for it', spec)
      : vscode.l10n.t('with the cluster’s own defaults: no run spec says "launch: slurm"'),
    where: 'slurm' as const,
  };
  const title = vscode.l10n.t('Evaluate on Checkpoint: Where?');
  return (
    await vscode.window.showQuickPick(there ? [here, job, slurm] : [here, job], {
      title,
      placeHolder: asked,
      ignoreFocusOut: true,
    })
  )?.where;
}

/** What is about to be evaluated, in one line: the last question is the last chance to see it. */
export function askedWords({ checkpoint, tasks, template, shots, limit }: Asked): string {
  const [first, ...others] = tasks ?? [];
  return [
    checkpointWord(checkpoint),
    first === undefined
      ? vscode.l10n.t('all eval tasks')
      : others.length === 0
        ? first
        : vscode.l10n.t('{0} tasks', numberWord(others.length + 1)),
    ...(template === undefined ? [] : [vscode.l10n.t('template “{0}” alone', template)]),
    vscode.l10n.t('{0} shots', shots.map(shotsWord).join(' / ')),
    limit === null
      ? vscode.l10n.t('all examples')
      : limit === 1
        ? vscode.l10n.t('1 example a task')
        : vscode.l10n.t('up to {0} examples a task', numberWord(limit)),
  ].join(' · ');
}
