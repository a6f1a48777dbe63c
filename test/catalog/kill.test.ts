import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Catalog } from '../../server/catalog/catalog.ts';
import { DecisionLog } from '../../server/catalog/decision-log.ts';
import { decision } from '../../server/protocol.ts';
import { importAll, inputsOf, records, removeScratch, scratch, write } from './support.ts';

const SERVER = join(import.meta.dirname, '../../server');

/** Runs a module's text in a process of its own; it finds the server's folder in SERVER, the bench's in BENCH. */
function child(text: string, bench: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '--eval', text], {
    env: { ...process.env, SERVER, BENCH: bench },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const ended = (process_: ChildProcess) =>
  new Promise<void>((resolve) => process_.once('close', () => resolve()));

describe('killed at random moments', function () {
  this.timeout(120_000);
  after(removeScratch);

  it('an import leaves whole files only, and the next one goes on', async () => {
    const root = scratch();
    write(root, 'heldout.yaml', 'collections:\n  - { name: c, format: jsonl, path: data }\n');
    const files = 60;
    const count = 3000;
    for (let file = 0; file < files; file++) write(root, `data/f${file}.jsonl`, records(`f${file}`, count));
    const program = `
      const server = process.env.SERVER;
      const { Catalog } = await import(server + '/catalog/catalog.ts');
      const { importBench } = await import(server + '/catalog/import.ts');
      const { loadBench } = await import(server + '/bench/bench.ts');
      const catalog = Catalog.open(process.env.BENCH);
      process.stdout.write('open');
      await importBench(loadBench(process.env.BENCH), catalog, { signal: new AbortController().signal, onStep() {} });
    `;
    let before = 0;
    let stoppedHalfWay = 0;
    for (let round = 0; round < 6; round++) {
      const importing = child(program, root);
      const end = ended(importing);
      await new Promise((resolve) => importing.stdout!.once('data', resolve));
      await wait(20 + Math.random() * 150);
      importing.kill('SIGKILL');
      await end;
      const catalog = Catalog.open(root);
      assert.deepEqual(catalog.problems(), []);
      const tasks = catalog.tasks();
      assert.ok(tasks.every(({ examples }) => examples === count));
      assert.ok(tasks.length >= before, 'what was imported stays');
      if (tasks.length > 0 && tasks.length < files) stoppedHalfWay++;
      before = tasks.length;
      catalog.close();
    }
    console.log(`      stopped half-way ${stoppedHalfWay} times of 6, ${before} of ${files} files in`);
    const catalog = Catalog.open(root);
    const report = await importAll(root, catalog);
    assert.equal(report.collections[0]!.examples, files * count);
    assert.deepEqual(await inputsOf(catalog.read('c/f59', [0, count - 1])), ['f59 0', `f59 ${count - 1}`]);
    catalog.close();
  });

  it('a reviewer loses no decision that was confirmed', async () => {
    const root = scratch();
    const path = join(root, 'decisions.jsonl');
    const program = `
      const { writeSync } = await import('node:fs');
      const { DecisionLog } = await import(process.env.SERVER + '/catalog/decision-log.ts');
      const log = DecisionLog.open(process.env.BENCH + '/decisions.jsonl');
      for (let made = 0; made < 100; made++) {
        const drafts = Array.from({ length: made % 10 === 0 ? 5 : 1 }, (_, place) => ({
          subject: { kind: 'pair', train: process.pid + '/' + made, eval: 'e/' + place },
          verdict: 'retain', reason: 'a reason long enough to be cut '.repeat(20), evidence: '',
        }));
        for (const { id } of log.append(drafts, 'Ann')) writeSync(1, id + '\\n');
      }
    `;
    const confirmed: string[] = [];
    for (let round = 0; round < 8; round++) {
      const deciding = child(program, root);
      const end = ended(deciding);
      let text = '';
      deciding.stdout!.on('data', (chunk: Buffer) => (text += chunk.toString()));
      await new Promise((resolve) => deciding.stdout!.once('data', resolve));
      await wait(Math.random() * 60);
      deciding.kill('SIGKILL');
      await end;
      // The last id may have been cut on its way here; a whole line was confirmed.
      confirmed.push(...text.split('\n').slice(0, -1));
      // A kill seldom cuts a line, a power cut may.
      if (round % 3 === 1) appendFileSync(path, '{"id":"cut');
    }
    const log = DecisionLog.open(path);
    const there = new Set(log.all().map(({ id }) => id));
    assert.ok(confirmed.length > 0);
    assert.deepEqual(
      confirmed.filter((id) => !there.has(id)),
      [],
    );
    const bad = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !isDecision(line));
    assert.equal(log.problems().length, bad.length);
    assert.ok(
      bad.every((line) => line.length < 900),
      'only cut lines are bad',
    );
    console.log(`      ${confirmed.length} confirmed, ${there.size} there, ${bad.length} cut lines`);
  });
});

function isDecision(line: string): boolean {
  try {
    return decision.safeParse(JSON.parse(line)).success;
  } catch {
    return false;
  }
}
