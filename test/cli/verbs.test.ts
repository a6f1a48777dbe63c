import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { VERBS } from '../../server/cli/verbs.ts';
import { pairVerdict } from '../../server/protocol.ts';
import { PROJECT } from '../support/bench.ts';

const MAIN = pathToFileURL(join(PROJECT, 'server/cli/main.ts')).href;

/** Runs a command line in a process of its own; gives what it printed and the modules that it loaded. */
function watched(...words: string[]): { stdout: string; loaded: string[] } {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({
      load(url, context, next) {
        if (url.startsWith('file:')) loaded.push(url);
        return next(url, context);
      },
    });
    const { run } = await import(${JSON.stringify(MAIN)});
    await run(['node', 'heldout', ...${JSON.stringify(words)}]);
    process.stderr.write(JSON.stringify(loaded));`;
  const args = ['--input-type=module', '--no-warnings', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { stdout, loaded: JSON.parse(stderr) as string[] };
}

describe('the verbs of the command line', function () {
  this.timeout(60_000);

  it('are each declared by a module of theirs, beside the options that all have', async () => {
    for (const { usage, group, load } of VERBS) {
      const verb = new Command().command(usage);
      const [, ...taken] = usage.split(' ');
      (await load())(verb);
      assert.equal(verb.registeredArguments.length, taken.length, usage);
      assert.equal(verb.commands.length > 0, group === true, usage);
      if (group) continue;
      // Commander throws where a flag is there already.
      verb.option('--bench <dir>').option('--json');
      assert.ok(verb.options.length >= 2, usage);
    }
    const names = VERBS.map(({ usage }) => usage.split(' ')[0]);
    assert.equal(new Set(names).size, names.length);
  });

  it('are listed without loading any', () => {
    const { stdout, loaded } = watched('--help');
    for (const { usage, description, hidden } of VERBS)
      assert.equal(stdout.includes(description), hidden !== true, usage);
    assert.deepEqual(
      loaded.filter((url) => !/node_modules\/commander\/|server\/cli\/|server\/base\/problem/u.test(url)),
      [],
    );
  });

  it('load what they need and leave the rest', () => {
    const { stdout, loaded } = watched('tasks', '--help');
    assert.match(stdout, /--search <words>/u);
    assert.ok(loaded.some((url) => url.endsWith('server/engine/session.ts')));
    const foreign =
      /server\/(prompts\/jinja|templates|overlap|evaluation|jobs)\/|node_modules\/(@lezer|hyparquet|natural)/u;
    assert.deepEqual(
      loaded.filter((url) => foreign.test(url)),
      [],
    );
  });

  it('name every verdict where the list of them is written', () => {
    const decide = VERBS.find(({ usage }) => usage.startsWith('decide '));
    assert.ok(decide?.description.endsWith(`: ${pairVerdict.options.join(', ')}`));
  });
});
