import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { Jobs } from '../../../server/jobs/listing.ts';
import { startSlurm, type TestSlurm } from '../../support/slurm.ts';
import { answerHowMuch, EVALUATE, openWithGraph } from '../evaluating.ts';
import { useWorkbench, type Workbench } from '../page.ts';

const SPEC = `model: { shape: opt-125m }
tokenizer: data/tokenizer.json
launch: { slurm: { partition: debug, memory: 600M, gpus_per_node: 0 } }
`;

describe('evaluating on Slurm from the editor', function () {
  this.timeout(300_000);
  let slurm: TestSlurm;
  // Before VS Code is opened, whose server asks the same Slurm.
  const vscode = useWorkbench({ workspace: 'samples', size: { width: 1600, height: 1100 } }, async () => {
    slurm = startSlurm();
    return 'missing' in slurm ? slurm.missing : undefined;
  });
  before(async () => {
    await openWithGraph(vscode.get());
    await vscode.get().unfold('Textual Entailment', 'Tasks');
  });
  after(() => {
    if (!('missing' in slurm)) slurm.stop();
  });

  async function askedWhere(workbench: Workbench): Promise<void> {
    await workbench.showAlone('Tasks');
    await workbench.chooseInMenu(workbench.row('quarry_nli', 'Tasks'), EVALUATE);
    await workbench.quickPick('small.onnx').click();
    await answerHowMuch(workbench, '1');
    await workbench.page.locator('.quick-input-title', { hasText: 'Where?' }).waitFor();
  }

  it('offers it where it is, and says how it would be asked', async () => {
    const workbench = vscode.get();
    await askedWhere(workbench);
    const row = workbench.quickPick('On Slurm');
    await row.getByText('with the cluster’s own defaults').waitFor();
    assert.equal(await workbench.page.locator('.quick-input-list .monaco-list-row').count(), 3);
    await workbench.pictures('evaluate-where-defaults');
    await workbench.page.keyboard.press('Escape');
    await writeFile(workbench.file('cluster.run.yaml'), SPEC);
    await askedWhere(workbench);
    await row.getByText('as cluster.run.yaml asks for it').waitFor();
    await workbench.pictures('evaluate-where-spec');
  });

  it('runs it there, and opens its results from its page', async () => {
    const workbench = vscode.get();
    await workbench.quickPick('On Slurm').click();
    await workbench.page.locator('.tab.active', { hasText: 'Run' }).waitFor();
    await workbench.showAlone('Runs');
    const rows = workbench.rows('Runs').filter({ hasText: 'evaluate small' });
    await rows.filter({ hasText: 'done' }).waitFor({ timeout: 200_000 });
    const [job] = new Jobs(workbench.file()).list().jobs;
    assert.equal(job!.launcher, 'slurm');
    assert.match(job!.slurmJob!, /^\d+$/);
    await workbench.notification('evaluate small is done after');
    await workbench.pictures('evaluate-slurm-run');
    await workbench.clearNotifications();
    await workbench.webview().getByRole('button', { name: 'Show Results' }).click();
    await workbench.webview().locator('.overview tbody td.score').first().waitFor();
  });
});
