import { relative } from 'node:path';
import type * as z from 'zod';
import { InputError } from '../../base/problem.ts';
import { checkSlurm } from '../../base/slurm.ts';
import { readYamlFile } from '../../bench/yaml-file.ts';
import { runSpecSchema, type SlurmSpec } from '../../jobs/run-spec/schema.ts';
import { type Launcher, slurmOptions, type slurmPlace } from '../../protocol.ts';
import { runSpecsIn } from '../training/ground.ts';

export interface SlurmAsked {
  /** The run spec that tells how Slurm is asked; left out: the newest of the bench that has a `launch: { slurm }`. */
  spec?: string;
  /** More arguments of sbatch. */
  sbatch?: readonly string[];
}

/**
 * One node, as a run spec asks Slurm for it. The runner scores on one GPU; `scores`: it is what scores. No
 * container: the work is this program, which the container need not hold.
 */
export async function slurmLauncher(
  root: string,
  { spec, sbatch = [] }: SlurmAsked,
  scores: boolean,
): Promise<Launcher> {
  const asked = spec === undefined ? (await newestAsked(root))?.slurm : askedBy(spec);
  if (spec !== undefined && !asked)
    throw new InputError('it has no "launch: { slurm: … }": add it, or name another run spec', {
      file: spec,
    });
  const { container: _, nodes: __, gpus_per_node, ...rest } = asked ?? { modules: [], extra: [] };
  const gpus = asked ? Math.min(1, gpus_per_node ?? 1) : 0;
  return {
    ...slurmOptions.parse({ ...rest, nodes: 1, gpus_per_node: scores ? gpus : 0 }),
    kind: 'slurm',
    extra: [...rest.extra, ...sbatch],
  };
}

/** Whether Slurm is there to be asked, and by which run spec it would be. */
export async function slurmPlaceOf(root: string | undefined): Promise<z.infer<typeof slurmPlace>> {
  try {
    await checkSlurm();
  } catch {
    return { there: false, spec: null };
  }
  const newest = root === undefined ? undefined : await newestAsked(root);
  return { there: true, spec: newest && root ? relative(root, newest.spec) : null };
}

async function newestAsked(root: string): Promise<{ spec: string; slurm: SlurmSpec } | undefined> {
  for (const spec of await runSpecsIn(root)) {
    const slurm = askedBy(spec);
    if (slurm) return { spec, slurm };
  }
  return undefined;
}

/** What a run spec asks of Slurm; its other faults don't matter here. */
function askedBy(spec: string): SlurmSpec | undefined {
  const { value } = readYamlFile(spec, runSpecSchema);
  return typeof value?.launch === 'object' ? value.launch.slurm : undefined;
}
