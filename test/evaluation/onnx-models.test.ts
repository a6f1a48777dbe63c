import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend } from '../../server/evaluation/backends/backend.ts';
import { onnxBackend } from '../../server/evaluation/backends/onnx.ts';
import type { ScoreRequest } from '../../server/protocol.ts';
import { ask } from '../oracles/python.ts';
import { MAKING_PYTHON } from '../runner/python.ts';
import { PROJECT } from '../support/bench.ts';
import { answersOf } from './answers.ts';
import { TOKENIZER } from './ngram.ts';
import { requests } from './onnx-requests.ts';
import { evaluationPython } from './python.ts';

type Theirs = { log_likelihoods: number[]; greedy: boolean[] } | { text: string };

/** Every answer beside PyTorch's, which reads each continuation in a row of its own and keeps no cache. */
async function agrees(
  backend: Backend,
  all: readonly ScoreRequest[],
  theirs: readonly Theirs[],
): Promise<void> {
  const answers = await answersOf(backend, all);
  let cut = 0;
  for (const [at, { id }] of all.entries()) {
    const [answer, expected] = [answers.get(id)!, theirs[at]!];
    if ('text' in expected) {
      assert.ok('text' in answer, JSON.stringify(answer));
      assert.equal(answer.text, expected.text, id);
    } else {
      assert.ok('log_likelihoods' in answer, JSON.stringify(answer));
      assert.deepEqual(answer.greedy, expected.greedy);
      for (const [place, sum] of answer.log_likelihoods.entries())
        assert.ok(Math.abs(sum - expected.log_likelihoods[place]!) < 5e-5, `${id}: ${sum}`);
    }
    if (answer.truncated > 0) cut++;
  }
  assert.ok(cut > 0, 'no prompt was beyond the context');
}

describe('a checkpoint exported now', function () {
  this.timeout(2 * MAKING_PYTHON);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heldout-onnx-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function python(): Promise<string | undefined> {
    const oracle = await evaluationPython('torch', 'transformers', 'onnxscript', 'onnxruntime');
    if (!('missing' in oracle)) return oracle.python;
    console.log(`      skipped: ${oracle.missing}`);
    return undefined;
  }

  function run(python: string, ...args: string[]): void {
    const env = { ...process.env, PYTHONPATH: join(PROJECT, 'server/runner') };
    const result = spawnSync(python, args, { encoding: 'utf8', env });
    assert.equal(result.status, 0, result.stderr);
  }

  const oracle = (name: string) => join(PROJECT, 'test/oracles', name);
  const open = (path: string) => onnxBackend(path, { tokenizer: TOKENIZER, hash: async () => 'hash' });

  it('scores and writes as PyTorch does: OPT', async function () {
    const interpreter = await python();
    if (interpreter === undefined) return this.skip();
    const checkpoint = join(folder, 'checkpoint');
    run(interpreter, oracle('tiny_opt.py'), checkpoint, TOKENIZER);
    run(interpreter, '-m', 'heldout_runner.export_onnx', checkpoint, join(folder, 'tiny.onnx'));
    const all = requests();
    const theirs = (await ask<Theirs>(interpreter, 'likelihoods.py', [checkpoint, ...all])).slice(1);
    const backend = await open(join(folder, 'tiny.onnx'));
    await agrees(backend, all, theirs);
    await backend.close();
  });

  it('scores and writes as PyTorch does: Llama, by our graph and as Optimum exports it', async function () {
    const interpreter = await python();
    if (interpreter === undefined) return this.skip();
    const checkpoint = join(folder, 'checkpoint');
    run(interpreter, oracle('tiny_llama.py'), checkpoint, TOKENIZER);
    run(interpreter, '-m', 'heldout_runner.export_onnx', checkpoint, join(folder, 'own', 'tiny.onnx'));
    run(interpreter, oracle('optimum_graph.py'), checkpoint, join(folder, 'optimum'));
    const all = requests();
    const theirs = (await ask<Theirs>(interpreter, 'likelihoods.py', [checkpoint, ...all])).slice(1);
    for (const path of [join(folder, 'own', 'tiny.onnx'), join(folder, 'optimum', 'model.onnx')]) {
      const backend = await open(path);
      await agrees(backend, all, theirs);
      await backend.close();
    }
  });
});
