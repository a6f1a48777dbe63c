// The import rule: a folder of server/ imports itself and those before it; src/ and webview/ import
// server/protocol.ts and nothing else of the server; nothing in server/ knows of vscode. Type imports count.
import path from 'node:path';
import { lineAt, sources } from './lib/sources.ts';

const order = [
  'base',
  'bench',
  'collections',
  'catalog',
  'prompts',
  'templates',
  'overlap',
  'curation',
  'mixture',
  'evaluation',
  'jobs',
  'engine',
  'service',
  'cli',
];

/** The place of a server file in the order: protocol.ts and its parts before all folders, main.ts and cli.ts after. */
function rank(file) {
  const [, folder, ...rest] = file.split('/');
  if (rest.length === 0) return folder === 'protocol.ts' ? 0 : order.length + 1;
  if (folder === 'protocol') return 0;
  const place = order.indexOf(folder);
  return place < 0 ? undefined : place + 1;
}

/** Every module that a file names: imports, re-exports and `import()`. */
function importsOf({ text, parsed }) {
  const found = [];
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  for (const { moduleRequest } of staticImports) found.push([moduleRequest.value, moduleRequest.start]);
  for (const { entries } of staticExports) {
    for (const { moduleRequest } of entries) {
      if (moduleRequest) found.push([moduleRequest.value, moduleRequest.start]);
    }
  }
  for (const { moduleRequest } of dynamicImports) {
    const literal = /^(['"])(.*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end));
    if (literal) found.push([literal[2], moduleRequest.start]);
  }
  return found;
}

/** What is wrong with one import, or undefined. */
function fault(file, specifier) {
  const inServer = file.startsWith('server/');
  if (specifier === 'vscode') return inServer ? 'the server does not know of vscode' : undefined;
  if (!specifier.startsWith('.')) return undefined;
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (!inServer) {
    if (!target.startsWith('server/') || target === 'server/protocol.ts') return undefined;
    return `only server/protocol.ts may be imported here, not ${target}`;
  }
  if (!target.startsWith('server/')) return `the server imports nothing outside server/, not ${target}`;
  const [own, other] = [rank(file), rank(target)];
  if (own === undefined) return `${path.posix.dirname(file)} has no place in the order of server folders`;
  if (other === undefined) return `${path.posix.dirname(target)} has no place in the order of server folders`;
  return other > own ? `${target} comes after ${file} in the order of server folders` : undefined;
}

const faults = [];
let files = 0;
for (const source of await sources('server', 'src', 'webview')) {
  files++;
  for (const [specifier, offset] of importsOf(source)) {
    const message = fault(source.file, specifier);
    if (message) faults.push(`${source.file}:${lineAt(source.text, offset)}: ${message}`);
  }
  for (const error of source.parsed.errors) faults.push(`${source.file}: ${error.message}`);
}
for (const line of new Set(faults)) console.log(line);
if (faults.length > 0) process.exit(1);
console.log(`${files} files keep the import rule`);
