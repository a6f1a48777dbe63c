import type { Command } from 'commander';
import { InputError } from '../base/problem.ts';
import { runArrayTask } from '../overlap/cluster/array-task.ts';
import { say } from './output.ts';

export function declareOverlapTask(verb: Command): void {
  verb.registeredArguments[0]!.description = 'the job file';
  verb.action((job: string) => {
    const task = process.env.SLURM_ARRAY_TASK_ID;
    if (task === undefined) throw new InputError('SLURM_ARRAY_TASK_ID is not set: Slurm runs this');
    return runArrayTask(job, Number(task), say);
  });
}
