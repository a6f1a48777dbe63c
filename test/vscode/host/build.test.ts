import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { HeldoutApi } from '../../../src/extension.ts';

async function until(what: string, check: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!check()) {
    if (Date.now() > end) throw new Error(`waited 20 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const shownText = () => vscode.window.activeTextEditor?.document.getText() ?? '';

describe('the built benchmark', function () {
  this.timeout(120_000);
  let api: HeldoutApi;
  let work: string;

  before(async () => {
    const extension = vscode.extensions.getExtension<HeldoutApi>('heldout.heldout');
    api = await extension!.activate();
    await until('the server', () => api.context.state !== undefined);
    if (!api.context.state!.imported) await vscode.commands.executeCommand('heldout.import');
    await until('the import', () => api.context.state?.imported === true);
    if (!api.context.state!.overlapAt) await vscode.commands.executeCommand('heldout.findOverlaps');
    await until('the pairs', () => api.context.state?.overlapAt !== undefined);
    work = await mkdtemp(path.join(os.tmpdir(), 'heldout-host-build-'));
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    if (work) await rm(work, { recursive: true, force: true });
  });

  it('is written where the person says, and its datasheet opens', async () => {
    const rows = await api.pairs.rows();
    const pairs = rows.map((row) => ({ train: row.train, eval: row.eval }));
    await api.context.server.ask('decide', { pairs, verdict: 'retain', reason: 'looked at' });
    await api.context.refreshState();
    const out = path.join(work, 'out');
    await vscode.commands.executeCommand('heldout.build', out, 'jsonl');
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, path.join(out, 'datasheet.md'));
    assert.match(shownText(), /^# Datasheet/);
    const manifest = JSON.parse(await readFile(path.join(out, 'manifest.json'), 'utf8')) as {
      openPairs: number;
    };
    assert.equal(manifest.openPairs, 0);
    await vscode.commands.executeCommand('heldout.undo');
  });

  it('is compared with another as a document that can only be read', async () => {
    const { tasks } = api.context.state!;
    await vscode.commands.executeCommand('heldout.diff', path.join(work, 'out'), '.');
    assert.equal(vscode.window.activeTextEditor?.document.uri.scheme, 'heldout-diff');
    assert.ok(shownText().startsWith(`From ${path.join(work, 'out')}\nTo the bench as it is\n`), shownText());
    assert.ok(shownText().includes(`The same: ${tasks}`), shownText());
  });
});
