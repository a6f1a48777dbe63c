// Takes the README's pictures into media/screenshots/, light and dark, from the scenes of test/vscode/scenes.ts on a
// copy of samples/. Names on the command line pick scenes; those before them are played without a picture.
import path from 'node:path';
import { Workbench } from '../test/vscode/page.ts';
import { scenes } from '../test/vscode/scenes.ts';
import { runToEnd } from './lib/processes.ts';
import { root } from './lib/vscode-server.ts';

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !scenes.some((scene) => scene.name === name));
if (unknown.length > 0) {
  console.error(
    `no such scene: ${unknown.join(', ')}; there are ${scenes.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}
await runToEnd(process.execPath, [path.join(root, 'scripts/build.mjs')]);
const folder = path.join(root, 'media', 'screenshots');
const workbench = await Workbench.open({ workspace: 'samples' });
try {
  for (const scene of scenes) {
    await scene.show(workbench);
    if (chosen.length === 0 || chosen.includes(scene.name)) {
      await workbench.pictures(scene.name, folder);
      console.log(`took ${scene.name}: ${scene.text}`);
    }
    await scene.done?.();
  }
} catch (error) {
  await workbench.keepFailure('screenshots');
  throw error;
} finally {
  await workbench.close();
}
