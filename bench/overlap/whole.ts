/** One whole run of the raw comparison as a process of its own: node whole.ts FOLDER WORKERS [KERNEL]. Prints JSON. */
import { join } from 'node:path';
import { scanJsonl } from '../../server/overlap/jsonl.ts';
import type { KernelName } from '../../server/overlap/kernel/load.ts';

const [folder, workers, kernel] = process.argv.slice(2);
const { seconds, bytes, index, pairs } = await scanJsonl({
  trainDir: join(folder!, 'train'),
  evalDir: join(folder!, 'eval'),
  workers: Number(workers),
  kernel: kernel as KernelName | undefined,
});
const used = process.resourceUsage();
console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (used.userCPUTime + used.systemCPUTime) / 1e6,
    bytes,
    index,
    pairs: pairs.length,
    peakMB: used.maxRSS / 1024,
  }),
);
