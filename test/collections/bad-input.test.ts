import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { listFiles } from '../../server/collections/files.ts';
import { readers } from '../../server/collections/registry.ts';
import type { ReaderOptions, Skip } from '../../server/collections/types.ts';
import { Folder, readBack, recordsOf, scanAll, scanFile } from './support.ts';

const places = (skips: readonly Skip[]) => skips.map(({ line, reason }) => [line, reason] as const);
const row = (inputs: string) => JSON.stringify({ inputs, targets: 't' });

describe('broken lines', () => {
  it('cost themselves alone, with their line', async () => {
    const content = Buffer.concat([
      Buffer.from(`\uFEFF${row('first')}\r\n\r\n{"inputs": \n[1]\n${row('é')}\r\n`),
      Buffer.from('{"inputs":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from(
        `","targets":"t"}\n{"inputs":"no target"}\n{"inputs":"x","targets":3}\n${row('\uFFFD last')}`,
      ),
    ]);
    const { records, skips, examples } = await readBack('seqio', 'a.jsonl', content);
    assert.deepEqual(
      records.map(({ fields }) => fields.inputs),
      ['first', 'é', '\uFFFD last'],
    );
    assert.deepEqual(
      examples.map(({ position }) => position.line),
      [1, 5, 9],
    );
    assert.equal(examples[0]!.position.offset, 3);
    assert.deepEqual(
      skips.map(({ line }) => line),
      [3, 4, 6, 7, 8],
    );
    assert.deepEqual(places(skips).slice(1), [
      [4, 'the record is not a JSON object'],
      [6, 'the text is not valid UTF-8'],
      [7, '"targets" is missing'],
      [8, '"targets" is not text'],
    ]);
  });

  for (const [format, path] of [
    ['seqio', 'a.jsonl'],
    ['mmlu', 'a.csv'],
    ['flan-cot', 'a.tsv'],
    ['natural-instructions', 'a.json'],
    ['bbh', 'a.json'],
    ['parlai', 'a.yml'],
    ['jsonl', 'a.jsonl'],
    ['csv', 'a.csv'],
    ['parquet', 'a.parquet'],
    ['promptsource', 'templates.yaml'],
    ['flan-templates', 'templates.py'],
  ] as const) {
    it(`an empty ${format} file is told as such`, async () => {
      const { examples, skips, tasks } = await readBack(format, path, '');
      assert.equal(examples.length, 0);
      assert.equal(tasks.size, 0);
      assert.equal(skips.length, 1, JSON.stringify(skips));
    });
  }

  it('a file that is not there, or may not be read, is a skip', async () => {
    for (const [format, reader] of readers) {
      const told: Skip[] = [];
      const sink = { task() {}, example() {}, progress() {}, skip: (skip: Skip) => void told.push(skip) };
      const file = { root: '/nonexistent', path: format === 'raft' ? 'x/task.json' : 'x.jsonl', bytes: 1 };
      await reader.scan(file, {}, sink, new AbortController().signal);
      assert.equal(told.length, 1, format);
      assert.equal(told[0]!.line, 0);
    }
  });
});

/** Without it, what is held and what merely waits to be collected can't be told apart. */
const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

describe('long records', () => {
  const options: ReaderOptions = { recordLimit: 4 * 1024 * 1024 };

  it('a line over the limit is skipped with its length, the rest is read', async () => {
    const long = `{"inputs":"${'x'.repeat(50_000_000)}","targets":"t"}`;
    const content = [row('before'), long, row('after')].join('\n');
    using folder = new Folder({ 'a.jsonl': content });
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    const told = await scanFile('seqio', folder.file('a.jsonl'), options);
    collectGarbage();
    assert.ok(process.memoryUsage().arrayBuffers - before < 16e6, 'nothing of the line is held');
    assert.deepEqual(places(told.skips), [
      [2, `the record has ${long.length.toLocaleString('en')} bytes, over the limit of 4,194,304`],
    ]);
    assert.deepEqual(
      (await recordsOf('seqio', told)).map(({ fields }) => fields.inputs),
      ['before', 'after'],
    );
    const unbounded = await scanFile('seqio', folder.file('a.jsonl'));
    assert.equal(unbounded.examples.length, 3);
  });

  it('the same for instances, CSV and acts', async () => {
    const text = 'x'.repeat(9_000_000);
    const instances = ['a', text, 'c'].map((input) => ({ input, output: 'o' }));
    const sni = await readBack(
      'natural-instructions',
      't.json',
      JSON.stringify({ Definition: 'd', Instances: instances }),
      options,
    );
    assert.deepEqual(
      sni.records.map(({ fields }) => fields.input),
      ['a', 'c'],
    );
    assert.equal(sni.skips.length, 1);
    const csv = await readBack('mmlu', 't.csv', `Q,1,2,3,4,A\n"${text}",1,2,3,4,A\nR,1,2,3,4,B\n`, options);
    assert.deepEqual(
      csv.records.map(({ fields }) => fields.question),
      ['Q', 'R'],
    );
    assert.equal(csv.skips.length, 1);
    const acts = ['a', text, 'c'].map((input) => `- - text: ${input}\n    labels:\n    - l\n`).join('');
    const parlai = await readBack('parlai', 't.yml', `acts:\n${acts}`, options);
    assert.deepEqual(
      parlai.records.map(({ fields }) => fields.text),
      ['a', 'c'],
    );
    assert.equal(parlai.skips.length, 1);
  });
});

describe('compressed files that are cut off', () => {
  for (const [ending, compress] of [
    ['gz', gzipSync],
    ['zst', zstdCompressSync],
  ] as const) {
    it(`.${ending}: the records before the cut stay, the cut is told`, async () => {
      const rows = Array.from({ length: 60_000 }, (_, at) => row(String(Math.sin(at))));
      const bytes = compress(Buffer.from(rows.join('\n')));
      const { records, skips } = await readBack(
        'seqio',
        `a.jsonl.${ending}`,
        bytes.subarray(0, bytes.length * 0.8),
      );
      assert.ok(records.length > 10_000 && records.length < 60_000, String(records.length));
      assert.equal(skips.length, 1);
      assert.match(skips[0]!.reason, /can't be read/);
      const noise = await readBack('seqio', `a.jsonl.${ending}`, 'not compressed at all');
      assert.equal(noise.skips.length, 1);
    });
  }
});

describe('broken task files', () => {
  const scan = (text: string) => readBack('natural-instructions', 't.json', text);
  const instance = (input: string) => `{"id": "${input}", "input": "${input}", "output": ["o"]}`;
  const file = (...instances: string[]) =>
    `{"Definition": ["d"],\n"Instances": [\n${instances.join(',\n')}\n],\n"Instance License": ["MIT"]}`;

  const broken: [string, string][] = [
    ['a quote lost in front', '{"id": b", "input": "b", "output": ["o"]}'],
    ['a quote lost behind', '{"id": "b, "input": "b", "output": ["o"]}'],
    ['the last quote lost', '{"id": "b", "input": "b", "output": ["o]}'],
    ['a closing bracket lost', '{"id": "b", "input": "b", "output": ["o"]'],
    ['the list not closed', '{"id": "b", "input": "b", "output": ["o"}'],
    ['a colon lost', '{"id": "b", "input" "b", "output": ["o"]}'],
    ['a comma lost', '{"id": "b" "input": "b", "output": ["o"]}'],
    ['a wrong escape', '{"id": "b", "input": "\\q", "output": ["o"]}'],
    ['a raw newline', '{"id": "b", "input": "b\nb", "output": ["o"]}'],
    ['a word', 'nothing'],
    ['a number for an output', '{"id": "b", "input": "b", "output": [{}]}'],
    ['no input', '{"id": "b", "output": ["o"]}'],
    ['a bracket too many', '{"id": "b", "input": "b", "output": ["o"]]}'],
  ];
  for (const [what, text] of broken) {
    it(`${what}: costs that instance alone`, async () => {
      for (const [list, kept] of [
        [file(instance('a'), text, instance('c'), instance('d')), ['a', 'c', 'd']],
        [file(text, instance('c')), ['c']],
        [file(instance('a'), text), ['a']],
      ] as const) {
        const { records, skips, tasks } = await scan(list);
        assert.deepEqual(
          records.map(({ fields }) => fields.input),
          kept,
          JSON.stringify(skips),
        );
        assert.equal(skips.length, 1, JSON.stringify(skips));
        assert.equal(skips[0]!.line, list.slice(0, list.indexOf(text)).split('\n').length);
        assert.equal(tasks.get('t')!.licence, 'MIT');
      }
    });
  }

  it('a file cut off keeps what came before', async () => {
    const whole = file(instance('a'), instance('b'), instance('c'));
    const { records, skips, tasks } = await scan(whole.slice(0, whole.indexOf('"c"') + 20));
    assert.deepEqual(
      records.map(({ fields }) => fields.input),
      ['a', 'b'],
    );
    assert.equal(skips.length, 1);
    assert.equal(skips[0]!.line, 5);
    assert.equal(tasks.get('t')!.definition, 'd');
  });

  it('commas too many or too few cost nothing', async () => {
    const { records, skips } = await scan(
      `{"Definition":"d","Instances":[,${instance('a')} ${instance('b')},,]}`,
    );
    assert.equal(records.length, 2);
    assert.deepEqual(skips, []);
  });

  it('broken facts are told, and the instances read', async () => {
    const { records, skips } = await scan(
      `{"Definition": [d"], "Source": ["s"], "Instances": [${instance('a')}]}`,
    );
    assert.equal(records.length, 1);
    assert.equal(skips.length, 1);
    const other = await scan('{"some": "other file"}');
    assert.equal(other.tasks.size, 0);
    assert.match(other.skips[0]!.reason, /no "Instances" list/);
    const list = await scan('[1, 2]');
    assert.match(list.skips[0]!.reason, /not a JSON object/);
  });
});

describe('a file that has changed since', () => {
  it('is told instead of read wrongly', async () => {
    using folder = new Folder({
      'a.jsonl': `${row('one')}\n${row('two')}\n`,
      'b.tsv': 'q\ta\tr\nqq\taa\trr\n',
    });
    const told = await scanFile('seqio', folder.file('a.jsonl'));
    folder.write('a.jsonl', `${row('one!')}\n${row('two')}\n`);
    await assert.rejects(recordsOf('seqio', told), /import again/);
    folder.write('a.jsonl', row('one'));
    await assert.rejects(recordsOf('seqio', told), /shorter.*import again/);
    const table = await scanFile('flan-cot', folder.file('b.tsv'));
    folder.write('b.tsv', 'xq\ta\trr\nqq\taa\trr\n');
    await assert.rejects(recordsOf('flan-cot', table), /import again/);
  });
});

describe('listFiles', () => {
  it('walks in order, follows links inside once, and tells what it leaves', async () => {
    using outside = new Folder({ 'x.jsonl': '' });
    using folder = new Folder({
      'b/two.jsonl': '',
      'a.jsonl': '',
      'b.jsonl': '',
      '.hidden/x.jsonl': '',
      'n.txt': '',
    });
    const { root } = folder;
    mkdirSync(join(root, 'folder.jsonl'));
    symlinkSync('..', join(root, 'b/loop'));
    symlinkSync('self', join(root, 'self'));
    symlinkSync('b', join(root, 'again'));
    symlinkSync('.hidden', join(root, 'shown'));
    symlinkSync('a.jsonl', join(root, 'link.jsonl'));
    symlinkSync('nowhere', join(root, 'gone.jsonl'));
    symlinkSync(outside.root, join(root, 'out'));
    symlinkSync(join(outside.root, 'x.jsonl'), join(root, 'out.jsonl'));
    const { files, skips } = await listFiles(root, (path) => path.endsWith('.jsonl'));
    assert.deepEqual(
      files.map(({ path }) => path),
      ['a.jsonl', 'b.jsonl', 'b/two.jsonl', 'link.jsonl', 'shown/x.jsonl'],
    );
    assert.deepEqual(
      skips.map(({ path }) => path),
      ['again', 'b/loop', 'folder.jsonl', 'gone.jsonl', 'out', 'out.jsonl', 'self'],
    );
    assert.equal((await listFiles(join(root, 'none'), () => true)).skips.length, 1);
    assert.equal((await listFiles(join(root, 'a.jsonl'), () => true)).skips.length, 1);
  });

  it('a folder and its broken files come through as skips', async () => {
    using folder = new Folder({ 'good.jsonl': row('a') });
    mkdirSync(join(folder.root, 'bad.jsonl'));
    writeFileSync(join(folder.root, 'worse.jsonl'), '');
    const told = await scanAll('seqio', folder.root);
    assert.equal(told.examples.length, 1);
    assert.deepEqual(
      told.skips.map(({ path }) => path),
      ['bad.jsonl', 'worse.jsonl'],
    );
  });

  it('can be stopped', async () => {
    using folder = new Folder({ 'a.jsonl': row('a') });
    const signal = AbortSignal.abort();
    await assert.rejects(
      listFiles(folder.root, () => true, signal),
      { name: 'AbortError' },
    );
    const sink = { task() {}, example() {}, progress() {}, skip() {} };
    await assert.rejects(readers.get('seqio')!.scan(folder.file('a.jsonl'), {}, sink, signal), {
      name: 'AbortError',
    });
  });
});
