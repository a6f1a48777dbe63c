import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { quietSettings, type RunningServer, root, startServer } from '../../scripts/lib/vscode-server.ts';

export { type RunningServer, root };

/** The folders of one test: nothing that it does reaches the user's home or the repository. */
export interface Place {
  folder: string;
  home: string;
  data: string;
  workspace: string;
}

/** Makes a place with a copy of `workspace` (absolute, or from the repository's root), or an empty folder. */
export async function makePlace(workspace?: string): Promise<Place> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heldout-vscode-'));
  const place: Place = {
    folder,
    home: path.join(folder, 'home'),
    data: path.join(folder, 'server'),
    workspace: path.join(folder, workspace ? path.basename(workspace) : 'workspace'),
  };
  await mkdir(place.home, { recursive: true });
  if (workspace === undefined) {
    await mkdir(place.workspace);
  } else {
    await cp(path.resolve(root, workspace), place.workspace, {
      recursive: true,
      // The derived state of whoever last opened it is no part of a workspace.
      filter: (source) => path.basename(source) !== '.heldout',
    });
  }
  return place;
}

export async function removePlace(place: Place): Promise<void> {
  await rm(place.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

export interface TestServerOptions {
  /** The unpacked extension; none where not given. */
  extension?: string;
  settings?: Record<string, unknown>;
  /** Ask for trust as VS Code does; otherwise every folder is trusted. */
  workspaceTrust?: boolean;
  env?: Record<string, string>;
}

/** The theme is the browser's choice between light and dark, so that a page can change it at once. */
const followBrowser = {
  'window.autoDetectColorScheme': true,
  'workbench.preferredLightColorTheme': 'Default Light Modern',
  'workbench.preferredDarkColorTheme': 'Default Dark Modern',
};

/** Starts VS Code's server in a place; starting again in the same place is what a user's restart does. */
export function startIn(place: Place, options: TestServerOptions = {}): Promise<RunningServer> {
  return startServer({
    dataFolder: place.data,
    home: place.home,
    workspaceTrust: options.workspaceTrust ?? false,
    settings: { ...quietSettings, ...followBrowser, ...options.settings },
    extension: options.extension,
    env: options.env,
  });
}
