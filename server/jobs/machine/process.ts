import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

/** A process as no other process is: its number alone is given again, after a restart of the machine at the latest. */
export const processIdentity = z.object({
  pid: z.int(),
  /** When it started, as the system counts. */
  start: z.string(),
  /** Which start of the machine. */
  boot: z.string(),
  host: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentity>;

/** `elsewhere`: on another machine, of which nothing can be known here. */
export type Life = 'alive' | 'dead' | 'restarted' | 'elsewhere';

const linux = process.platform === 'linux';
let boot: string | undefined;

function bootId(): string {
  boot ??= linux
    ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    : execFileSync('sysctl', ['-n', 'kern.boottime'], { encoding: 'utf8' }).trim();
  return boot;
}

/** When a process started; undefined where there is none. One that ended and was not waited for counts as none. */
function startOf(pid: number): string | undefined {
  try {
    if (!linux) {
      const start = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
      return start === '' ? undefined : start;
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets, which may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, start: startOf(process.pid) ?? '', boot: bootId(), host: hostname() };
}

export function lifeOf({ pid, start, boot: itsBoot, host }: ProcessIdentity): Life {
  if (host !== hostname()) return 'elsewhere';
  if (itsBoot !== bootId()) return 'restarted';
  return startOf(pid) === start ? 'alive' : 'dead';
}

/** Rounds in which processes that were just begotten are caught. */
const SWEEPS = 40;
const SWEEP_MS = 50;

/**
 * Ends every process that was started with `name=value` in its environment, this one excepted, whatever
 * session or parent it has by now; gives how many. Only Linux tells the environment of others.
 */
export async function killMarked(name: string, value: string): Promise<number> {
  const killed = new Set<number>();
  for (let round = 0; round < SWEEPS; round++) {
    const found = marked(name, value);
    if (found.length === 0) break;
    for (const pid of found) {
      killed.add(pid);
      signal(pid, 'SIGKILL');
    }
    await sleep(SWEEP_MS);
  }
  return killed.size;
}

function marked(name: string, value: string): number[] {
  if (!linux) return [];
  const entry = Buffer.from(`\0${name}=${value}\0`);
  const found: number[] = [];
  for (const folder of readdirSync('/proc')) {
    const pid = Number(folder);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const environment = readFileSync(`/proc/${pid}/environ`);
      if (Buffer.concat([Buffer.of(0), environment]).includes(entry) && startOf(pid)) found.push(pid);
    } catch {
      // It ended, or is another user's.
    }
  }
  return found;
}

/** Signals a process, or a group (a negative number); false where there is none. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
