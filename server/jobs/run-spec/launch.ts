import type { Preset } from './presets.ts';
import type { Ground, Report } from './resolve.ts';
import type { RunSpec } from './schema.ts';

/** Where a run goes, complete. */
export type RunLaunch =
  | { kind: 'machine'; devices: number }
  | {
      kind: 'slurm';
      devices: number;
      nodes: number;
      gpus_per_node: number;
      partition?: string;
      account?: string;
      time?: string;
      cpus_per_task?: number;
      container?: string;
      modules: string[];
      extra: string[];
    };

/** GPUs of a node of a cluster, where the spec doesn't say. */
const GPUS_PER_NODE = 8;

export function launchOf(
  { launch, gpus, device }: RunSpec,
  preset: Partial<Preset>,
  ground: Ground,
  report: Report,
): RunLaunch | undefined {
  if (ground.slurm || (typeof launch === 'object' && ground.slurm !== false)) {
    const asked = typeof launch === 'object' ? launch.slurm : {};
    const most = device === 'cpu' ? 0 : Math.min(GPUS_PER_NODE, preset.gpus ?? GPUS_PER_NODE);
    const gpus_per_node = asked.gpus_per_node ?? most;
    const nodes = asked.nodes ?? Math.max(1, Math.ceil((preset.gpus ?? 1) / Math.max(1, gpus_per_node)));
    return {
      ...asked,
      kind: 'slurm',
      nodes: gpus_per_node === 0 ? (asked.nodes ?? 1) : nodes,
      gpus_per_node,
      devices: Math.max(1, (gpus_per_node === 0 ? (asked.nodes ?? 1) : nodes) * Math.max(1, gpus_per_node)),
      modules: asked.modules ?? [],
      extra: asked.extra ?? [],
    };
  }
  if (gpus !== undefined && gpus > ground.gpus && device !== 'cpu') {
    const there = ground.gpus === 1 ? 'there is 1' : `there are ${ground.gpus}`;
    report('gpus', `${gpus} GPUs are asked for: ${there} on this machine`);
    return undefined;
  }
  return { kind: 'machine', devices: device === 'cpu' ? 1 : Math.max(1, gpus ?? ground.gpus) };
}
