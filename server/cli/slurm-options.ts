import { slurmFill } from '../overlap/cluster/fill.ts';
import type { Fill } from '../overlap/partitions/partition.ts';
import { say } from './output.ts';
import type { OverlapOptions } from './overlap-verb.ts';

/** What fills partitions by job arrays, as the command line says. An array task is this same program. */
export function slurmFillOf({ workers, arrayLimit, sbatch }: OverlapOptions, taskSize: number): Fill {
  const command = [process.execPath, process.argv[1]!, 'overlap-task'];
  return slurmFill({ command, taskSize, workers, arrayLimit, sbatch, say });
}
