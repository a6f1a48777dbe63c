// Every fast check, side by side: types, format and lint, imports, the manifest, the schema. Ends with 1 when one
// fails, after all have run.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = (name) => path.join(root, 'node_modules', '.bin', name);

const checks = [
  ['types', bin('tsc'), '-p', 'tsconfig.json'],
  ['types of the pages', bin('tsc'), '-p', 'webview/tsconfig.json'],
  ['format and lint', bin('biome'), 'check', '--error-on-warnings', '.'],
  ['imports', process.execPath, 'scripts/check-imports.mjs'],
  ['manifest', process.execPath, 'scripts/check-manifest.mjs'],
  ['schema', process.execPath, 'scripts/check-schema.mjs'],
];

function run([name, program, ...args]) {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, shell: process.platform === 'win32' });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => (output += error.message));
    child.on('close', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(output.trimEnd());
      resolve(code === 0);
    });
  });
}

const passed = await Promise.all(checks.map(run));
process.exitCode = passed.every(Boolean) ? 0 : 1;
