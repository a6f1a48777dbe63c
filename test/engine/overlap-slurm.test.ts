import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { importBench } from '../../server/catalog/import.ts';
import { findOverlap } from '../../server/engine/overlap-run.ts';
import { Session } from '../../server/engine/session.ts';
import { decideTemplates } from '../../server/engine/template-decide.ts';
import { slurmFill } from '../../server/overlap/cluster/fill.ts';
import { PROJECT, quiet, sampleBench } from '../support/bench.ts';
import { startSlurm, type TestSlurm } from '../support/slurm.ts';

const CLI = join(PROJECT, 'server/cli.ts');
const PART_EXAMPLES = 20;
const TRAIN = 'data/t0-rendered/harbour_notices_write_a_title.jsonl';
const EVAL = 'data/gsm8k/test.jsonl';

/** What the catalogue holds of the last run, row by row, but for its times. */
function stored(root: string) {
  const db = new Database(join(root, '.heldout/catalog.db'), { readonly: true });
  const rows = (sql: string) => db.prepare(sql).all();
  try {
    return {
      run: rows('SELECT ngram, threshold, bytes, rule, tasks FROM overlap_run'),
      pairs: rows(
        'SELECT train, eval, figures, evidence, texts, shared FROM overlap_pair ORDER BY train, eval',
      ),
      groups: rows(
        `SELECT train, eval, key, overlap_group.texts, text, words, boilerplate, examples, overlap_group.shared
         FROM overlap_group JOIN overlap_pair ON overlap_pair.id = pair ORDER BY train, eval, overlap_group.rowid`,
      ),
    };
  } finally {
    db.close();
  }
}

describe('overlap of a bench on Slurm', function () {
  this.timeout(300_000);
  let slurm: TestSlurm;
  let here: ReturnType<typeof sampleBench>;
  let there: ReturnType<typeof sampleBench>;
  let local: Session;
  let cluster: Session;
  let said: string[];

  before(async function () {
    slurm = startSlurm();
    if ('missing' in slurm) {
      console.log(`    skipped: ${slurm.missing}`);
      this.skip();
    }
    here = sampleBench();
    local = new Session(here.root, 'Ada <ada@example.org>');
    there = sampleBench();
    cluster = new Session(there.root, 'Ada <ada@example.org>');
    for (const { bench, catalog } of [local, cluster]) await importBench(bench, catalog, quiet());
  });
  beforeEach(() => {
    said = [];
  });
  after(() => {
    if ('stop' in slurm) slurm.stop();
    for (const session of [local, cluster]) session?.close();
    for (const bench of [here, there]) bench?.remove();
  });

  const runFolder = () => join(there.root, '.heldout/overlap/array');
  const scanHere = () => findOverlap(local, { ...quiet(), workers: 1 });
  const scanThere = (ngram?: number) =>
    findOverlap(cluster, {
      ...quiet(),
      ngram,
      elsewhere: {
        partExamples: PART_EXAMPLES,
        fill: slurmFill({
          command: [process.execPath, CLI, 'overlap-task'],
          taskSize: 600,
          say: (line) => said.push(line),
        }),
      },
    });
  const untimed = ({ seconds: _, ...rest }: Awaited<ReturnType<typeof scanHere>>) => rest;

  it('stores and gives what the local scan does, of all templates but those that are left out', async () => {
    const leftOut = cluster.catalog
      .tasks()
      .filter((task) => cluster.placementOf(task.id).side === 'train' && task.templates > 1)
      .map((task) => ({ task: task.id, template: task.facts.templates.at(-1)!.name }));
    assert.ok(leftOut.length > 0);
    for (const session of [local, cluster]) await decideTemplates(session, leftOut, 'alters', 'as a test');
    const expected = await scanHere();
    assert.deepEqual(untimed(await scanThere()), untimed(expected));
    assert.ok(expected.pairs.length >= 5, `${expected.pairs.length}`);
    assert.deepEqual(stored(there.root), stored(here.root));
    assert.match(said.join('\n'), /^Slurm job \d+: \d+ partitions in [2-9] array tasks$/);
    assert.equal(existsSync(runFolder()), false);
    said = [];
    await scanThere();
    assert.deepEqual(said, []);
  });

  it('scans after edits what the local scan does, an array for each index', async () => {
    const line = readFileSync(join(here.root, EVAL), 'utf8').split('\n')[3]!;
    const leak = (JSON.parse(line) as { question: string }).question;
    for (const { root } of [here, there])
      appendFileSync(join(root, TRAIN), `${JSON.stringify({ prompt: leak, completion: 'Nine' })}\n`);
    // Said at once, not by three array tasks.
    await assert.rejects(scanThere(12), /changed since it was imported: import again/);
    assert.deepEqual(said, []);
    for (const { root } of [here, there])
      appendFileSync(join(root, EVAL), `${JSON.stringify({ question: leak, answer: '#### 9' })}\n`);
    const before = stored(there.root);
    for (const session of [local, cluster]) await importBench(session.bench, session.catalog, quiet());
    const expected = await scanHere();
    assert.deepEqual(untimed(await scanThere()), untimed(expected));
    assert.deepEqual(stored(there.root), stored(here.root));
    assert.notDeepEqual(stored(there.root).pairs, before.pairs);
    assert.ok(said.length > 1, said.join('\n'));
  });

  it('by the command: one that was killed finds its array, and prints what the local scan prints', async () => {
    const command = (root: string, ...more: string[]) => [
      CLI,
      'overlap',
      '--bench',
      root,
      '--ngram',
      '8',
      '--json',
      ...more,
    ];
    const slurmArgs = ['--executor', 'slurm', '--part-examples', '400', '--array-limit', '1'];
    const args = command(there.root, ...slurmArgs);
    const killed = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise((resolve) => killed.once('exit', resolve));
    killed.stderr.on('data', (text: Buffer) => {
      if (text.toString().includes('Slurm job')) killed.kill('SIGKILL');
    });
    await ended;
    const [cluster, local] = [args, command(here.root)].map((args) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      return { stderr, report: JSON.parse(stdout) as Awaited<ReturnType<typeof scanHere>> };
    });
    assert.match(cluster!.stderr, /^Slurm job \d+ of an earlier run is still on its way; waiting for it$/m);
    assert.doesNotMatch(cluster!.stderr, /array tasks?$/m);
    assert.deepEqual(untimed(cluster!.report), untimed(local!.report));
    assert.deepEqual(stored(there.root), stored(here.root));
    assert.equal(existsSync(runFolder()), false);
  });
});
