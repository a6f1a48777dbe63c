import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Catalog } from '../../server/catalog/catalog.ts';
import { importAll, removeScratch, scratch, write } from './support.ts';

const DATA = resolve(import.meta.dirname, '../../../shared/data');

/** The share of the source's bytes that the catalogue takes on disk, its log written back. */
function indexShare(catalog: Catalog): number {
  catalog.db.pragma('wal_checkpoint(TRUNCATE)');
  return statSync(catalog.path).size / catalog.totals().bytes;
}

describe('the size of the index', function () {
  this.timeout(60_000);
  const open: Catalog[] = [];
  after(() => {
    for (const catalog of open) catalog.close();
    removeScratch();
  });

  async function shareOf(root: string): Promise<{ share: number; catalog: Catalog }> {
    const catalog = Catalog.open(root);
    open.push(catalog);
    await importAll(root, catalog);
    const share = indexShare(catalog);
    console.log(`      ${(share * 100).toFixed(2)} % of ${(catalog.totals().bytes / 1e6).toFixed(1)} MB`);
    return { share, catalog };
  }

  it('stays below 5 % on records of about 250 bytes', async () => {
    const root = scratch();
    write(root, 'heldout.yaml', 'collections:\n  - { name: plain, format: jsonl, path: data }\n');
    let seed = 1;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (const name of ['a', 'b', 'c', 'd']) {
      const lines = Array.from({ length: 5000 }, (_, number) => {
        const input = 'x'.repeat(110 + Math.floor(random() * 220));
        return `${JSON.stringify({ input, output: String(number) })}\n`;
      });
      write(root, `data/${name}.jsonl`, lines.join(''));
    }
    const { share, catalog } = await shareOf(root);
    assert.equal(catalog.totals().examples, 20_000);
    assert.ok(share <= 0.05, `${share}`);
  });

  it('stays below 5 % on real collections, each example found again', async function () {
    if (!existsSync(DATA)) {
      console.log(`      skipped: no data in ${DATA}`);
      return this.skip();
    }
    const root = scratch();
    const collections = [
      ['sni', 'natural-instructions', 'natural-instructions'],
      ['promptsource', 'promptsource', 'promptsource'],
      ['t0', 'prompt-completion', 'promptsource-rendered'],
      ['cot', 'flan-cot', 'flan-cot'],
      ['bbh', 'bbh', 'eval/bbh'],
      ['mmlu', 'mmlu', 'eval/mmlu'],
      ['gsm8k', 'gsm8k', 'eval/gsm8k'],
      ['raft', 'raft', 'eval/raft'],
      ['dialogue', 'parlai', 'dialogue'],
      ['pretrain', 'pretraining', 'pretrain'],
    ].map(([name, format, path]) => `  - { name: ${name}, format: ${format}, path: ${join(DATA, path!)} }\n`);
    write(root, 'heldout.yaml', `collections:\n${collections.join('')}`);
    const { share, catalog } = await shareOf(root);
    assert.ok(share <= 0.05, `${share}`);
    for (const task of catalog.tasks()) {
      if (task.examples === 0) continue;
      const numbers = [...new Set([0, Math.floor(task.examples / 2), task.examples - 1])];
      const found: number[] = [];
      for await (const { number } of catalog.read(task.id, numbers)) found.push(number);
      assert.deepEqual(found, numbers, task.id);
    }
  });

  it('2,000 tasks are listed fast', async () => {
    const root = scratch();
    write(root, 'heldout.yaml', 'collections:\n  - { name: many, format: metaicl, path: data }\n');
    for (let file = 0; file < 20; file++) {
      const lines = Array.from({ length: 100 }, (_, task) =>
        JSON.stringify({ task: `task ${file} ${task}`, input: 'in', output: 'out' }),
      );
      write(root, `data/${file}.jsonl`, `${lines.join('\n')}\n`);
    }
    const first = Catalog.open(root);
    await importAll(root, first);
    first.close();
    const catalog = Catalog.open(root);
    open.push(catalog);
    const start = performance.now();
    const listed = catalog.tasks().map(({ id, examples, categories, templates }) => ({
      id,
      examples,
      categories,
      templates,
    }));
    const cold = performance.now() - start;
    assert.equal(listed.length, 2000);
    assert.ok(listed.every(({ examples, templates }) => examples === 1 && templates === 1));
    const unpacking = performance.now();
    assert.ok(catalog.tasks().every(({ facts, name }) => facts.name === name));
    const facts = performance.now() - unpacking;
    console.log(`      listed in ${cold.toFixed(0)} ms, all facts in ${facts.toFixed(0)} ms more`);
  });
});
