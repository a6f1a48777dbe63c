import * as vscode from 'vscode';
import * as z from 'zod';
import { isTemplateFile } from './names.ts';

/** What the lens over a template names. */
const lensArgument = z.object({ file: z.string(), template: z.string(), task: z.string().optional() });
export type PlacedTemplate = z.infer<typeof lensArgument> & { line: number };

/** The command that the lens over each template calls. */
const PREVIEW = 'heldout.templates.preview';

/** The templates of a document with the line (from 0) where each begins, in order, as their lenses say. */
async function placedTemplates(document: vscode.TextDocument): Promise<PlacedTemplate[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
  );
  return lenses
    .flatMap(({ command, range }) => {
      const named = command?.command === PREVIEW ? lensArgument.safeParse(command.arguments?.[0]) : undefined;
      return named?.success ? [{ ...named.data, line: range.start.line }] : [];
    })
    .sort((a, b) => a.line - b.line);
}

/** Knows which template stands where in the documents of templates, and asks again only when one has changed. */
export class TemplatePlaces {
  private readonly known = new WeakMap<vscode.TextDocument, { version: number; places: PlacedTemplate[] }>();

  async of(document: vscode.TextDocument): Promise<PlacedTemplate[]> {
    const known = this.known.get(document);
    if (known?.version === document.version) return known.places;
    const { version } = document;
    const places = await placedTemplates(document);
    // A file that can't be read half-way through an edit has no lenses: the ones before it are good enough.
    if (places.length === 0) return known?.places ?? [];
    this.known.set(document, { version, places });
    return places;
  }

  /** The template at a line: the last that begins above it, the first for what stands before all. */
  async at(document: vscode.TextDocument, line: number): Promise<PlacedTemplate | undefined> {
    if (!isTemplateFile(document.fileName)) return undefined;
    const places = await this.of(document);
    return places.findLast((place) => place.line <= line) ?? places[0];
  }
}
