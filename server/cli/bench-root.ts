import { resolve } from 'node:path';
import { InputError } from '../base/problem.ts';
import { findBench } from '../bench/bench.ts';
import type { Common } from './common.ts';

/** The folder of the bench that a verb is about. */
export function benchRoot(common: Common): string {
  const root = common.bench ?? findBench(process.cwd());
  if (root) return resolve(root);
  throw new InputError('no heldout.yaml here or above: "heldout init" writes one, --bench names its folder');
}
