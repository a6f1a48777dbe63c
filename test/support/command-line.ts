import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type * as z from 'zod';
import { PROJECT } from './bench.ts';

const CLI = join(PROJECT, 'server/cli.ts');

/** The command line from the sources, in the folder and with the environment that the bench of the test has by then. */
export function commandLine(cwd: () => string, env: () => NodeJS.ProcessEnv = () => process.env) {
  const heldout = (...args: string[]) => {
    const options = { cwd: cwd(), encoding: 'utf8' as const, env: env() };
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], options);
    return { status, stdout, stderr };
  };
  /** The one JSON document that a verb prints, checked. */
  const json = <T>(schema: z.ZodType<T>, ...args: string[]): T => {
    const { status, stdout, stderr } = heldout(...args, '--json');
    assert.equal(status, 0, stderr);
    return schema.parse(JSON.parse(stdout));
  };
  return { heldout, json };
}
