import * as vscode from 'vscode';
import type { RunnerReport } from '../../server/protocol.ts';
import type { Command } from '../commands.ts';
import type { Context } from '../context.ts';
import { askLong } from '../setup/progress.ts';
import { estimateUri } from './estimate-document.ts';
import { chooseSpec } from './first-spec.ts';
import { interpreters } from './python.ts';

export function trainingCommands(context: Context): Command[] {
  const imported = () => context.state?.imported === true;
  return [
    { id: 'heldout.train', enabled: imported, run: (spec) => train(context, spec) },
    { id: 'heldout.trainOnSlurm', enabled: imported, run: (spec) => train(context, spec, 'slurm') },
    { id: 'heldout.estimate', enabled: imported, run: (spec) => estimate(context, spec) },
    {
      id: 'heldout.setUpRunner',
      enabled: () => context.state !== undefined,
      run: () => setUpRunner(context),
    },
  ];
}

/** A lens gives the spec's path, the editor's title its address, the palette nothing. */
async function specOf(context: Context, given: unknown): Promise<string | undefined> {
  if (typeof given === 'string') return given;
  if (given instanceof vscode.Uri) return given.fsPath;
  const chosen = await chooseSpec(context);
  if (!chosen?.written) return chosen?.file;
  // A first spec is to be seen before it is launched: its lenses launch it.
  await vscode.window.showTextDocument(vscode.Uri.file(chosen.file));
  return undefined;
}

async function train(context: Context, given: unknown, launch?: 'slurm'): Promise<void> {
  const spec = await specOf(context, given);
  if (!spec) return;
  const python = await interpreters(context);
  const { problem } = await context.server.ask('environment', { spec, launch, python });
  if (problem !== null) return offerSetUp(problem);
  const title = vscode.l10n.t('Preparing the run');
  const job = await askLong(context, 'train', title, 'heldout.tasks', { spec, launch, python });
  if (!job) return;
  const message = vscode.l10n.t('The run {0} is {1}. It goes on when VS Code is closed.', job.id, job.state);
  const show = vscode.l10n.t('Show Run');
  void vscode.window.showInformationMessage(message, show).then((choice) => {
    if (choice === show) void vscode.commands.executeCommand('heldout.runs.open', { id: job.id });
  });
}

async function offerSetUp(problem: string): Promise<void> {
  const setUp = vscode.l10n.t('Set Up Runner');
  const choice = await vscode.window.showErrorMessage(problem, setUp);
  if (choice === setUp) await vscode.commands.executeCommand('heldout.setUpRunner');
}

async function estimate(context: Context, given: unknown): Promise<void> {
  const spec = await specOf(context, given);
  if (!spec) return;
  const document = await vscode.workspace.openTextDocument(estimateUri({ spec }));
  await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
}

/** Makes the environment and says what came of it. */
async function setUpRunner(context: Context): Promise<RunnerReport | undefined> {
  const title = vscode.l10n.t('Setting up the runner');
  const report = await askLong(context, 'runnerSetup', title, 'heldout.tasks');
  if (!report) return undefined;
  const wanting = report.problems.find(({ required }) => required);
  if (wanting) {
    void vscode.window.showErrorMessage(`${wanting.text}: ${wanting.mend}`);
    return report;
  }
  const devices =
    report.gpus.length > 0 ? report.gpus.join(', ') : vscode.l10n.t('no GPU: training runs on the CPU');
  void vscode.window.showInformationMessage(
    vscode.l10n.t('The runner is set up in {0} ({1}).', report.interpreter ?? '', devices),
  );
  return report;
}
