import * as vscode from 'vscode';
import type { JobRow } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { interpreters } from '../training/python.ts';
import { refuseUntrusted } from './evaluate.ts';
import { askLimit, pickShots, pickTasks } from './questions.ts';

/** Asks which tasks, shots and how many examples, and launches the job that evaluates a run's checkpoints beside it. */
export async function evaluateEveryCheckpoint(context: Context, { id }: JobRow): Promise<JobRow | undefined> {
  if (!vscode.workspace.isTrusted) {
    await refuseUntrusted();
    return undefined;
  }
  const tasks = await pickTasks(context);
  if (tasks === undefined) return undefined;
  const shots = await pickShots();
  if (!shots || shots.length === 0) return undefined;
  const limit = await askLimit();
  if (limit === undefined) return undefined;
  // Without one the interpreter that the run was started with is used.
  const { setting: python } = await interpreters(context);
  return context.server.ask('evaluateRun', { run: id, tasks: tasks ?? undefined, shots, limit, python });
}
