import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './service/serve.ts';

// LSP and the requests of protocol.ts, over the transport that the client chose (--node-ipc, --stdio).
serve(createConnection(ProposedFeatures.all));
