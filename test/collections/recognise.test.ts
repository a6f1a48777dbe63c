import assert from 'node:assert/strict';
import { join } from 'node:path';
import { recogniseFolder } from '../../server/collections/recognise.ts';
import { Folder } from './support.ts';

describe('recogniseFolder', function () {
  this.timeout(30_000);

  it('tells every format of the samples, and where the records of PromptSource lie', async () => {
    const found = await recogniseFolder(join(import.meta.dirname, '../../samples/data'));
    const formats = Object.fromEntries(found.map(({ path, format }) => [path, format]));
    assert.deepEqual(formats, {
      bbh: 'bbh',
      crossfit: 'crossfit',
      exmix: 'seqio',
      flan: 'flan-templates',
      'flan-cot': 'flan-cot',
      'flan-rendered': 'jsonl',
      gsm8k: 'gsm8k',
      herbarium: 'parquet',
      metaicl: 'metaicl',
      mmlu: 'mmlu',
      'natural-instructions': 'natural-instructions',
      parlai: 'parlai',
      pretraining: 'pretraining',
      promptsource: 'promptsource',
      quiz: 'jsonl',
      raft: 'raft',
      't0-rendered': 'prompt-completion',
      unifiedskg: 'unifiedskg',
    });
    assert.equal(found.find(({ path }) => path === 'promptsource')!.datasets, 'hf');
    assert.deepEqual(found.find(({ path }) => path === 'flan-rendered')!.fields, {
      input: 'inputs',
      target: 'targets',
      task: 'task',
    });
  });

  it('proposes nothing for notes, settings, answers and tables that say nothing', async () => {
    using folder = new Folder({
      'README.md': '# notes',
      LICENSE: 'text',
      'config.yaml': 'a: 1\n',
      'package.json': '{"name": "x"}',
      'table.csv': 'a,b\n1,2\n',
      'truth/answers.jsonl': '{"text": "x"}\n',
      'docs/list.txt': 'x',
    });
    assert.deepEqual(await recogniseFolder(folder.root), []);
    assert.deepEqual(await recogniseFolder(join(folder.root, 'none')), []);
  });

  it('sees a small collection beside a large one', async () => {
    const many = Array.from({ length: 50 }, (_, at) => [
      `sni/task${at}.json`,
      '{"Definition": "d", "Instances": []}',
    ]);
    using folder = new Folder({ ...Object.fromEntries(many), 'text/z.jsonl': '{"text":"p"}\n' });
    const found = (await recogniseFolder(folder.root)).map(({ path, format }) => [path, format]);
    assert.deepEqual(found, [
      ['sni', 'natural-instructions'],
      ['text', 'pretraining'],
    ]);
  });

  it('takes the topmost folder of one format, or the folder itself', async () => {
    using folder = new Folder({
      'a/one/x.jsonl': '{"prompt":"p","completion":"c"}\n',
      'a/two/y.jsonl': '{"prompt":"p","completion":"c"}\n',
      'b/z.jsonl': '{"text":"p"}\n',
    });
    const places = async (path: string) =>
      (await recogniseFolder(join(folder.root, path))).map((found) => [found.path, found.format]);
    assert.deepEqual(await places('.'), [
      ['a', 'prompt-completion'],
      ['b', 'pretraining'],
    ]);
    assert.deepEqual(await places('b'), [['.', 'pretraining']]);
  });
});
