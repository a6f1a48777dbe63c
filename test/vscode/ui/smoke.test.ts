import assert from 'node:assert/strict';
import { useWorkbench } from '../page.ts';

describe('Heldout in the workbench', function () {
  this.timeout(60_000);
  const vscode = useWorkbench({ workspace: 'samples' });

  it('shows its view container with its views', async () => {
    const workbench = vscode.get();
    await workbench.openContainer('Heldout');
    const headers = workbench.page.locator('.sidebar .pane-header');
    await headers.first().waitFor();
    const titles = (await headers.allInnerTexts()).map((title) => title.trim());
    assert.deepEqual(titles.slice(0, 2), ['Tasks', 'Pairs']);
    await workbench.pictures('smoke');
  });

  it('raises no error notification at start', async () => {
    const errors = vscode.get().notifications.locator('.codicon-error');
    assert.equal(await errors.count(), 0);
  });
});
