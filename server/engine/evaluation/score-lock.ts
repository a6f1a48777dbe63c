import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OnStep } from '../../base/progress.ts';
import { type Claim, Claims } from '../../jobs/machine/claims.ts';

const LOOK_MS = 500;

/**
 * The right to score a checkpoint and to write its journal, in `folder`. One evaluation at a time has it: a second
 * waits, and then finds what the first one scored. Throws the signal's reason on abort.
 */
export async function lockScores(
  folder: string,
  name: string,
  { signal, onStep }: { signal: AbortSignal; onStep: OnStep },
): Promise<Claim> {
  const claims = new Claims(join(folder, 'lock'));
  for (;;) {
    signal.throwIfAborted();
    const claim = claims.lock();
    if (claim) return claim;
    onStep({ message: `waiting: another evaluation scores ${name}`, done: 0, total: 0, unit: 'instances' });
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
