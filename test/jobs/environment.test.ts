import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentFolder, isMade, pins, pythonIn } from '../../server/jobs/environment/folders.ts';
import { checkInterpreter, chooseInterpreter } from '../../server/jobs/environment/interpreter.ts';
import { onPath, outputOf } from '../../server/jobs/environment/programs.ts';
import { setUpRunner } from '../../server/jobs/environment/setup.ts';

describe('the environment that trains', function () {
  this.timeout(400_000);
  let home: string;
  let requirements: string;
  const before_ = { ...process.env };

  before(function () {
    if (!onPath('python3')) {
      console.log('      skipped: there is no python3');
      return this.skip();
    }
    home = mkdtempSync(join(tmpdir(), 'heldout-environment-'));
    process.env.XDG_CACHE_HOME = join(home, 'cache');
    requirements = join(home, 'requirements.txt');
    writeFileSync(requirements, '# Nothing: an environment alone.\n');
  });
  after(() => {
    process.env = before_;
    if (home) rmSync(home, { recursive: true, force: true });
  });

  const setUp = (signal = new AbortController().signal) => {
    const said: string[] = [];
    const done = setUpRunner({ signal, onStep: () => {}, say: (line) => said.push(line) }, requirements);
    return { done, said };
  };

  it('is made in the user’s cache, once', async () => {
    const folder = environmentFolder();
    assert.ok(folder.startsWith(home));
    const python = await setUp().done;
    assert.equal(python, pythonIn(folder));
    const answer = await outputOf(python, ['-c', 'import sys; print(sys.prefix != sys.base_prefix)']);
    assert.deepEqual(answer, { stdout: 'True\n' });
    assert.ok(isMade(folder, requirements));
    const made = statSync(join(folder, 'pyvenv.cfg')).mtimeMs;
    const again = setUp();
    await again.done;
    assert.deepEqual([again.said, statSync(join(folder, 'pyvenv.cfg')).mtimeMs], [[], made]);
  });

  it('is gone on with after a stop, however far it had come', async () => {
    const folder = environmentFolder();
    rmSync(folder, { recursive: true });
    const stop = new AbortController();
    const { done } = setUp(stop.signal);
    setTimeout(() => stop.abort(new Error('stopped')), 300);
    await assert.rejects(done);
    assert.ok(!isMade(folder, requirements));
    await setUp().done;
    assert.ok(isMade(folder, requirements));
    assert.ok(!('error' in (await outputOf(pythonIn(folder), ['-m', 'pip', '--version']))));
  });

  it('says why it can’t be made, and is not taken for whole', async () => {
    writeFileSync(requirements, `${join(home, 'no-such-package')}\n`);
    await assert.rejects(
      setUp().done,
      /the packages could not be installed \(.*\): what was fetched is kept; run "heldout runner setup" again/u,
    );
    assert.ok(!isMade(environmentFolder(), requirements));
    rmSync(environmentFolder(), { recursive: true });
    const path = process.env.PATH;
    process.env.PATH = join(home, 'empty');
    try {
      await assert.rejects(
        setUp().done,
        /^no Python 3\.10 or later on the PATH: install one, then try again$/u,
      );
    } finally {
      process.env.PATH = path;
    }
  });

  it('is chosen last: after the spec, the setting, and what the Python extension uses where it has the packages', async () => {
    const bare = onPath('python3')!;
    assert.equal(await chooseInterpreter({}), undefined);
    assert.deepEqual(await chooseInterpreter({ spec: '/a', setting: '/b', editor: '/c' }), {
      path: '/a',
      chosenBy: 'spec',
    });
    assert.deepEqual(await chooseInterpreter({ setting: '/b', editor: '/c' }), {
      path: '/b',
      chosenBy: 'setting',
    });
    assert.deepEqual(await chooseInterpreter({ editor: bare }), { path: bare, chosenBy: 'editor' });
    await assert.rejects(
      checkInterpreter(undefined),
      /no Python environment for training yet: "heldout runner setup" makes one/u,
    );
    const python = join(home, 'old-python');
    writeFileSync(python, '#!/bin/sh\necho torch numpy\n');
    chmodSync(python, 0o755);
    await assert.rejects(
      checkInterpreter({ path: python, chosenBy: 'spec' }),
      /old-python \(named by the run spec\) has no torch, numpy: "heldout runner setup"/u,
    );
    await assert.rejects(
      checkInterpreter({ path: '/no/python', chosenBy: 'setting' }),
      /can't be run \(there is no such program\)/u,
    );
  });

  it('pins every package that the runner needs', () => {
    assert.ok(pins().length >= 6);
    for (const [name, version] of pins()) assert.match(`${name}==${version}`, /^[a-z-]+==\d+(\.\d+)+$/u);
  });
});
