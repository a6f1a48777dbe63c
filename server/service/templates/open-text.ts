import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** The path of a file's URI; undefined for what is no file. */
export function pathOfUri(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return resolve(fileURLToPath(uri));
  } catch {
    // Another machine's file, as Windows names them: not one that is read here.
    return undefined;
  }
}

/** The text of a file that is open, changes that are not saved included. Editors write the same URI in several ways. */
export function openText(documents: TextDocuments<TextDocument>, file: string): string | undefined {
  const path = resolve(file);
  return documents
    .all()
    .find(({ uri }) => pathOfUri(uri) === path)
    ?.getText();
}
