import { quoted } from '../../base/slurm.ts';
import type { SlurmOptions } from '../../protocol.ts';
import type { Launch } from './launcher.ts';

/** Processes of a node: one for each GPU. */
function tasksPerNode({ gpus_per_node }: SlurmOptions): number {
  return Math.max(1, gpus_per_node);
}

/** The name that an attempt goes by in Slurm's queue. */
export function slurmName({ job, attempt }: Launch): string {
  return `heldout-${job.id}-${attempt}`;
}

/** Where the script leaves the work's exit status; an array's tasks each their own. */
export function exitFile({ folder, attempt }: Launch, task?: number): string {
  return `${folder}/exit.${attempt}${task === undefined ? '' : `.${task}`}`;
}

/** The arguments of sbatch; a person's own ones stand last and win. */
export function sbatchArguments(launch: Launch, options: SlurmOptions, log: string): string[] {
  const { partition, account, qos, time, nodes, gpus_per_node, cpus_per_task, memory, array } = options;
  const given = Object.entries({ partition, account, qos, time, array, mem: memory })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name}=${value}`);
  return [
    `--job-name=${slurmName(launch)}`,
    `--chdir=${launch.job.cwd}`,
    `--output=${log}`,
    '--open-mode=append',
    `--nodes=${nodes}`,
    `--ntasks-per-node=${tasksPerNode(options)}`,
    ...(gpus_per_node > 0 ? [`--gres=gpu:${gpus_per_node}`] : []),
    ...(cpus_per_task === undefined ? [] : [`--cpus-per-task=${cpus_per_task}`]),
    // Before the time limit, the work gets its time to write a checkpoint.
    `--signal=TERM@${Math.max(10, Math.ceil(launch.job.grace))}`,
    // A work goes on from its last checkpoint: after a lost node or a preemption it may start again.
    '--requeue',
    ...given,
    ...options.extra.filter((line) => line.startsWith('-')),
  ];
}

/**
 * The script of a job: sets the environment, starts the work in as many processes as there are GPUs, and
 * leaves its exit status in a file. Each process learns its rank in the names that torch.distributed reads.
 */
export function batchScript(launch: Launch, options: SlurmOptions): string {
  const { container, modules, extra, cpus_per_task } = options;
  const image =
    typeof container === 'string'
      ? { image: container, runtime: 'apptainer' as const, mounts: [] }
      : container;
  const mounts = [...new Set([launch.folder, launch.job.cwd, launch.job.bench, ...(image?.mounts ?? [])])];
  const step = ['srun', '--kill-on-bad-exit=1', '--input=none'];
  const inside: string[] = [];
  if (image?.runtime === 'pyxis') {
    const bound = mounts.map((mount) => (mount.includes(':') ? mount : `${mount}:${mount}`));
    step.push(quoted(`--container-image=${image.image}`), quoted(`--container-mounts=${bound.join(',')}`));
  } else if (image) {
    inside.push('apptainer', 'exec', '--nv', ...mounts.flatMap((mount) => ['--bind', mount]), image.image);
  }
  const ranked = `export RANK="$SLURM_PROCID" LOCAL_RANK="$SLURM_LOCALID" WORLD_SIZE="$SLURM_NTASKS"; exec "$@"`;
  return [
    '#!/bin/sh',
    `ended=${quoted(exitFile(launch))}"\${SLURM_ARRAY_TASK_ID:+.$SLURM_ARRAY_TASK_ID}"`,
    'rm -f "$ended"',
    'finish() { echo "$1" > "$ended.part" && mv "$ended.part" "$ended"; exit "$1"; }',
    ...Object.entries(launch.env).map(([name, value]) => `export ${name}=${quoted(value)}`),
    ...(modules.length === 0 ? [] : ['command -v module > /dev/null || . /etc/profile']),
    ...modules.map((name) => `module load ${quoted(name)} || finish 1`),
    ...extra.filter((line) => !line.startsWith('-')),
    ...(cpus_per_task === undefined ? [] : [`export SRUN_CPUS_PER_TASK=${cpus_per_task}`]),
    // The name of a node need not resolve on the others.
    'first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)',
    `MASTER_ADDR=$(scontrol show node "$first" | sed -n 's/.*NodeAddr=\\([^ ]*\\).*/\\1/p' | head -n 1)`,
    '[ -n "$MASTER_ADDR" ] || MASTER_ADDR=$first',
    'export MASTER_ADDR MASTER_PORT=$((20000 + SLURM_JOB_ID % 20000))',
    `${step.join(' ')} sh -c ${quoted(ranked)} sh ${[...inside, ...launch.command].map(quoted).join(' ')}`,
    'finish $?',
    '',
  ].join('\n');
}
