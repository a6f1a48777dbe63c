import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { CodeAction, Diagnostic } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { REAL_DATA, sampleBench } from '../support/bench.ts';
import { TestServer } from './server.ts';

/** A document as an editor has it open: every change of its text is told to the server. */
class OpenDocument {
  readonly uri: string;
  text: string;
  private readonly server: TestServer;
  private version = 1;

  constructor(server: TestServer, path: string, text = readFileSync(path, 'utf8')) {
    this.server = server;
    this.uri = pathToFileURL(path).href;
    this.text = text;
    const textDocument = { uri: this.uri, languageId: 'plaintext', version: 1, text };
    void server.connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  /** Puts text in at an offset, as typing does. */
  insert(at: number, text: string): void {
    const position = TextDocument.create('', '', 0, this.text).positionAt(at);
    this.text = this.text.slice(0, at) + text + this.text.slice(at);
    void this.server.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uri, version: ++this.version },
      contentChanges: [{ range: { start: position, end: position }, text }],
    });
  }

  close(): void {
    void this.server.connection.sendNotification('textDocument/didClose', {
      textDocument: { uri: this.uri },
    });
  }

  /** What the server underlines, once it is as wanted. */
  async shared(wanted: (found: Diagnostic[]) => boolean): Promise<Diagnostic[]> {
    let found: Diagnostic[] = [];
    for (let tries = 0; tries < 200; tries++) {
      found = (this.server.published.get(this.uri) ?? []).filter(({ code }) => code === 'overlap');
      if (wanted(found)) return found;
      await delay(50);
    }
    throw new Error(`${this.uri}: underlined ${JSON.stringify(found)}`);
  }

  underlined({ range }: Diagnostic): string {
    return TextDocument.create('', '', 0, this.text).getText(range);
  }
}

/** The diagnostics that name the planted eval task. */
function heron(found: readonly Diagnostic[]): Diagnostic[] {
  return found.filter(({ message }) => said(message).includes('heron_round'));
}

function said(message: Diagnostic['message']): string {
  return typeof message === 'string' ? message : message.value;
}

const some = (found: Diagnostic[]) => found.length > 0;
const none = (found: Diagnostic[]) => found.length === 0;

/** Twenty words of a text from its `from`-th word on. */
function wordsOf(text: string, from: number): string {
  return text
    .split(/\s+/)
    .slice(from, from + 20)
    .join(' ');
}

describe('shared text while a file is edited', function () {
  this.timeout(120_000);
  let bench: ReturnType<typeof sampleBench>;
  let server: TestServer;
  /** Words of an eval example that no train task has. */
  let leak: string;

  beforeEach(async () => {
    bench = sampleBench();
    const question =
      'The heron of Nether Wallop stood on one leg for the whole of the long wet afternoon while';
    leak = `${question} the miller counted his sacks and the children waited for the ferry to come back`;
    const quiz = join(bench.root, 'data/quiz/heron_round.jsonl');
    writeFileSync(
      quiz,
      `${JSON.stringify({ question: `What then? ${leak}, did it not?`, answer: 'yes' })}\n`,
    );
    server = await TestServer.start(bench.root);
    await server.ask('import', {});
    await server.ask('overlap', {});
  });
  afterEach(async () => {
    await server.kill();
    bench.remove();
  });

  it('is underlined where it stands, with the pair and a quick fix, until it is gone', async () => {
    const path = join(bench.root, 'data/natural-instructions/tasks/task001_village_reading_answering.json');
    const open = new OpenDocument(server, path);
    const before = await open.shared(some);
    assert.deepEqual(heron(before), []);
    const at = open.text.lastIndexOf('"input": "') + '"input": "'.length;
    // Escapes and capitals don't hide it, nor do they move the line under it.
    const written = wordsOf(leak, 2).replace(' of ', '\\n\\"of\\" ').replace('stood', '\\u0053TOOD —');
    open.insert(at, `Caf\\u00e9 “x” \\t ${written}. `);
    const [diagnostic] = heron(await open.shared((found) => heron(found).length > 0));
    assert.equal(open.underlined(diagnostic!), written.replace(/,$/, ''));
    assert.match(
      said(diagnostic!.message),
      /^20 words in a row stand in the eval task quiz\/heron_round too, example 0$/,
    );
    assert.equal(diagnostic!.severity, 3);
    const pair = {
      train: 'natural-instructions/task001_village_reading_answering',
      eval: 'quiz/heron_round',
    };
    const actions = await server.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri: open.uri },
      range: diagnostic!.range,
      context: { diagnostics: [diagnostic] },
    });
    assert.equal(actions.length, 1);
    assert.deepEqual(actions[0]!.command!.arguments, [{ ...pair, uri: open.uri }]);
    // One changed word leaves no thirteen in a row.
    open.insert(open.text.indexOf(' the long wet'), ' not');
    await open.shared((found) => heron(found).length === 0);
    open.close();
    await open.shared(none);
  });

  it('is found in lines, tables, templates and modules', async () => {
    const twenty = wordsOf(leak, 3);
    const behind = (mark: string) => (text: string) => text.indexOf(mark) + mark.length;
    const escaped = twenty.replace('leg', '\\u006ceg');
    const quoted = twenty.replace('whole', '""whole""');
    const joined = twenty.replace(' whole', '\\n\\twhole');
    const places: [path: string, at: (text: string) => number, text: string, shown: string][] = [
      ['exmix/note_grammar.jsonl', behind('"inputs":"'), `${escaped} `, escaped],
      ['reports/lost_and_found.tsv', behind('\n'), `${twenty} `, twenty],
      ['helpdesk/helpdesk.csv', behind('\n'), `"${quoted}",delivery\n`, quoted],
      ['promptsource/templates/market_news/topics/templates.yaml', behind('Is this '), `${twenty} `, twenty],
      [
        'promptsource/templates/kitchen_qa/multiple_choice/templates.yaml',
        behind('{{ question }}'),
        ` ${twenty}`,
        twenty,
      ],
      ['flan/templates.py', behind('("Finish '), `${joined} `, joined],
    ];
    for (const [path, at, text, shown] of places) {
      const file = join(bench.root, 'data', path);
      const open = new OpenDocument(server, file);
      open.insert(at(open.text), text);
      const [diagnostic] = heron(await open.shared((found) => heron(found).length > 0));
      assert.equal(open.underlined(diagnostic!), shown, path);
      open.close();
    }
  });

  it('is left alone in eval tasks, in other files and while a file is too large', async () => {
    const outside = new OpenDocument(
      server,
      join(bench.root, 'package.json'),
      JSON.stringify({ text: leak }),
    );
    const held = new OpenDocument(server, join(bench.root, 'data/quiz/heron_round.jsonl'));
    const train = new OpenDocument(server, join(bench.root, 'data/exmix/note_grammar.jsonl'));
    train.insert(0, `${JSON.stringify({ inputs: leak, targets: 'x' })}\n`);
    await train.shared(some);
    await outside.shared(none);
    await held.shared(none);
    await server.kill();

    server = await TestServer.start(bench.root, { liveOverlapMegabytes: 0.001 });
    await server.ask('state', {});
    const large = new OpenDocument(server, join(bench.root, 'data/exmix/note_grammar.jsonl'));
    const [told, ...rest] = await large.shared(some);
    assert.deepEqual([rest.length, told!.range.start.line], [0, 0]);
    assert.match(said(told!.message), /heldout\.liveOverlap\.maxMegabytes allows 0\.001/);
  });

  it('follows the eval side: a new eval task is underlined in a file that stays open', async () => {
    const open = new OpenDocument(server, join(bench.root, 'data/exmix/note_grammar.jsonl'));
    const fresh = leak.split(' ').reverse().join(' ');
    open.insert(0, `${JSON.stringify({ inputs: fresh, targets: 'x' })}\n`);
    await delay(600);
    const has = (found: Diagnostic[]) => found.some(({ message }) => said(message).includes('new_round'));
    await open.shared((found) => !has(found));
    const path = join(bench.root, 'data/quiz/new_round.jsonl');
    writeFileSync(path, `${JSON.stringify({ question: fresh, answer: 'no' })}\n`);
    await open.shared(has);
  });
});

describe('shared text in real files', function () {
  this.timeout(300_000);
  let root: string;
  let server: TestServer;

  before(async function () {
    if (!existsSync(REAL_DATA)) {
      console.log('      skipped: no real collections beside the project (../shared/data)');
      this.skip();
    }
    root = mkdtempSync(join(tmpdir(), 'heldout-live-'));
    const entry = (name: string, format: string, path: string, use: string) =>
      `  - { name: ${name}, format: ${format}, path: ${JSON.stringify(join(REAL_DATA, path))}, use: ${use} }\n`;
    const collections = [
      entry('natural-instructions', 'natural-instructions', 'natural-instructions', 'train'),
      entry('flan-cot', 'flan-cot', 'flan-cot', 'train'),
      entry('gsm8k', 'gsm8k', 'eval/gsm8k', 'eval'),
    ];
    writeFileSync(join(root, 'heldout.yaml'), `collections:\n${collections.join('')}`);
    server = await TestServer.start(root);
    await server.ask('import', {});
    await server.ask('overlap', {});
  });
  after(async () => {
    await server?.kill();
    if (root) rmSync(root, { recursive: true, force: true });
  });

  it('is the questions that a train task took from GSM8K, each whole', async () => {
    const { files } = await server.ask('task', { id: 'natural-instructions/task1759_gsm' });
    const open = new OpenDocument(server, files[0]!.file);
    const found = (await open.shared(some)).filter(({ message }) => said(message).includes('gsm8k/test'));
    assert.ok(found.length > 400, `${found.length} stretches`);
    const { Instances } = JSON.parse(open.text) as { Instances: { input: string }[] };
    const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '');
    const questions = new Set(Instances.map(({ input }) => plain(input)));
    const shown = found.map((one) => plain(open.underlined(one).replaceAll(/\\n/g, ' ')));
    const whole = shown.filter((text) => questions.has(text)).length;
    assert.ok(whole > found.length * 0.8, `${whole} of ${found.length} are whole questions`);
  });
});
