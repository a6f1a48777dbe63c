import { checkSlurm } from '../base/slurm.ts';
import { findOverlap } from '../engine/overlap-run.ts';
import { PART_EXAMPLES } from '../overlap/scan-elsewhere.ts';
import type { OverlapReport } from '../protocol.ts';
import { interruptible, showProgress } from './common.ts';
import { withSession } from './context.ts';
import { say } from './output.ts';
import type { OverlapOptions } from './overlap-verb.ts';
import { slurmFillOf } from './slurm-options.ts';

/** The pairs of a bench; its train tasks are scanned here or on Slurm. */
export async function scanBench(options: OverlapOptions): Promise<OverlapReport> {
  const { ngram, workers, executor, partExamples = PART_EXAMPLES } = options;
  const slurm = executor === 'slurm';
  if (slurm) await checkSlurm();
  return withSession(options, (session) =>
    findOverlap(session, {
      ngram,
      workers: slurm ? undefined : workers,
      elsewhere: slurm ? { fill: slurmFillOf(options, partExamples), partExamples } : undefined,
      signal: interruptible(),
      onStep: showProgress(),
      onProblem: say,
    }),
  );
}
