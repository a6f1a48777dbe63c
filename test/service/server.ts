import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
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
  readonly diagnostics = new Map<string, { line: number; message: string }[]>();
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
      const found = params.diagnostics.map(({ range, message }) => ({
        line: range.start.line + 1,
        message: typeof message === 'string' ? message : message.value,
      }));
      server.diagnostics.set(params.uri, found);
      server.published.set(params.uri, params.diagnostics);
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

  kill(): Promise<void> {
    return new Promise((resolve) => {
      this.process.once('exit', () => resolve());
      this.process.kill('SIGKILL');
      this.connection.dispose();
    });
  }
}
