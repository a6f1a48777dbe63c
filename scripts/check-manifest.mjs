// package.json against the code and its own parts: commands declared and registered are the same ones; menus, keys,
// views, links and files that it names exist; every %key% has its words in package.nls.json, and the other way.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sources } from './lib/sources.ts';
import { root } from './lib/vscode-server.ts';

const readJson = async (file) => JSON.parse(await readFile(path.join(root, file), 'utf8').catch(() => '{}'));
const manifest = await readJson('package.json');
const words = await readJson('package.nls.json');
const contributes = manifest.contributes ?? {};
const faults = [];

/** Says which names of one side the other side lacks. */
function compare(these, others, fault) {
  for (const name of [...new Set(these)].sort()) {
    if (!new Set(others).has(name)) faults.push(fault(name));
  }
}

/** Every string below a JSON value. */
function strings(value) {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(strings);
}

/** Every capture of `pattern` in these texts. */
const captures = (texts, pattern) =>
  texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1]));

/** Calls `visit` on every node of a syntax tree. */
function walk(node, visit) {
  if (node === null || typeof node !== 'object') return;
  if (typeof node.type === 'string') visit(node);
  for (const child of Object.values(node)) walk(child, visit);
}

const literal = (node) =>
  node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;

/** Commands (`{ id: 'heldout.…', run }` of the command table, or registerCommand) and tree views of the code. */
async function fromCode() {
  const commands = [];
  const views = [];
  for (const { parsed } of await sources('src')) {
    walk(parsed.program, (node) => {
      if (node.type === 'ObjectExpression') {
        const value = (name) => node.properties.find((property) => property.key?.name === name)?.value;
        const id = literal(value('id'));
        if (id?.startsWith('heldout.') && value('run')) commands.push(id);
      }
      if (node.type === 'CallExpression') {
        const called = node.callee.property?.name;
        const name = literal(node.arguments[0]);
        if (name && /^register(TextEditor)?Command$/.test(called)) commands.push(name);
        if (name && /^(createTreeView|registerTreeDataProvider|registerWebviewViewProvider)$/.test(called)) {
          views.push(name);
        }
      }
    });
  }
  return { commands, views };
}

const code = await fromCode();
const declared = (contributes.commands ?? []).map(({ command }) => command);
compare(
  declared,
  code.commands,
  (id) => `package.json declares the command ${id}, which src/ does not register`,
);
compare(
  code.commands,
  declared,
  (id) => `src/ registers the command ${id}, which package.json does not declare`,
);

const views = Object.values(contributes.views ?? {})
  .flat()
  .map(({ id }) => id);
compare(views, code.views, (id) => `package.json declares the view ${id}, which src/ does not create`);
compare(code.views, views, (id) => `src/ creates the view ${id}, which package.json does not declare`);

const menus = Object.values(contributes.menus ?? {}).flat();
const keys = contributes.keybindings ?? [];
const named = [...menus, ...keys].map(({ command }) => command).filter((id) => id?.startsWith('heldout.'));
compare(named, declared, (id) => `a menu or a key names the command ${id}, which is not declared`);

const texts = [...strings(manifest), ...strings(words)];
const linked = captures(texts, /command:(heldout\.\w[\w.]*)/g).filter((id) => !/\.(focus|open)$/.test(id));
compare(linked, declared, (id) => `a link names the command ${id}, which is not declared`);

const conditions = [...menus, ...keys, ...(contributes.viewsWelcome ?? [])].map(({ when }) => when ?? '');
const shownIn = captures(conditions, /\bview\s*==\s*'?([\w.]+)/g).filter((id) => id.startsWith('heldout'));
const welcomed = (contributes.viewsWelcome ?? [])
  .map(({ view }) => view)
  .filter((id) => id.startsWith('heldout'));
compare(
  [...shownIn, ...welcomed],
  views,
  (id) => `a condition or a welcome names the view ${id}, which is not declared`,
);

const keysUsed = captures(strings(manifest), /^%([^%]+)%$/g);
compare(
  keysUsed,
  Object.keys(words),
  (key) => `package.json uses %${key}%, which package.nls.json does not have`,
);
compare(
  Object.keys(words),
  keysUsed,
  (key) => `package.nls.json has ${key}, which package.json does not use`,
);

for (const file of strings(contributes).filter((text) => /^(\.\/)?(media|l10n)\/[^\s{}]+\.\w+$/.test(text))) {
  if (!existsSync(path.join(root, file))) faults.push(`package.json names ${file}, which is not there`);
}

for (const line of faults) console.log(line);
if (faults.length > 0) process.exit(1);
console.log(`${declared.length} commands and ${views.length} views are declared, registered and worded`);
