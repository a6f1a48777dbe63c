import {
  LSPErrorCodes,
  type Position,
  type Range,
  ResponseError,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { parseDocument } from 'yaml';
import type { BenchContext } from './context.ts';
import { lspRange, type OpenTemplates, templateAt } from './documents.ts';
import type { PendingRenames } from './pending-renames.ts';

/** The name under the cursor, where it is one that can be changed. */
export function prepareRename(
  open: OpenTemplates,
  position: Position,
): { range: Range; placeholder: string } | null {
  const found = templateAt(open, position);
  const at = found?.placed.valueAt('name');
  if (!found || !at) return null;
  const range = lspRange(at);
  const { line, character } = position;
  const outside =
    line !== range.start.line ||
    character < range.start.character ||
    (line === range.end.line && character > range.end.character);
  return outside ? null : { range, placeholder: found.placed.template.name };
}

/** Renames a template. What was ruled on it is carried over once the file is saved. */
export function rename(
  open: OpenTemplates,
  bench: BenchContext,
  pending: PendingRenames,
  position: Position,
  given: string,
): WorkspaceEdit | null {
  const here = prepareRename(open, position);
  const found = templateAt(open, position);
  if (!here || !found) return null;
  const name = given.trim();
  const refuse = (message: string) => new ResponseError(LSPErrorCodes.RequestFailed, message);
  if (name === '') throw refuse('a template needs a name');
  if (/[\r\n]/u.test(name)) throw refuse('the name of a template is one line');
  const { task, placed } = found;
  if (task.templates.some((other) => other !== placed && other.template.name === name))
    throw refuse(`another template of ${task.task} is called "${name}"`);
  for (const { id } of bench.tasksOf(open, task)) pending.add({ task: id, from: here.placeholder, to: name });
  return { changes: { [open.document.uri]: [{ range: here.range, newText: asYaml(name) }] } };
}

/** Plain where YAML reads it back as this very text, else in double quotes. */
function asYaml(name: string): string {
  const plain = parseDocument(`name: ${name}`, { version: '1.1', logLevel: 'silent' });
  return plain.errors.length === 0 && plain.get('name') === name ? name : JSON.stringify(name);
}
