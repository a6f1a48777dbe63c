// Makes heldout-<target>-<version>.vsix for one platform: this one, or `--target linux-arm64`. The packer, vsce, is
// fetched by npm when it is needed: packaging is rare, and vsce would double what every `npm ci` installs.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { plainEnv, runNpm, runToEnd } from './lib/processes.ts';
import { root } from './lib/vscode-server.ts';

const vsce = '@vscode/vsce@4.1.0';

/** VS Code's names of the platforms that both native packages have binaries for. */
const targets = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

const here = `${process.platform}-${process.arch}`;
const { values } = parseArgs({ options: { target: { type: 'string', default: here } } });
const { target } = values;
if (!targets.includes(target)) {
  console.error(`package: no such target: ${target}; there are ${targets.join(', ')}`);
  process.exit(2);
}

const [platform, arch] = target.split('-');
const binaries = [
  `!node_modules/better-sqlite3/prebuilds/${target}.node`,
  `!node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/**`,
];
const ignoreFile = path.join(root, '.cache', `vscodeignore-${target}`);
const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
const vsix = path.join(root, `heldout-${target}-${version}.vsix`);

try {
  await runToEnd(process.execPath, [path.join(root, 'scripts/build.mjs'), '--production']);
  await mkdir(path.dirname(ignoreFile), { recursive: true });
  const common = await readFile(path.join(root, '.vscodeignore'), 'utf8');
  await writeFile(ignoreFile, `${common}${binaries.join('\n')}\n`);
  const links = ['--allow-missing-repository', '--no-rewrite-relative-links'];
  const args = ['package', '--target', target, '--ignoreFile', ignoreFile, '--out', vsix, ...links];
  await runNpm(['exec', '--yes', `--package=${vsce}`, '--', 'vsce', ...args], { cwd: root, env: plainEnv() });
} catch (error) {
  console.error(`package: ${error.message}`);
  process.exit(1);
} finally {
  await rm(ignoreFile, { force: true });
}
