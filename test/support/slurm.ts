import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PROJECT } from './bench.ts';

const SCRIPTS = resolve(PROJECT, '../shared/slurm');
const PROGRAMS = ['slurmctld', 'slurmd', 'munged', 'sbatch', 'squeue', 'scontrol', 'scancel'];

export type TestSlurm = { missing: string } | { stop: () => void };

/** A Slurm of one node for the tests of this process, or why there is none. `SLURM_CONF` names it meanwhile. */
export function startSlurm(): TestSlurm {
  if (!existsSync(join(SCRIPTS, 'up.sh'))) return { missing: `${SCRIPTS}/up.sh is not there` };
  if (process.getuid?.() !== 0) return { missing: 'a Slurm of its own needs root' };
  const absent = PROGRAMS.filter((program) => spawnSync('which', [program]).status !== 0);
  if (absent.length > 0) return { missing: `no ${absent.join(', ')}: apt-get install slurm-wlm munge` };
  const home = mkdtempSync(join(tmpdir(), 'slurm-'));
  const env = {
    ...process.env,
    SLURM_HOME: home,
    SLURM_NODES: '1',
    SLURM_FAKE_GPUS: '0',
    SLURM_PORT_BASE: String(18_000 + (process.pid % 1400) * 10),
    PURGE: '1',
  };
  const up = spawnSync('bash', [join(SCRIPTS, 'up.sh')], { env, encoding: 'utf8', timeout: 60_000 });
  if (up.status !== 0) return { missing: `up.sh: ${up.stderr.trim().split('\n').at(-1)}` };
  const before = process.env.SLURM_CONF;
  process.env.SLURM_CONF = join(home, 'slurm.conf');
  return {
    stop() {
      spawnSync('bash', [join(SCRIPTS, 'down.sh')], { env });
      if (before === undefined) delete process.env.SLURM_CONF;
      else process.env.SLURM_CONF = before;
    },
  };
}
