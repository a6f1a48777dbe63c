import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Journal, requestKey } from '../../server/evaluation/journal.ts';
import { PROJECT } from '../support/bench.ts';

const answer = (id: string) => ({ id, log_likelihoods: [-1.5, -2], tokens: [1, 2], truncated: 0 });

describe('the journal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heldout-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps answers, not failures, and drops a last line that was torn', () => {
    const first = Journal.open(folder);
    first.add('a', answer('a'));
    first.add('b', { id: 'b', text: 'yes', tokens: 1, truncated: 3 });
    first.add('c', { id: 'c', error: 'the server failed' });
    first.close();
    appendFileSync(first.path, '{"key":"d","log_likeli');
    const second = Journal.open(folder);
    assert.deepEqual(second.get('a'), answer('a'));
    assert.deepEqual(second.get('b'), { id: 'b', text: 'yes', tokens: 1, truncated: 3 });
    assert.equal(second.get('c'), undefined);
    assert.equal(second.size, 2);
    second.add('d', answer('d'));
    second.close();
    assert.equal(Journal.open(folder).size, 3);
  });

  it('refuses a whole line that is no score, with its number', () => {
    const journal = Journal.open(folder);
    journal.add('a', answer('a'));
    journal.close();
    appendFileSync(journal.path, 'nonsense\n');
    assert.throws(
      () => Journal.open(folder),
      (error: Error) => /journal\.jsonl:2: is no score/.test(String(error)),
    );
  });

  it('knows a request by what it asks', () => {
    const asked = { id: '1', kind: 'rank' as const, prefix: 'x', continuations: [' a', ' b'], group: 'g' };
    const key = requestKey(asked, [2048]);
    assert.equal(requestKey({ ...asked, id: '2', group: 'h' }, [2048]), key);
    assert.notEqual(requestKey({ ...asked, prefix: 'y' }, [2048]), key);
    assert.notEqual(requestKey({ ...asked, continuations: [' b', ' a'] }, [2048]), key);
    assert.notEqual(requestKey(asked, [1024]), key);
  });

  it('survives kill -9: what was on disk is not scored again, and nothing twice', async function () {
    this.timeout(120_000);
    const script = join(PROJECT, 'test/evaluation/journal-writer.ts');
    const path = join(folder, 'journal.jsonl');
    const lines = () => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0);
    const start = () =>
      spawn(process.execPath, [script, folder, '600'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const killed = start();
    killed.stdout.resume();
    while (lines() < 200) await wait(5);
    const ended = new Promise<void>((resolve) => void killed.once('exit', () => resolve()));
    killed.kill('SIGKILL');
    await ended;
    const before = lines();
    assert.ok(before >= 200 && before < 600, String(before));
    appendFileSync(path, '{"key":"torn');
    const again = start();
    let said = '';
    again.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const status = await new Promise((resolve) => void again.once('close', resolve));
    assert.equal(status, 0);
    assert.equal(Number(said), 600 - before);
    const keys = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { key: string }).key);
    assert.equal(keys.length, 600);
    assert.equal(new Set(keys).size, 600);
  });
});
