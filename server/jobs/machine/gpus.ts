import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { InputError, messageOf } from '../../base/problem.ts';

export interface Gpu {
  index: number;
  name: string;
  usedMegabytes: number;
  totalMegabytes: number;
}

/** A GPU of which more is in use belongs to someone: a driver and a desktop take less. */
const FREE_SHARE = 0.1;
const CALL_MS = 60_000;

/** The GPUs of this machine as nvidia-smi names them; none where there is no nvidia-smi. */
export async function gpusHere(): Promise<Gpu[]> {
  const query = ['--query-gpu=index,name,memory.used,memory.total', '--format=csv,noheader,nounits'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: CALL_MS });
    return parseGpus(stdout);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    // A driver that doesn't answer says why in a line.
    throw new InputError(`nvidia-smi: ${messageOf(error).split('\n').slice(0, 2).join(' ')}`);
  }
}

export function parseGpus(text: string): Gpu[] {
  const seen = visible();
  return text
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length >= 4 && /^\d+$/.test(cells[0]!))
    .map((cells) => ({
      index: Number(cells[0]),
      name: cells.slice(1, -2).join(', '),
      usedMegabytes: Number(cells.at(-2)) || 0,
      totalMegabytes: Number(cells.at(-1)) || 0,
    }))
    .filter(({ index }) => seen?.has(index) ?? true);
}

/** Where a person lets programs see only some GPUs, by their numbers. */
function visible(): Set<number> | undefined {
  const said = process.env.CUDA_VISIBLE_DEVICES;
  if (said === undefined || !/^\d+(,\d+)*$/.test(said)) return undefined;
  return new Set(said.split(',').map(Number));
}

export function isFree({ usedMegabytes, totalMegabytes }: Gpu): boolean {
  return usedMegabytes <= totalMegabytes * FREE_SHARE;
}
