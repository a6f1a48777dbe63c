import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../server/base/problem.ts';
import type { Backend } from '../../server/evaluation/backends/backend.ts';
import { type ProcessOptions, processBackend, stepOf } from '../../server/evaluation/backends/process.ts';
import type { ScoreAnswer, ScoreRequest } from '../../server/protocol.ts';
import { PROJECT } from '../support/bench.ts';
import { NgramModel, TOKENIZER } from './ngram.ts';

describe('the process backend', function () {
  this.timeout(60_000);
  const model = new NgramModel();
  let folder: string;
  let checkpoint: string;
  let options: ProcessOptions;

  before(function () {
    // The stand-in for an interpreter is a shell script.
    if (process.platform === 'win32') return this.skip();
    folder = mkdtempSync(join(tmpdir(), 'heldout-process-'));
    checkpoint = join(folder, 'step-00000120');
    mkdirSync(checkpoint);
    writeFileSync(join(checkpoint, 'config.json'), '{}');
    copyFileSync(TOKENIZER, join(checkpoint, 'tokenizer.json'));
    const python = join(folder, 'python');
    const script = join(PROJECT, 'test/evaluation/scoring-process.ts');
    writeFileSync(python, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
    chmodSync(python, 0o755);
    const job = { batch_tokens: 1024, length: 128, device: 'cpu' as const, precision: 'fp32' as const };
    options = { python, runner: folder, folder: join(folder, 'jobs'), job, hash: async () => 'hash' };
  });
  after(() => {
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  async function answersOf(
    backend: Backend,
    requests: readonly ScoreRequest[],
    signal = new AbortController().signal,
  ): Promise<ScoreAnswer[]> {
    const answers: ScoreAnswer[] = [];
    const given = (async function* () {
      yield* requests;
    })();
    for await (const answer of backend.run(given, signal)) answers.push(answer);
    return answers;
  }
  const ranking = (id: string): ScoreRequest => ({
    id,
    kind: 'rank',
    prefix: `Well ${id}:`,
    continuations: [' dry', ' wet'],
  });

  it('writes the job, follows the scores, and takes the folder away', async () => {
    const backend = await processBackend(checkpoint, options);
    assert.equal(backend.checkpoint.step, 120);
    const asked = Array.from({ length: 50 }, (_, at) => ranking(String(at)));
    const failing: ScoreRequest = { id: 'f', kind: 'generate', prefix: 'This fails', max_tokens: 4 };
    const answers = await answersOf(backend, [...asked, failing]);
    assert.equal(answers.length, 51);
    const third = answers.find(({ id }) => id === '3')!;
    assert.ok('log_likelihoods' in third);
    assert.equal(third.log_likelihoods[1], model.sum('Well 3:', ' wet'));
    assert.deepEqual(
      answers.find(({ id }) => id === 'f'),
      { id: 'f', error: 'no room' },
    );
    assert.deepEqual(readdirSync(options.folder), []);
    assert.deepEqual(await answersOf(backend, []), []);
  });

  it('takes over what the runner answered in a folder whose reader was killed', async () => {
    const asked = Array.from({ length: 6 }, (_, at) => ranking(String(at)));
    const job = {
      version: 1,
      checkpoint,
      tokenizer: join(checkpoint, 'tokenizer.json'),
      ...options.job,
      special_tokens: true,
    };
    const leave = (name: string, about: object, sums: number[]) => {
      const left = join(options.folder, name);
      mkdirSync(left, { recursive: true });
      writeFileSync(join(left, 'evaluate.json'), `${JSON.stringify(about)}\n`);
      // Its numbers were others.
      const lines = asked.map((one) => JSON.stringify({ ...one, id: `then-${one.id}` }));
      writeFileSync(join(left, 'requests.jsonl'), `${lines.join('\n')}\n`);
      const answer = (at: number) =>
        JSON.stringify({ id: `then-${at}`, log_likelihoods: sums, tokens: [1, 1], truncated: 0 });
      const failed = JSON.stringify({ id: 'then-2', error: 'out of memory' });
      writeFileSync(
        join(left, 'scores.jsonl'),
        `${answer(0)}\n${answer(1)}\n${failed}\n${answer(3).slice(0, 20)}`,
      );
    };
    // The same weights as they stood elsewhere: an exported checkpoint never lies in the same folder twice.
    const exported = join(folder, 'exported');
    const moved = { ...job, checkpoint: exported, tokenizer: join(exported, 'tokenizer.json') };
    leave('score-hash-killed', moved, [-7, -8]);
    leave('score-hash-others', { ...job, length: 64 }, [-1, -1]);
    leave('score-other', job, [-2, -2]);
    const answers = new Map(
      (await answersOf(await processBackend(checkpoint, options), asked)).map((one) => [one.id, one]),
    );
    assert.equal(answers.size, 6);
    for (const { id } of asked) {
      const answer = answers.get(id)!;
      const own = [' dry', ' wet'].map((text) => model.sum(`Well ${id}:`, text));
      assert.ok('log_likelihoods' in answer);
      assert.deepEqual(answer.log_likelihoods, id < '2' ? [-7, -8] : own, id);
    }
    assert.deepEqual(readdirSync(options.folder), ['score-other']);
    rmSync(join(options.folder, 'score-other'), { recursive: true });
  });

  it('tells whole lines of what the runner says, however they come', async () => {
    const lines: string[] = [];
    const noisy = { ...options, onLine: (line: string) => void lines.push(line) };
    writeFileSync(join(checkpoint, 'noisy'), '');
    await answersOf(await processBackend(checkpoint, noisy), [ranking('a')]);
    rmSync(join(checkpoint, 'noisy'));
    assert.deepEqual(lines, ['reading weights: größer', 'done']);
  });

  it('says why the runner gave up, or that there is no interpreter', async () => {
    const backend = await processBackend(checkpoint, options);
    writeFileSync(join(checkpoint, 'broken'), '');
    await assert.rejects(answersOf(backend, [ranking('a')]), /the weights lack a layer; save it again/);
    rmSync(join(checkpoint, 'broken'));
    const none = await processBackend(checkpoint, { ...options, python: join(folder, 'no-python') });
    await assert.rejects(answersOf(none, [ranking('a')]), /could not be started.*runner doctor/);
    const check = () => Promise.reject(new InputError('has no torch'));
    const lacking = await processBackend(checkpoint, { ...options, check });
    await assert.rejects(answersOf(lacking, [ranking('a')]), /^has no torch$/);
  });

  it('refuses what is no checkpoint', async () => {
    await assert.rejects(
      processBackend(join(folder, 'nowhere'), options),
      /not a checkpoint: there is no such folder/,
    );
    await assert.rejects(processBackend(options.folder, options), /it has no config.json/);
    assert.equal(stepOf('/runs/final'), null);
  });

  it('ends the process when it is stopped', async () => {
    const backend = await processBackend(checkpoint, options);
    const controller = new AbortController();
    const asked = Array.from({ length: 5000 }, (_, at) => ranking(String(at)));
    const given = (async function* () {
      yield* asked;
    })();
    let answered = 0;
    await assert.rejects(async () => {
      for await (const _ of backend.run(given, controller.signal)) {
        if (answered++ === 0) controller.abort(new Error('stopped by hand'));
      }
    }, /stopped by hand/);
    assert.deepEqual(readdirSync(options.folder), []);
  });
});
