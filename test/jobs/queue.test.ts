import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { InputError } from '../../server/base/problem.ts';
import { Claims } from '../../server/jobs/machine/claims.ts';
import { parseGpus } from '../../server/jobs/machine/gpus.ts';
import { checkThereAre, cpuJobs, setCpuJobs, Turn } from '../../server/jobs/machine/queue.ts';
import { PROJECT } from '../support/bench.ts';
import { ownQueue } from './support.ts';

const QUEUE = JSON.stringify(join(PROJECT, 'server/jobs/machine/queue.ts'));
const CLAIMS = JSON.stringify(join(PROJECT, 'server/jobs/machine/claims.ts'));

/** A process that runs some TypeScript; what it prints. */
function running(script: string): { pid: number; ended: Promise<string> } {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (data) => (said += data));
  return { pid: child.pid!, ended: new Promise((resolve) => child.on('close', () => resolve(said))) };
}

describe('the queue of a machine', function () {
  this.timeout(120_000);
  let folder: string;
  let restoreQueue: () => void;

  beforeEach(() => {
    restoreQueue = ownQueue();
    folder = mkdtempSync(join(tmpdir(), 'heldout-queue-'));
  });
  afterEach(() => {
    restoreQueue();
    rmSync(folder, { recursive: true });
  });

  it('never lets more run than may, whoever comes at the same time and is killed meanwhile', async () => {
    const log = join(folder, 'log');
    writeFileSync(log, '');
    const script = (name: string, rounds: number) => `
      import { appendFileSync } from 'node:fs';
      import { Turn } from ${QUEUE};
      for (let round = 0; round < ${rounds}; round++) {
        const turn = new Turn({ id: '${name}', folder: '/', gpus: 0 });
        await turn.come(new AbortController().signal, () => {});
        appendFileSync(${JSON.stringify(log)}, 'in\\n');
        if (round === 2 && ${JSON.stringify(name)} === 'killed') {
          appendFileSync(${JSON.stringify(log)}, 'out\\n');
          process.kill(process.pid, 'SIGKILL');
        }
        await new Promise((go) => setTimeout(go, 5));
        appendFileSync(${JSON.stringify(log)}, 'out\\n');
        turn.leave();
      }
    `;
    setCpuJobs(2);
    assert.equal(cpuJobs(), 2);
    await Promise.all(['a', 'b', 'c', 'killed'].map((name) => running(script(name, 8)).ended));
    let inside = 0;
    let most = 0;
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    for (const line of lines) {
      inside += line === 'in' ? 1 : -1;
      most = Math.max(most, inside);
    }
    assert.equal(lines.length, 2 * (3 * 8 + 3));
    assert.equal(inside, 0);
    assert.equal(most, 2);
  });

  it('gives a lock to one of those that ask, and to the next when it is gone', async () => {
    const locks = JSON.stringify(join(folder, 'lock'));
    const script = `
      import type { InputError } from '../../server/base/problem.ts';
import { Claims } from ${CLAIMS};
      const claim = new Claims(${locks}).lock();
      console.log(claim ? 'held' : 'busy');
      await new Promise((go) => setTimeout(go, 1500));
    `;
    const said = await Promise.all([1, 2, 3, 4].map(() => running(script).ended));
    const held = said.filter((word) => word === 'held\n').length;
    // Who ask at the very same time may all go away empty-handed; two never have it.
    assert.ok(held <= 1, said.join());
    const claims = new Claims(join(folder, 'lock'));
    const own = claims.lock('mine');
    assert.ok(own);
    assert.equal(claims.lock(), undefined);
    own.release();
    assert.ok(claims.lock());
  });

  it('counts those of other machines while they give a sign of life', () => {
    const claims = new Claims(join(folder, 'shared'));
    const own = claims.make('there');
    const file = join(claims.folder, String(own.number));
    const { by, content } = JSON.parse(readFileSync(file, 'utf8')) as { by: object; content: string };
    writeFileSync(file, JSON.stringify({ by: { ...by, host: 'another', boot: 'its own' }, content }));
    assert.equal(claims.last()?.life, 'alive');
    assert.equal(claims.lock(), undefined);
    const silent = new Date(Date.now() - 5 * 60_000);
    utimesSync(file, silent, silent);
    assert.equal(claims.last()?.life, 'dead');
    assert.ok(claims.lock());
  });

  it('says which file to mend when its limit is damaged', () => {
    setCpuJobs(3);
    const state = join(process.env.XDG_STATE_HOME!, 'heldout');
    const file = join(state, readdirSync(state)[0]!, 'limits.json');
    writeFileSync(file, '{"cpu_jobs": "many"}');
    assert.throws(
      cpuJobs,
      (error: InputError) => error.file === file && /should be \{"cpu_jobs": N\}/.test(error.message),
    );
  });
});

describe('GPUs of a machine', function () {
  this.timeout(120_000);
  let folder: string;
  let before: string | undefined;
  let restoreQueue: () => void;

  /** A program in the place of nvidia-smi: no machine of the tests has GPUs. It prints as the real one does. */
  const pretend = (lines: string) => {
    const file = join(folder, 'nvidia-smi');
    writeFileSync(file, `#!/bin/sh\ncat <<'END'\n${lines}\nEND\n`);
    chmodSync(file, 0o755);
  };

  beforeEach(() => {
    restoreQueue = ownQueue();
    folder = mkdtempSync(join(tmpdir(), 'heldout-gpus-'));
    before = process.env.PATH;
    process.env.PATH = `${folder}${delimiter}${before}`;
  });
  afterEach(() => {
    process.env.PATH = before;
    restoreQueue();
    rmSync(folder, { recursive: true });
  });

  it('are read as nvidia-smi prints them, those that a person hides left out', () => {
    const text = '0, NVIDIA H100 80GB HBM3, 4, 81559\n1, NVIDIA H100 80GB HBM3, 70000, 81559\n\n';
    assert.deepEqual(parseGpus(text), [
      { index: 0, name: 'NVIDIA H100 80GB HBM3', usedMegabytes: 4, totalMegabytes: 81559 },
      { index: 1, name: 'NVIDIA H100 80GB HBM3', usedMegabytes: 70000, totalMegabytes: 81559 },
    ]);
    process.env.CUDA_VISIBLE_DEVICES = '1';
    try {
      assert.deepEqual(
        parseGpus(text).map(({ index }) => index),
        [1],
      );
    } finally {
      delete process.env.CUDA_VISIBLE_DEVICES;
    }
  });

  it('go to whoever came first: free ones only, each to one job, and nobody is passed by', async () => {
    pretend('0, A, 0, 1000\n1, A, 900, 1000\n2, A, 10, 1000\n3, A, 0, 1000');
    const signal = new AbortController().signal;
    const turn = (gpus: number) => new Turn({ id: `${gpus}`, folder, gpus });
    const first = turn(2);
    assert.deepEqual(await first.come(signal, () => {}), [0, 3]);

    const waited: string[] = [];
    const second = turn(2);
    const third = turn(1);
    const seconds = second.come(signal, (reason) => waited.push(`second ${reason}`));
    await new Promise((go) => setTimeout(go, 300));
    const thirds = third.come(signal, (reason) => waited.push(`third ${reason}`));
    await new Promise((go) => setTimeout(go, 300));
    // One is free and would do for the third, which came later.
    assert.deepEqual(waited, ['second waits for 2 GPUs: 1 free', 'third waits for 1 job before it']);
    first.leave();
    assert.deepEqual(await seconds, [0, 3]);
    assert.deepEqual(await thirds, [2]);
    second.leave();
    third.leave();
  });

  it('that are not there are not waited for', async () => {
    pretend('0, A, 900, 1000');
    await checkThereAre(1);
    await assert.rejects(checkThereAre(2), /^2 GPUs asked for, but this machine has 1: ask for fewer/);
    process.env.PATH = folder;
    rmSync(join(folder, 'nvidia-smi'));
    await assert.rejects(
      checkThereAre(1),
      /1 GPU asked for, but no GPU is here \(no nvidia-smi on the PATH\)/,
    );
  });
});
