// The VS Code server from npm: VS Code itself (workbench, extension host) without Electron, opened in a browser.
// It is over 600 MB, so it is installed on demand into .cache/ from a lockfile of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { plainEnv, runNpm, signalGroup, stopGroup } from './processes.ts';

export const root: string = path.dirname(path.dirname(import.meta.dirname));

const manifestFolder = path.join(root, 'test/vscode/server');
const cacheFolder = path.join(root, '.cache/vscode-server');

/** Installs the server where it is missing or of another version; returns the folder that holds `out/server-main.js`. */
export async function installedServer(): Promise<string> {
  const stamp = createHash('sha256')
    .update(await readFile(path.join(manifestFolder, 'package-lock.json')))
    .digest('hex');
  const inside = path.join('node_modules', 'code-server', 'lib', 'vscode');
  const stampFile = path.join(cacheFolder, 'installed');
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) {
    return path.join(cacheFolder, inside);
  }
  const started = Date.now();
  console.log('installing the VS Code server from npm (once, about half a minute, 600 MB in .cache/)');
  // Beside the final place and renamed when whole, so that an interrupted install leaves nothing half done.
  const fresh = `${cacheFolder}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) {
    await copyFile(path.join(manifestFolder, name), path.join(fresh, name));
  }
  const npm = (cwd: string, ...args: string[]) =>
    runNpm([...args, '--ignore-scripts', '--no-audit', '--no-fund'], { cwd, quiet: true });
  await npm(fresh, 'ci');
  const vscode = path.join(fresh, inside);
  // Its own shrinkwraps pin these; `npm ci` refuses them, they miss an optional package.
  await npm(vscode, 'install', '--omit=dev');
  await npm(path.join(vscode, 'extensions'), 'install', '--omit=dev');
  await writeFile(path.join(fresh, 'installed'), stamp);
  await rm(cacheFolder, { recursive: true, force: true });
  await rename(fresh, cacheFolder);
  console.log(`installed the VS Code server in ${Math.round((Date.now() - started) / 1000)} s`);
  return path.join(cacheFolder, inside);
}

export interface ServerOptions {
  /** Server data, the user's settings and installed extensions live below this folder. */
  dataFolder: string;
  /** The home of the server and of every extension; the user's own where not given. */
  home?: string;
  /** Access needs this token where given, else any process on this machine may connect. */
  token?: string;
  /** An unpacked extension to be found installed; its folder is read in place. */
  extension?: string;
  /** Ask whether a folder is trusted, as VS Code does. */
  workspaceTrust: boolean;
  /** The settings to begin with; a data folder that has settings keeps them. */
  settings: Record<string, unknown>;
  env?: Record<string, string>;
}

export interface RunningServer {
  port: number;
  /** `http://127.0.0.1:port` */
  origin: string;
  process: ChildProcess;
  /** All that the server printed, for reports on failure. */
  log(): string;
  /** Ends the server and every process that it started, file watchers and extension hosts included. */
  stop(): Promise<void>;
}

/** Settings that keep the workbench to what is looked at. */
export const quietSettings: Record<string, unknown> = {
  'workbench.startupEditor': 'none',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
};

/** Starts the server on 127.0.0.1 and a free port; resolves when it listens. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const vscode = await installedServer();
  const { dataFolder } = options;
  const userFolder = path.join(dataFolder, 'data', 'User');
  await mkdir(userFolder, { recursive: true });
  const settingsFile = path.join(userFolder, 'settings.json');
  if (!existsSync(settingsFile))
    await writeFile(settingsFile, JSON.stringify(options.settings, undefined, 2));
  const extensionsFolder = path.join(dataFolder, 'extensions');
  if (options.extension) await registerExtension(extensionsFolder, options.extension);
  const args = [path.join(vscode, 'out', 'server-main.js')];
  args.push('--host', '127.0.0.1', '--port', '0', '--accept-server-license-terms');
  args.push('--server-data-dir', dataFolder, '--extensions-dir', extensionsFolder);
  args.push('--telemetry-level', 'off', '--reconnection-grace-time', '5');
  args.push(...(options.token ? ['--connection-token', options.token] : ['--without-connection-token']));
  if (!options.workspaceTrust) args.push('--disable-workspace-trust');
  const env = { ...plainEnv(), ...(options.home ? { HOME: options.home } : {}), ...options.env };
  // A group of its own: the server starts extension hosts and watchers that outlive it when it alone is ended.
  const child = spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const onExit = () => child.pid !== undefined && signalGroup(child.pid, 'SIGKILL');
  process.once('exit', onExit);
  let output = '';
  const port = await new Promise<number>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const listening = /agent listening on (\d+)/.exec(output);
      if (listening) resolve(Number(listening[1]));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the VS Code server ended with ${code}:\n${output}`)));
    setTimeout(
      () => reject(new Error(`the VS Code server did not start in 60 s:\n${output}`)),
      60_000,
    ).unref();
  });
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    process: child,
    log: () => output,
    stop: async () => {
      process.off('exit', onExit);
      await stopGroup(child);
    },
  };
}

/**
 * Enters an unpacked extension in VS Code's list of installed ones. A released workbench has no other way to load
 * a folder, short of its test driver; and this is how an installed extension runs, trust and all. VS Code refuses
 * an extension outside its extensions folder, hence the link.
 */
async function registerExtension(extensionsFolder: string, extension: string): Promise<void> {
  const manifest: unknown = JSON.parse(await readFile(path.join(extension, 'package.json'), 'utf8'));
  const { publisher, name, version } = manifest as { publisher: string; name: string; version: string };
  const folder = `${publisher}.${name}-${version}`;
  const link = path.join(extensionsFolder, folder);
  const entry = {
    identifier: { id: `${publisher}.${name}` },
    version,
    location: { $mid: 1, path: link, scheme: 'file' },
    relativeLocation: folder,
  };
  await mkdir(extensionsFolder, { recursive: true });
  await rm(link, { force: true });
  await symlink(extension, link, 'junction');
  await writeFile(path.join(extensionsFolder, 'extensions.json'), JSON.stringify([entry]));
}

/** The address that opens a folder; `tests` are run in `extension` by a workbench whose test driver is on. */
export function workbenchAddress(
  server: RunningServer,
  open: { folder: string; tests?: { extension: string; index: string }; token?: string },
): string {
  const remote = (file: string) => `vscode-remote://127.0.0.1:${server.port}${file}`;
  const query = new URLSearchParams({ folder: open.folder });
  if (open.tests) {
    const { extension, index } = open.tests;
    const payload = { extensionDevelopmentPath: remote(extension), extensionTestsPath: remote(index) };
    query.set('payload', JSON.stringify(Object.entries(payload)));
  }
  if (open.token) query.set('tkn', open.token);
  return `${server.origin}/?${query.toString().replaceAll('+', '%20')}`;
}
