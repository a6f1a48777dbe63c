// Bundles everything that runs into dist/: the extension, the server, the command line, the workers and the
// panels' pages. `--watch` rebuilds on change; `--production` minifies and leaves no stale file behind.
// Plain JavaScript, so that it runs on Node 20 as well.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, 'dist');
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** Loaded at run time: native addons from node_modules, and the editor's own API. */
const external = ['vscode', 'better-sqlite3', 'onnxruntime-node'];

/** CommonJS packages inside an ES module bundle ask for `require`. */
const requireBanner = [
  "import { createRequire as heldoutCreateRequire } from 'node:module';",
  'const require = heldoutCreateRequire(import.meta.url);',
].join('\n');

/** Schemas do nothing by being loaded: of all that protocol.ts names, a bundle takes the subjects that it uses. */
const protocolBySubject = {
  name: 'protocol by subject',
  setup(build) {
    build.onResolve({ filter: /protocol/ }, async ({ path: named, pluginData, ...from }) => {
      if (pluginData === protocolBySubject) return undefined;
      const found = await build.resolve(named, { ...from, pluginData: protocolBySubject });
      const inside = path.relative(path.join(root, 'server'), found.path).split(path.sep).join('/');
      return /^protocol[./]/.test(inside) ? { ...found, sideEffects: false } : found;
    });
  },
};

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  outdir: dist,
  external,
  plugins: [protocolBySubject],
  minify: production,
  keepNames: true,
  sourcemap: production ? false : 'linked',
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development') },
};

/** Every file below `folder`, as paths from the root with forward slashes. */
async function filesBelow(folder) {
  const absolute = path.join(root, folder);
  if (!existsSync(absolute)) return [];
  const entries = await readdir(absolute, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !file.includes('/node_modules/'));
}

/**
 * Workers by file name: `server/overlap/worker.ts` becomes `dist/overlap-worker.js`,
 * `server/catalog/import-worker.ts` becomes `dist/import-worker.js`.
 */
function workerEntries(serverFiles) {
  const entries = {};
  for (const file of serverFiles) {
    const name = path.posix.basename(file, '.ts');
    if (!file.endsWith('.ts') || !(name === 'worker' || name.endsWith('-worker'))) continue;
    const out = name === 'worker' ? `${path.posix.basename(path.posix.dirname(file))}-worker` : name;
    if (entries[out])
      throw new Error(`${file} and ${entries[out]} would both become dist/${out}.js: rename one`);
    entries[out] = file;
  }
  return entries;
}

/** The bundles to make: `entries` maps the name in dist/ to the source file. */
async function bundles() {
  const serverFiles = await filesBelow('server');
  const webviewFiles = await filesBelow('webview');
  const pages = webviewFiles.filter((file) => /^webview\/[^/]+\/main\.tsx?$/.test(file));
  return [
    {
      entries: { extension: 'src/extension.ts' },
      options: { platform: 'node', format: 'cjs', target: 'node20', outExtension: { '.js': '.cjs' } },
    },
    {
      entries: {
        server: 'server/main.ts',
        'cli-main': 'server/cli.ts',
        supervisor: 'server/jobs/supervisor/main.ts',
        ...workerEntries(serverFiles),
      },
      options: {
        platform: 'node',
        format: 'esm',
        target: 'node22',
        banner: { js: requireBanner },
        // What programs share, and what they load when it is needed, once: beside them, where they look for files.
        splitting: true,
        chunkNames: '[name]-[hash]',
      },
    },
    {
      entries: Object.fromEntries(pages.map((file) => [`webview/${file.split('/')[1]}`, file])),
      options: {
        platform: 'browser',
        format: 'iife',
        target: 'es2022',
        jsx: 'automatic',
        jsxImportSource: 'preact',
        loader: { '.svg': 'text', '.ttf': 'dataurl', '.woff2': 'dataurl' },
      },
    },
  ];
}

/** The entries, if they all lie in the tree. */
function checked(entries) {
  const missing = Object.values(entries).filter((file) => !existsSync(path.join(root, file)));
  if (missing.length > 0) throw new Error(`no such entry: ${missing.join(', ')}`);
  return entries;
}

/** Files that bundles read beside themselves at run time: fitted models, the runner, the command line's launcher. */
async function copyAssets() {
  const copied = [];
  const copy = async (from, to) => {
    await mkdir(path.dirname(path.join(dist, to)), { recursive: true });
    await copyFile(path.join(root, from), path.join(dist, to));
    copied.push(to);
  };
  await copy('scripts/lib/cli-launcher.mjs', 'cli.js');
  for (const file of await filesBelow('server')) {
    if (/\.(onnx|wasm)$/.test(file)) await copy(file, path.posix.basename(file));
    // The Python package keeps its folders: Python finds it by them.
    if (/^server\/runner\/(heldout_runner\/.*\.py|requirements\.txt)$/.test(file))
      await copy(file, file.slice('server/'.length));
  }
  return copied;
}

/** Files that no later build writes over, because their names tell their content. */
const CHUNK = /-[A-Z0-9]{8}\.js(\.map)?$/;

/** Removes what an earlier build left in dist/ and this one did not write. */
async function prune(kept) {
  for (const file of await filesBelow('dist')) {
    const name = file.slice('dist/'.length);
    if (kept.has(name) || name.endsWith('.wasm')) continue;
    if (production || CHUNK.test(name)) await rm(path.join(root, file));
  }
}

async function buildKernel() {
  const script = path.join(root, 'scripts/build-kernel.mjs');
  if (!existsSync(script)) return;
  const kernel = await import(pathToFileURL(script).href);
  if (typeof kernel.buildKernel === 'function') await kernel.buildKernel();
}

async function main() {
  const started = Date.now();
  const jobs = (await bundles())
    .map(({ entries, options }) => ({ ...common, ...options, entryPoints: checked(entries) }))
    .filter((options) => Object.keys(options.entryPoints).length > 0);
  const kept = new Set(await copyAssets());
  await buildKernel();
  if (watch) {
    for (const options of jobs) await (await esbuild.context({ ...options, logLevel: 'info' })).watch();
    console.log('watching; Ctrl-C ends it');
    return;
  }
  const results = await Promise.all(jobs.map((options) => esbuild.build(options)));
  for (const result of results) {
    for (const file of Object.keys(result.metafile.outputs)) kept.add(file.replace(/^dist\//, ''));
  }
  await prune(kept);
  console.log(`built ${kept.size} files into dist/ in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

try {
  await main();
} catch (error) {
  // esbuild has already printed its own errors with file and line.
  if (!Array.isArray(error?.errors)) console.error(`build: ${error.message}`);
  process.exit(1);
}
