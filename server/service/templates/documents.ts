import type { Range as LspRange, Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isTemplateFile } from '../../engine/template-places.ts';
import { readTemplateFile } from '../../templates/check.ts';
import type {
  PlacedTask,
  PlacedTemplate,
  PlacedText,
  TemplateFile,
} from '../../templates/files/template-file.ts';
import type { Range } from '../../templates/types.ts';
import { pathOfUri } from './open-text.ts';

/** Larger files are not looked at while they are typed in: nothing that people write by hand is of this size. */
export const TOO_LARGE = 2 * 1024 * 1024;

/** A file of templates that an editor has open, as its text stands now. */
export interface OpenTemplates {
  document: TextDocument;
  version: number;
  path: string;
  tooLarge: boolean;
  file: TemplateFile;
}

/** A place in a template's own text. */
export interface TextPlace {
  task: PlacedTask;
  placed: PlacedTemplate;
  text: PlacedText;
  /** UTF-16 offset into the text. */
  offset: number;
}

const parsed = new WeakMap<TextDocument, OpenTemplates>();

/** The templates in a document; undefined where it is no file of templates. Parsed once per version. */
export function templatesIn(document: TextDocument): OpenTemplates | undefined {
  const known = parsed.get(document);
  if (known?.version === document.version) return known;
  const path = pathOfUri(document.uri);
  if (path === undefined || !isTemplateFile(path)) return undefined;
  const text = document.getText();
  const tooLarge = text.length > TOO_LARGE;
  const file = tooLarge ? { file: path, tasks: [], faults: [] } : readTemplateFile(path, text);
  const open = { document, version: document.version, path, tooLarge, file };
  parsed.set(document, open);
  return open;
}

/** Every template of a file with its task. */
export function* placedIn({ file }: OpenTemplates): Generator<{ task: PlacedTask; placed: PlacedTemplate }> {
  for (const task of file.tasks) for (const placed of task.templates) yield { task, placed };
}

/** The template whose entry holds a position. */
export function templateAt(
  open: OpenTemplates,
  { line }: Position,
): { task: PlacedTask; placed: PlacedTemplate } | undefined {
  for (const one of placedIn(open)) {
    const { entry } = one.placed;
    const end = entry.endColumn === 1 && entry.endLine > entry.line ? entry.endLine - 1 : entry.endLine;
    if (line + 1 >= entry.line && line + 1 <= end) return one;
  }
  return undefined;
}

/** The place in a template's text that a position in the file answers to. */
export function textPlaceAt(open: OpenTemplates, position: Position): TextPlace | undefined {
  const found = templateAt(open, position);
  if (!found) return undefined;
  const at = open.document.offsetAt(position);
  for (const text of found.placed.texts) {
    const offsets = text.offsets();
    const end = offsets.at(-1);
    if (end === undefined || at < offsets[0]! || at > end) continue;
    return { ...found, text, offset: firstFrom(offsets, at) };
  }
  return undefined;
}

/** The stretch of the file that a stretch of a template's text stands in. */
export function fileOffsets(text: PlacedText, from: number, to: number): [start: number, end: number] {
  const offsets = text.offsets();
  const start = offsets[from] ?? 0;
  const last = offsets[to - 1];
  return [start, last === undefined || to <= from ? start : Math.max(last + 1, start)];
}

export function rangeIn(open: OpenTemplates, text: PlacedText, from: number, to: number): LspRange {
  const [start, end] = fileOffsets(text, from, to);
  return { start: open.document.positionAt(start), end: open.document.positionAt(end) };
}

/** A range as findings have it (from 1) as the protocol has it (from 0). */
export function lspRange({ line, column, endLine, endColumn }: Range): LspRange {
  return {
    start: { line: Math.max(0, line - 1), character: Math.max(0, column - 1) },
    end: { line: Math.max(0, endLine - 1), character: Math.max(0, endColumn - 1) },
  };
}

/** The first index whose offset is not below `at`; offsets never fall. */
function firstFrom(offsets: readonly number[], at: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
