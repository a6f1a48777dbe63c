import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Connection, Diagnostic } from 'vscode-languageserver';

/**
 * What stands in the Problems view. An editor keeps one list per file, and several parts of the server
 * have something to say of the same one: each says its own, under its name, and all of it is sent.
 */
export class PublishedDiagnostics {
  readonly #connection: Pick<Connection, 'sendDiagnostics'>;
  /** By file, then by owner, in the order in which the owners first spoke of it. */
  readonly #files = new Map<string, Map<string, Diagnostic[]>>();

  constructor(connection: Pick<Connection, 'sendDiagnostics'>) {
    this.#connection = connection;
  }

  /** Puts what `owner` says of a file in the place of what it said before. */
  set(owner: string, given: string, diagnostics: Diagnostic[]): void {
    const uri = oneSpelling(given);
    const owners = this.#files.get(uri) ?? new Map<string, Diagnostic[]>();
    if (diagnostics.length > 0) owners.set(owner, diagnostics);
    else if (!owners.delete(owner)) return;
    if (owners.size > 0) this.#files.set(uri, owners);
    else this.#files.delete(uri);
    void this.#connection.sendDiagnostics({ uri, diagnostics: [...owners.values()].flat() });
  }

  /** Takes back all that `owner` said, of every file. */
  clear(owner: string): void {
    for (const [uri, owners] of [...this.#files]) if (owners.has(owner)) this.set(owner, uri, []);
  }
}

/** Editors escape more of a file's address than Node does: the same file has one list. */
function oneSpelling(uri: string): string {
  return uri.startsWith('file:') ? pathToFileURL(fileURLToPath(uri)).href : uri;
}
