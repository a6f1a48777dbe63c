import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placeAt } from '../../server/service/run-specs/place.ts';
import { sampleBench } from '../support/bench.ts';
import { TestServer } from './server.ts';

const SPEC = `preset: opt-125m
model: { shape: { hidden: 32, layers: 2, heads: 2 } }
tokenizer: data/tokenizer.json
steps: 10
launch:
  slurm:
    partition: gpu
`;

interface Item {
  label: string;
}
interface Lens {
  command: { title: string; command: string; arguments: unknown[] };
}

describe('a run spec in an editor', function () {
  this.timeout(60_000);
  let bench: ReturnType<typeof sampleBench>;
  let server: TestServer;
  let file: string;

  before(async () => {
    bench = sampleBench();
    file = join(bench.root, 'try.run.yaml');
    server = await TestServer.start(bench.root);
    await server.ask('import', {});
  });
  after(async () => {
    await server.kill();
    bench.remove();
  });

  const labels = async (uri: string, text: string, before: string): Promise<string[]> => {
    const lines = text.slice(0, text.indexOf(before) + before.length).split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)!.length };
    return ((await server.request('completion', uri, { position })) as Item[]).map(({ label }) => label);
  };

  it('has its faults as it is typed, at the words that they stand at', async () => {
    const uri = await server.show(file, `${SPEC}stepz: 3\n`);
    const [fault] = await server.until(uri, (found) => found.length > 0);
    assert.deepEqual(fault, { line: 8, message: 'unknown key "stepz": did you mean "steps"?' });
    const { range } = server.published.get(uri)![0]!;
    assert.deepEqual([range.start.character, range.end.character], [0, 5]);
    await server.show(file, SPEC.replace('steps: 10', 'micro_batch: 3'));
    const [other] = await server.until(uri, ([first]) => first?.line === 4 || first?.line === 1);
    assert.match(
      other!.message,
      /a batch of 256 is not divisible by micro_batch × devices \(3 × 1 = 3\): 255 or 258 is/u,
    );
    await server.show(file, SPEC);
    await server.until(uri, (found) => found.length === 0);
  });

  it('offers to train, to train on Slurm, and an estimate', async () => {
    const uri = await server.show(file, SPEC);
    const lenses = (await server.request('codeLens', uri)) as Lens[];
    assert.deepEqual(
      lenses.map(({ command }) => [command.title, command.command, command.arguments]),
      [
        ['Train', 'heldout.train', [file]],
        ['Train on Slurm', 'heldout.trainOnSlurm', [file]],
        ['Estimate', 'heldout.estimate', [file]],
      ],
    );
  });

  it('completes what is said of the evaluation of checkpoints', async () => {
    const text = 'evaluation:\n  every_checkpoint: t\n  l\n';
    const uri = await server.show(file, text);
    assert.deepEqual(await labels(uri, text, '\n  l'), ['every_checkpoint', 'tasks', 'shots', 'limit']);
    assert.deepEqual(await labels(uri, text, 'every_checkpoint: t'), ['true', 'false']);
  });

  it('completes keys and words where they may stand', async () => {
    const text = 'preset: \nprecision: b\nlaunch:\n  slurm:\n    p\nmodel: { shape: { hidden: 3, l } }\ns\n';
    const uri = await server.show(file, text);
    assert.deepEqual((await labels(uri, text, 'preset: ')).slice(0, 2), ['opt-125m', 'opt-1.3b']);
    assert.deepEqual(await labels(uri, text, 'precision: b'), ['bf16', 'fp16', 'fp32']);
    assert.ok((await labels(uri, text, '    p')).includes('partition'));
    assert.deepEqual(await labels(uri, text, 'hidden: 3, l'), [
      'hidden',
      'layers',
      'heads',
      'ffn',
      'vocabulary',
      'positions',
    ]);
    const top = await labels(uri, text, 'l } }\ns');
    assert.ok(top.includes('steps') && top.includes('seed') && !top.includes('partition'));
  });

  it('tells what a key means, and what it stands for with preset and defaults', async () => {
    const uri = await server.show(file, SPEC);
    const at = async (line: number, character: number) =>
      (
        (await server.request('hover', uri, { position: { line, character } })) as {
          contents: { value: string };
        } | null
      )?.contents.value;
    assert.match((await at(0, 2))!, /paper’s numbers.*\n\n`steps: 10, batch: 256, learning_rate: 0.00005/su);
    assert.match((await at(3, 1))!, /^Updates of the weights\n\n`steps: 10`$/u);
    assert.match((await at(6, 6))!, /^Where the job waits/u);
    assert.match((await at(4, 1))!, /\n\n`slurm: 1 GPU`$/u);
    assert.match((await at(1, 20))!, /^Width of the model\n\n`model.shape.hidden: 32`$/u);
    assert.equal(await at(7, 0), undefined);
  });

  it('estimates from the text in the editor, and writes a first spec that has no fault', async () => {
    await server.show(
      file,
      SPEC.replace('steps: 10', 'steps: 25').replace(/launch:.*/su, 'device: cpu\nlength: 256\n'),
    );
    const estimate = await server.ask('estimate', { spec: file });
    assert.deepEqual([estimate.steps, estimate.devices, estimate.device], [25, 1, 'cpu']);
    assert.equal(estimate.time.basis, 'assumed');
    const first = join(bench.root, 'first.run.yaml');
    const tokenizer = join(bench.root, 'data/tokenizer.json');
    assert.equal(
      await server.ask('newRunSpec', { file: first, model: { shape: 'opt-125m' }, tokenizer }),
      first,
    );
    const text = readFileSync(first, 'utf8');
    assert.match(text, /^tokenizer: data\/tokenizer\.json$/mu);
    const uri = await server.show(first, `${text}stepz: 1\n`);
    assert.equal((await server.until(uri, (found) => found.length > 0)).length, 1);
    await server.show(first, text);
    await server.until(uri, (found) => found.length === 0);
    await assert.rejects(
      server.ask('newRunSpec', { file: first, model: { shape: 'opt-125m' } }),
      /is there already/u,
    );
    assert.deepEqual(
      (await server.ask('runSpecs', {})).sort(),
      [first, join(bench.root, 'tiny.run.yaml')].sort(),
    );
  });

  it('runs nothing in a folder that is not trusted', async () => {
    const other = await TestServer.start(bench.root, { trusted: false });
    await assert.rejects(other.ask('train', { spec: file }), /not trusted/u);
    await assert.rejects(other.ask('runnerDoctor', {}), /not trusted/u);
    await assert.rejects(other.ask('runnerSetup', {}), /not trusted/u);
    assert.ok(!existsSync(join(bench.root, '.heldout/jobs')));
    await other.kill();
  });
});

describe('the place of a cursor in a run spec', () => {
  const at = (text: string) => {
    const offset = text.indexOf('¦');
    return placeAt(text.replace('¦', ''), offset);
  };

  it('is read off indentation and brackets', () => {
    assert.deepEqual(at('ste¦'), { path: [], key: undefined, begun: 'ste' });
    assert.deepEqual(at('steps: 4¦'), { path: [], key: 'steps', begun: '4' });
    assert.deepEqual(at('lora:\n  rank: 4\n  ¦'), { path: ['lora'], key: undefined, begun: '' });
    assert.deepEqual(at('launch:\n  slurm:\n    # where\n    partition: a\n    ti¦'), {
      path: ['launch', 'slurm'],
      key: undefined,
      begun: 'ti',
    });
    assert.deepEqual(at('lora: { rank: 4 }\ncheckpoint: { every: 2, ¦'), {
      path: ['checkpoint'],
      key: undefined,
      begun: '',
    });
    assert.deepEqual(at('model: { shape: op¦ }'), { path: ['model'], key: 'shape', begun: 'op' });
    assert.equal(at('steps: 4 # no¦'), undefined);
  });
});
