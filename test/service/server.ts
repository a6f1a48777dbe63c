import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver';
import {
  type InitializationOptions,
  type ParamsOf,
  type RequestName,
  type ResultOf,
  requests,
} from '../../server/protocol.ts';
import { PROJECT } from '../support/bench.ts';

/** The server as a process of its own, spoken to as an editor does. */
export class TestServer {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
  readonly diagnostics = new Map<string, Diagnostics>();
  /** Called at each publication; for tests that wait for one. */
  onDiagnostics: (uri: string) => void = () => {};
  readonly #versions = new Map<string, number>();
  /** The same as they were sent. */
  readonly published = new Map<string, Diagnostic[]>();

  private constructor(child: ChildProcess, connection: MessageConnection) {
    this.process = child;
    this.connection = connection;
  }

  static async start(folder: string, more: Partial<InitializationOptions> = {}): Promise<TestServer> {
    const child = spawn(process.execPath, [join(PROJECT, 'server/main.ts'), '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout!),
      new StreamMessageWriter(child.stdin!),
    );
    // Writing to a server that was killed fails; what matters is what it had confirmed.
    connection.onError(() => {});
    const server = new TestServer(child, connection);
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      const found = params.diagnostics.map(({ range, message, code }) => ({
        line: range.start.line + 1,
        message: typeof message === 'string' ? message : message.value,
        ...(typeof code === 'string' ? { code } : {}),
      }));
      server.diagnostics.set(params.uri, found);
      server.published.set(params.uri, params.diagnostics);
      server.onDiagnostics(params.uri);
    });
    connection.listen();
    const initializationOptions = { folder, reviewer: 'Ada <ada@example.org>', trusted: true, ...more };
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions,
    });
    await connection.sendNotification('initialized', {});
    return server;
  }

  async ask<Name extends RequestName>(name: Name, params: ParamsOf<Name>): Promise<ResultOf<Name>> {
    const answer: unknown = await this.connection.sendRequest(requests[name].method, params);
    return requests[name].result.parse(answer) as ResultOf<Name>;
  }

  /** Opens a document as an editor does, or puts another text in its place. */
  async show(file: string, text: string): Promise<string> {
    const uri = pathToFileURL(file).href;
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    if (version === 1) {
      const languageId = file.endsWith('.py') ? 'python' : 'yaml';
      await this.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId, version, text },
      });
    } else {
      await this.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
    }
    return uri;
  }

  /** The diagnostics of a file once they pass a test. */
  async until(uri: string, passes: (found: Diagnostics) => boolean): Promise<Diagnostics> {
    for (;;) {
      const found = this.diagnostics.get(uri);
      if (found && passes(found)) return found;
      await new Promise<void>((resolve) => {
        this.onDiagnostics = () => resolve();
      });
    }
  }

  /** A standard request about a document; the answer is checked by whoever asks. */
  request(method: string, uri: string, params: object = {}): Promise<unknown> {
    return this.connection.sendRequest(`textDocument/${method}`, { textDocument: { uri }, ...params });
  }

  kill(): Promise<void> {
    return new Promise((resolve) => {
      this.process.once('exit', () => resolve());
      this.process.kill('SIGKILL');
      this.connection.dispose();
    });
  }
}

export type Diagnostics = { line: number; message: string; code?: string }[];
