import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { randomFor } from '../../server/base/random.ts';
import { decision } from '../../server/protocol.ts';
import { sampleBench } from '../support/bench.ts';
import { TestServer } from './server.ts';

describe('the server as a process', function () {
  this.timeout(120_000);
  let bench: ReturnType<typeof sampleBench>;
  beforeEach(() => {
    bench = sampleBench();
  });
  afterEach(() => bench.remove());

  it('imports, reports skipped records at their lines, and answers what views ask', async () => {
    const server = await TestServer.start(bench.root);
    assert.equal((await server.ask('state', {})).imported, false);
    await server.ask('import', {});
    await server.ask('overlap', {});
    const state = await server.ask('state', {});
    assert.deepEqual([state.tasks, state.openPairs, state.skipped], [47, 7, 4]);
    const file = pathToFileURL(join(bench.root, 'data/exmix/note_grammar.jsonl')).href;
    assert.equal(server.diagnostics.get(file)?.[0]?.line, 17);
    const view = await server.ask('instance', { task: 'gsm8k/test', example: 1 });
    assert.equal(view.examples, 40);
    await assert.rejects(server.ask('instance', { task: 'gsm8k/tset' }), /did you mean/);
    await assert.rejects(server.connection.sendRequest('heldout/instance', { task: 4 }), /instance/);
    await server.kill();
  });

  it('follows an edit of a file by itself, down to the pair that it changes', async () => {
    const server = await TestServer.start(bench.root);
    await server.ask('import', {});
    await server.ask('overlap', {});
    const figures = async () => {
      const { pairs } = await server.ask('pairs', {
        order: 'content',
        filter: { search: 'opposites_round' },
      });
      return pairs[0]!.shortMatches;
    };
    assert.equal(await figures(), 10);
    const edited = (await server.ask('task', { id: 'crossfit/word_opposites' })).files[0]!.file;
    writeFileSync(edited, readFileSync(edited, 'utf8').split('\n').slice(0, 3).join('\n'));
    let left = await figures().catch(() => 10);
    for (let tries = 0; left === 10 && tries < 100; tries++) {
      await delay(100);
      left = await figures();
    }
    assert.ok(left < 10, `${left} short copies`);
    await server.kill();
  });

  it('compares a task that was moved to the other side by itself, and says so on the split board', async () => {
    const server = await TestServer.start(bench.root);
    await server.ask('import', {});
    await server.ask('overlap', {});
    const task = 'natural-instructions/task003_workshop_arithmetic';
    const codes = async () => {
      const { findings } = await server.ask('splitBoard', {});
      return findings.filter(({ tasks, code }) => tasks.includes(task) || code === 'pairs-not-searched');
    };
    assert.deepEqual(
      (await codes()).map(({ code }) => code),
      ['undecided-pair'],
    );
    await server.ask('moveTasks', { tasks: [task], aspect: 'split', to: 'test', reason: 'copied' });
    assert.ok((await codes()).some(({ code }) => code === 'pairs-not-searched'));
    let left = await codes();
    for (let tries = 0; left.some(({ code }) => code === 'pairs-not-searched') && tries < 300; tries++) {
      await delay(100);
      left = await codes();
    }
    assert.deepEqual(
      left.map(({ code }) => code),
      [],
    );
    await server.kill();
  });

  it('loses no confirmed decision to kill -9 at random moments during a hundred of them', async () => {
    let server = await TestServer.start(bench.root);
    await server.ask('import', {});
    await server.ask('overlap', {});
    const { pairs } = await server.ask('pairs', { order: 'content', filter: {} });
    const random = randomFor('kill');
    const confirmed: string[] = [];
    let kills = 0;
    for (let made = 0; made < 100; ) {
      const pair = pairs[random.below(pairs.length)]!;
      const asked = server.ask('decide', {
        pairs: [{ train: pair.train, eval: pair.eval }],
        verdict: random.below(2) === 0 ? 'retain' : 'remove-examples',
        reason: `round ${made}`,
      });
      if (random.below(8) === 0) {
        const answered = asked.then((decisions) => confirmed.push(decisions[0]!.id)).catch(() => {});
        await delay(random.next() * 6);
        await server.kill();
        await Promise.race([answered, delay(20)]);
        kills++;
        server = await TestServer.start(bench.root);
      } else {
        confirmed.push((await asked)[0]!.id);
      }
      made++;
    }
    await server.kill();
    assert.ok(kills >= 5, `${kills} kills`);
    const lines = readFileSync(join(bench.root, 'decisions.jsonl'), 'utf8').split('\n');
    const kept = new Set<string>();
    for (const line of lines) {
      if (line === '') continue;
      try {
        kept.add(decision.parse(JSON.parse(line)).id);
      } catch {
        // A line that a kill cut off was never confirmed.
      }
    }
    assert.deepEqual(
      confirmed.filter((id) => !kept.has(id)),
      [],
    );
    const again = await TestServer.start(bench.root);
    const { decisions } = await again.ask('decisions', {});
    const ids = new Set(decisions.map(({ id }) => id));
    assert.deepEqual(
      confirmed.filter((id) => !ids.has(id)),
      [],
    );
    await again.kill();
  });
});
