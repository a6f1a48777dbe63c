import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { CodeAction } from 'vscode-languageserver';
import { sampleBench } from '../support/bench.ts';
import { TestServer } from './server.ts';

const LETTER = 'natural-instructions/task007_letter_correction';
const SPELLING = 'natural-instructions/task007_spelling';

describe('a task renamed while the editor is open', function () {
  this.timeout(120_000);
  let bench: ReturnType<typeof sampleBench>;
  beforeEach(() => {
    bench = sampleBench();
  });
  afterEach(() => bench.remove());

  it('is named at its decisions, with a quick fix that carries them over', async () => {
    const server = await TestServer.start(bench.root);
    await server.ask('import', {});
    const file = (await server.ask('task', { id: LETTER })).files[0]!.file;
    await server.ask('moveTasks', { tasks: [LETTER], aspect: 'split', to: 'none', reason: 'too close' });
    const log = join(bench.root, 'decisions.jsonl');
    const uri = pathToFileURL(log).href;
    const named = () =>
      (server.published.get(uri) ?? []).filter(({ code }) => code === 'decision-left-behind');
    const until = async (count: number) => {
      for (let tries = 0; named().length !== count && tries < 300; tries++) await delay(100);
      assert.equal(named().length, count);
    };
    await until(0);
    renameSync(file, join(file, '..', 'task007_spelling.json'));
    await until(1);

    const [diagnostic] = named();
    assert.match(readFileSync(log, 'utf8').split('\n')[diagnostic!.range.start.line]!, /too close/u);
    const actions: CodeAction[] = await server.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri },
      range: diagnostic!.range,
      context: { diagnostics: [diagnostic] },
    });
    const fix = actions.find(({ command }) => command?.command === 'heldout.carryDecisions');
    assert.equal(fix?.title, `Carry the decisions over to ${SPELLING}`);
    assert.deepEqual(fix.command?.arguments, [{ task: LETTER, to: SPELLING }]);

    const made = await server.ask('carryOver', { from: [{ task: LETTER }] });
    assert.ok(readFileSync(log, 'utf8').includes(made[0]!.id));
    assert.equal((await server.ask('task', { id: SPELLING })).row.split, 'none');
    await until(0);
    await server.ask('undo', {});
    await until(1);
    await server.kill();
  });
});
