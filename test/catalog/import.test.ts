import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadBench } from '../../server/bench/bench.ts';
import { Catalog } from '../../server/catalog/catalog.ts';
import { importBench } from '../../server/catalog/import.ts';
import { importAll, inputsOf, records, removeScratch, scratch, write } from './support.ts';

const BENCH = `collections:
  - { name: plain, format: jsonl, path: plain }
  - { name: meta, format: metaicl, path: meta }
`;

function makeBench(): string {
  const root = scratch();
  write(root, 'heldout.yaml', BENCH);
  write(root, 'plain/a_train.jsonl', records('a', 3));
  write(root, 'plain/b.jsonl', records('b', 2500));
  write(root, 'meta/one.jsonl', records('x', 2, 'x') + records('y', 3, 'y'));
  write(root, 'meta/two.jsonl', records('x again', 4, 'x'));
  return root;
}

/** Files that were written a while ago, so that their mtime can be trusted. */
function age(root: string): void {
  const before = Date.now() / 1000 - 60;
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !entry.parentPath.includes('.heldout')) {
      utimesSync(join(entry.parentPath, entry.name), before, before);
    }
  }
}

describe('importing a bench', function () {
  // Every decision and file is put on disk; a busy disk takes its time.
  this.timeout(30_000);
  const open: Catalog[] = [];
  const openCatalog = (root: string): Catalog => {
    const catalog = Catalog.open(root);
    open.push(catalog);
    return catalog;
  };
  after(() => {
    for (const catalog of open) catalog.close();
    removeScratch();
  });

  it('finds tasks, counts and examples', async () => {
    const root = makeBench();
    const catalog = openCatalog(root);
    const report = await importAll(root, catalog);
    assert.deepEqual(
      catalog.tasks().map(({ id, examples, files }) => [id, examples, files.length]),
      [
        ['plain/a_train', 3, 1],
        ['plain/b', 2500, 1],
        ['meta/x', 6, 2],
        ['meta/y', 3, 1],
      ],
    );
    const [plain, meta] = report.collections;
    assert.deepEqual([plain!.examples, plain!.read, plain!.files, plain!.filesRead], [2503, 2503, 2, 2]);
    assert.deepEqual([meta!.examples, meta!.tasks, meta!.filesRead], [9, 2, 2]);
    assert.deepEqual(await inputsOf(catalog.read('meta/x', [5, 0, 2])), ['x again 3', 'x 0', 'x again 0']);
    const numbers = [0, 1023, 1024, 2048, 2499];
    assert.deepEqual(
      await inputsOf(catalog.read('plain/b', numbers)),
      numbers.map((number) => `b ${number}`),
    );
    assert.deepEqual(await inputsOf(catalog.iterate('plain/b', { from: 1022, to: 1026 })), [
      'b 1022',
      'b 1023',
      'b 1024',
      'b 1025',
    ]);
    assert.deepEqual(catalog.locate('plain/b', 2499), { file: join(root, 'plain/b.jsonl'), line: 2500 });
    await assert.rejects(inputsOf(catalog.read('meta/y', [3])), /has no example 3: it has 0 to 2/);
  });

  it('does not read unchanged files again', async () => {
    const root = makeBench();
    age(root);
    const catalog = openCatalog(root);
    await importAll(root, catalog);
    const again = await importAll(root, catalog);
    assert.deepEqual(
      again.collections.map(({ filesRead, examples }) => [filesRead, examples]),
      [
        [0, 2503],
        [0, 9],
      ],
    );
    const hash = catalog.taskHash('plain/b');
    // Touched, not changed: its content is compared, not read as records.
    utimesSync(join(root, 'plain/b.jsonl'), new Date(), new Date());
    await assert.rejects(
      inputsOf(catalog.read('plain/b', [0])),
      /changed since it was imported: import again/,
    );
    const touched = await importAll(root, catalog);
    assert.equal(touched.collections[0]!.filesRead, 0);
    assert.equal(catalog.taskHash('plain/b'), hash);
    assert.deepEqual(await inputsOf(catalog.read('plain/b', [7])), ['b 7']);
  });

  it('gives no record of a file that is edited while it is read as whole', async () => {
    const root = makeBench();
    age(root);
    const catalog = openCatalog(root);
    await importAll(root, catalog);
    const reading = catalog.read('plain/b', [0, 1]);
    await reading.next();
    utimesSync(join(root, 'plain/b.jsonl'), new Date(), new Date());
    await assert.rejects(inputsOf(reading), /changed since it was imported: import again/);
  });

  it('told which files changed looks at those alone, and at a whole collection where one came or went', async () => {
    const root = makeBench();
    age(root);
    const catalog = openCatalog(root);
    await importAll(root, catalog);
    const [a, b, c] = ['a_train', 'b', 'c'].map((name) => join(root, `plain/${name}.jsonl`)) as [
      string,
      string,
      string,
    ];
    const read = async (...changed: string[]) => {
      const options = { signal: new AbortController().signal, onStep: () => {}, changed };
      const report = await importBench(loadBench(root), catalog, options);
      return report.collections.map(({ filesRead, examples }) => [filesRead, examples]);
    };
    writeFileSync(a, records('a again', 4));
    writeFileSync(b, records('b again', 5));
    assert.deepEqual(await read(a), [
      [1, 2504],
      [0, 9],
    ]);
    assert.deepEqual(await inputsOf(catalog.read('plain/a_train', [3])), ['a again 3']);
    writeFileSync(c, records('c', 2));
    // The one that was changed unnoticed is found with it; the one just read may have changed again and is compared.
    assert.deepEqual(await read(c), [
      [2, 11],
      [0, 9],
    ]);
    rmSync(c);
    assert.deepEqual((await read(c))[0], [0, 9]);
    assert.equal(catalog.task('plain/c'), undefined);
  });

  it('notices a change of the same size within the same mtime', async () => {
    const root = makeBench();
    const catalog = openCatalog(root);
    const file = join(root, 'plain/b.jsonl');
    await importAll(root, catalog);
    const { mtime, atime } = statSync(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"b 0"', '"c 0"'));
    utimesSync(file, atime, mtime);
    const report = await importAll(root, catalog);
    assert.equal(report.collections[0]!.filesRead, 1);
    assert.deepEqual(await inputsOf(catalog.read('plain/b', [0])), ['c 0']);
  });

  it('replaces only what changed, appeared, went or was renamed', async () => {
    const root = makeBench();
    age(root);
    const catalog = openCatalog(root);
    await importAll(root, catalog);
    const hashes = new Map(catalog.tasks().map(({ id }) => [id, catalog.taskHash(id)]));

    appendFileSync(join(root, 'meta/one.jsonl'), `${records('z', 1, 'z')}not json\n`);
    const edited = await importAll(root, catalog);
    assert.deepEqual(
      edited.collections.map(({ filesRead }) => filesRead),
      [0, 1],
    );
    assert.equal(catalog.task('meta/z')?.examples, 1);
    assert.equal(edited.collections[1]!.read, 11);
    assert.deepEqual(
      catalog.skipped().map(({ collection, line }) => [collection, line]),
      [['meta', 7]],
    );
    assert.notEqual(catalog.taskHash('meta/x'), hashes.get('meta/x'));
    assert.equal(catalog.taskHash('plain/b'), hashes.get('plain/b'));

    write(root, 'plain/sub/c.jsonl', records('c', 1));
    rmSync(join(root, 'meta/one.jsonl'));
    renameSync(join(root, 'plain/b.jsonl'), join(root, 'plain/d.jsonl'));
    const moved = await importAll(root, catalog);
    assert.deepEqual(
      moved.collections.map(({ filesRead }) => filesRead),
      [2, 0],
    );
    assert.deepEqual(
      catalog.tasks().map(({ id, examples }) => [id, examples]),
      [
        ['plain/a_train', 3],
        ['plain/c', 1],
        ['plain/d', 2500],
        ['meta/x', 4],
      ],
    );
    assert.deepEqual(catalog.skipped(), []);
    const left = catalog.db
      .prepare('SELECT (SELECT count(*) FROM facts) AS facts, (SELECT count(*) FROM block) AS blocks')
      .get();
    assert.deepEqual(left, { facts: 4, blocks: 6 });
  });

  it('numbers examples alike whatever order files were imported in', async () => {
    const [atOnce, oneByOne] = [makeBench(), makeBench()];
    const first = openCatalog(atOnce);
    await importAll(atOnce, first);
    const second = openCatalog(oneByOne);
    rmSync(join(oneByOne, 'meta/one.jsonl'));
    await importAll(oneByOne, second);
    write(oneByOne, 'meta/one.jsonl', records('x', 2, 'x') + records('y', 3, 'y'));
    await importAll(oneByOne, second);
    const inputs = await inputsOf(second.iterate('meta/x'));
    assert.deepEqual(inputs, ['x 0', 'x 1', 'x again 0', 'x again 1', 'x again 2', 'x again 3']);
    assert.deepEqual(inputs, await inputsOf(first.iterate('meta/x')));
    assert.deepEqual(second.task('meta/x')!.facts, first.task('meta/x')!.facts);
    assert.equal(second.taskHash('meta/x'), first.taskHash('meta/x'));
  });

  it('joins templates with their records', async () => {
    const root = scratch();
    write(
      root,
      'heldout.yaml',
      'collections:\n  - { name: ps, format: promptsource, path: templates, datasets: hub }\n',
    );
    const template = '{{ input }} ||| {{ output }}';
    write(
      root,
      'templates/colours/templates.yaml',
      `dataset: colours\ntemplates:\n  one: !Template\n    id: one\n    name: asked\n    jinja: "${template}"\n    answer_choices: null\n    reference: ''\n    metadata: !TemplateMetadata\n      original_task: true\n`,
    );
    write(root, 'hub/colours/test.jsonl', records('t', 2));
    write(root, 'hub/colours/train.jsonl', records('r', 3));
    const catalog = openCatalog(root);
    const report = await importAll(root, catalog);
    const task = catalog.task('ps/colours')!;
    assert.equal(report.collections[0]!.templates, 1);
    assert.equal(task.facts.templates[0]!.text, template);
    assert.deepEqual(task.examplesBySplit, { train: 3, dev: 0, test: 2, none: 0 });
    assert.equal(task.trainExamples, 3);
    assert.deepEqual(await inputsOf(catalog.iterate(task.id)), ['r 0', 'r 1', 'r 2', 't 0', 't 1']);
    assert.deepEqual(await inputsOf(catalog.iterate(task.id, { splits: ['test'] })), ['t 0', 't 1']);
    assert.deepEqual(catalog.templateLocation(task, task.facts.templates[0]!), {
      file: join(root, 'templates/colours/templates.yaml'),
      line: 3,
    });
  });

  it('applies include and exclude without reading anything again', async () => {
    const root = makeBench();
    age(root);
    const catalog = openCatalog(root);
    await importAll(root, catalog);
    write(
      root,
      'heldout.yaml',
      BENCH.replace('path: meta', 'path: meta, include: ["x*"]').replace(
        'path: plain',
        'path: plain, exclude: [b]',
      ),
    );
    const report = await importAll(root, catalog);
    assert.deepEqual(
      report.collections.map(({ filesRead, examples, read }) => [filesRead, examples, read]),
      [
        [0, 3, 3],
        [0, 6, 6],
      ],
    );
    assert.deepEqual(
      catalog.tasks().map(({ id }) => id),
      ['plain/a_train', 'meta/x'],
    );
  });

  it('drops a collection that is no longer listed', async () => {
    const root = makeBench();
    const catalog = openCatalog(root);
    await importAll(root, catalog);
    write(root, 'heldout.yaml', 'collections:\n  - { name: meta, format: metaicl, path: meta }\n');
    await importAll(root, catalog);
    assert.deepEqual(catalog.totals(), {
      collections: 1,
      tasks: 2,
      examples: 9,
      templates: 2,
      files: 2,
      bytes: ['one', 'two'].reduce((sum, name) => sum + statSync(join(root, `meta/${name}.jsonl`)).size, 0),
      skipped: 0,
    });
  });

  it('lists what can not be read, and reads it when it can be', async () => {
    const root = makeBench();
    mkdirSync(join(root, 'plain/folder.jsonl'));
    symlinkSync(join(root, 'plain/nowhere.jsonl'), join(root, 'plain/link.jsonl'));
    const packed = gzipSync(records('cut', 5000));
    writeFileSync(join(root, 'plain/cut.jsonl.gz'), packed.subarray(0, packed.length - 200));
    age(root);
    const catalog = openCatalog(root);
    const [plain] = (await importAll(root, catalog)).collections;
    assert.deepEqual(
      plain!.skipped.map(({ file, line }) => [basename(file), line === 0]),
      [
        ['cut.jsonl.gz', false],
        ['folder.jsonl', true],
        ['link.jsonl', true],
      ],
    );
    assert.equal(plain!.read, plain!.examples + plain!.skipped.length);
    assert.ok(catalog.task('plain/cut')!.examples > 1000, 'what came before the cut stays');

    write(root, 'plain/nowhere.jsonl', records('there', 2));
    writeFileSync(join(root, 'plain/cut.jsonl.gz'), packed);
    const [mended] = (await importAll(root, catalog)).collections;
    assert.deepEqual(
      mended!.skipped.map(({ file }) => basename(file)),
      ['folder.jsonl'],
    );
    assert.equal(catalog.task('plain/cut')!.examples, 5000);
    assert.deepEqual(await inputsOf(catalog.read('plain/cut', [4999, 3])), ['cut 4999', 'cut 3']);
  });

  it('goes on where it was stopped', async () => {
    const root = makeBench();
    age(root);
    const catalog = openCatalog(root);
    const controller = new AbortController();
    const { loadBench } = await import('../../server/bench/bench.ts');
    const { importBench } = await import('../../server/catalog/import.ts');
    const stopped = importBench(loadBench(root), catalog, {
      signal: controller.signal,
      onStep: ({ message }) => {
        if (message === 'reading meta') controller.abort(new Error('enough'));
      },
    });
    await assert.rejects(stopped, /enough/);
    assert.deepEqual(
      catalog.tasks().map(({ id }) => id),
      ['plain/a_train', 'plain/b'],
    );
    assert.equal(catalog.importedAt, undefined);
    const report = await importAll(root, catalog);
    assert.deepEqual(
      report.collections.map(({ filesRead }) => filesRead),
      [0, 2],
    );
    assert.ok(catalog.importedAt);
  });

  it('makes a damaged catalogue anew and says so', async () => {
    const root = makeBench();
    const first = Catalog.open(root);
    await importAll(root, first);
    const before = first.tasks().map(({ id, examples }) => [id, examples]);
    first.close();
    writeFileSync(
      join(root, '.heldout/catalog.db'),
      'no database at all, but long enough to be taken for one '.repeat(100),
    );
    const catalog = openCatalog(root);
    assert.match(catalog.problems()[0]!.message, /damaged.*set aside as .*made anew/);
    assert.deepEqual(catalog.tasks(), []);
    await importAll(root, catalog);
    assert.deepEqual(
      catalog.tasks().map(({ id, examples }) => [id, examples]),
      before,
    );
    assert.equal(readdirSync(join(root, '.heldout')).filter((name) => name.includes('damaged')).length, 1);
  });

  it('makes a catalogue of another version anew', async () => {
    const root = makeBench();
    const first = Catalog.open(root);
    await importAll(root, first);
    first.db.pragma('user_version = 9999');
    first.close();
    const catalog = openCatalog(root);
    assert.deepEqual([catalog.tasks(), catalog.problems()], [[], []]);
    assert.equal((await importAll(root, catalog)).collections[0]!.filesRead, 2);
  });

  it('sees what another process imports', async () => {
    const root = makeBench();
    const [here, there] = [openCatalog(root), openCatalog(root)];
    assert.deepEqual(here.tasks(), []);
    const version = here.version();
    await importAll(root, there);
    assert.notEqual(here.version(), version);
    assert.equal(here.tasks().length, 4);
  });
});
