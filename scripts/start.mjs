// Builds, then opens VS Code with Heldout on samples/, or on the folder given: the installed `code` where there is
// one, else the VS Code server from npm (`--server` asks for it), whose address is printed. Ctrl-C ends the server.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findProgram, plainEnv, runToEnd } from './lib/processes.ts';
import { quietSettings, root, startServer, workbenchAddress } from './lib/vscode-server.ts';

const { values, positionals } = parseArgs({
  options: { server: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = path.resolve(positionals[0] ?? path.join(root, 'samples'));

/** The installed VS Code's launcher, if it runs: it may be there and refuse, as it does for root. */
function installedCode() {
  const code = findProgram('code', 'code-insiders', 'codium');
  if (!code) return undefined;
  const shell = process.platform === 'win32';
  return spawnSync(code, ['--version'], { env: plainEnv(), shell, timeout: 20_000 }).status === 0
    ? code
    : undefined;
}

async function serve() {
  const token = randomBytes(16).toString('hex');
  const server = await startServer({
    dataFolder: path.join(root, '.cache', 'vscode-user'),
    extension: root,
    token,
    workspaceTrust: true,
    settings: quietSettings,
  });
  console.log(`\nVS Code with Heldout is open at\n\n    ${workbenchAddress(server, { folder, token })}\n`);
  console.log('The address holds its key: whoever has it works as you. Ctrl-C ends VS Code.');
  let asked = false;
  const stop = async () => {
    if (asked) return;
    asked = true;
    await server.stop();
    process.exit(0);
  };
  // Not `once`: a second signal (npm passes Ctrl-C on as well) must not cut the stopping short.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  server.process.once('exit', (code, signal) => {
    if (asked) return;
    console.error(`the VS Code server ended with ${code ?? signal}`);
    process.exit(1);
  });
}

try {
  await runToEnd(process.execPath, [path.join(root, 'scripts/build.mjs')]);
  const code = values.server ? undefined : installedCode();
  if (code) {
    await runToEnd(code, ['--new-window', `--extensionDevelopmentPath=${root}`, folder], { env: plainEnv() });
    console.log(`opened ${folder} in ${code}`);
  } else {
    await serve();
  }
} catch (error) {
  console.error(`start: ${error.message}`);
  process.exit(1);
}
