import type { Problem } from '../../base/problem.ts';
import { benchFaults } from './check.ts';
import type { BenchGround } from './ground.ts';

/** The faults of `splits` as problems at their lines. */
export function splitProblems(ground: BenchGround): Problem[] {
  return benchFaults(ground).map(({ code, message, location }) => ({
    ...(location ?? { file: ground.bench.path }),
    message,
    severity: 'warning',
    code,
  }));
}
