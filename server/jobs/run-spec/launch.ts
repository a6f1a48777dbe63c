import type { Launcher } from '../../protocol.ts';
import type { Preset } from './presets.ts';
import type { Ground, Report } from './resolve.ts';
import type { RunSpec } from './schema.ts';

/** Where a run goes, with the processes that train there: one a GPU; without GPUs one a node. */
export type RunLaunch = Launcher & { devices: number };

/** GPUs of a node of a cluster, where the spec doesn't say. */
const GPUS_PER_NODE = 8;

export function launchOf(
  spec: RunSpec,
  preset: Partial<Preset>,
  ground: Ground,
  report: Report,
): RunLaunch | undefined {
  const onSlurm = ground.slurm ?? typeof spec.launch === 'object';
  return onSlurm ? slurmLaunch(spec, preset) : machineLaunch(spec, ground, report);
}

function slurmLaunch({ launch, device }: RunSpec, preset: Partial<Preset>): RunLaunch {
  const asked = typeof launch === 'object' ? launch.slurm : { modules: [], extra: [] };
  const wanted = preset.gpus ?? 1;
  const gpus_per_node = asked.gpus_per_node ?? (device === 'cpu' ? 0 : Math.min(GPUS_PER_NODE, wanted));
  const nodes = asked.nodes ?? (gpus_per_node === 0 ? 1 : Math.ceil(wanted / gpus_per_node));
  return { ...asked, kind: 'slurm', nodes, gpus_per_node, devices: nodes * Math.max(1, gpus_per_node) };
}

function machineLaunch({ gpus, device }: RunSpec, ground: Ground, report: Report): RunLaunch | undefined {
  if (device === 'cpu') return { kind: 'machine', gpus: 0, devices: 1 };
  if (gpus !== undefined && gpus > ground.gpus) {
    const there = ground.gpus === 1 ? 'there is 1' : `there are ${ground.gpus}`;
    report('gpus', `${gpus} GPUs are asked for: ${there} on this machine`);
    return undefined;
  }
  const used = gpus ?? ground.gpus;
  return { kind: 'machine', gpus: used, devices: Math.max(1, used) };
}
