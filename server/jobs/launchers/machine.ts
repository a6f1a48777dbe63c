import { join } from 'node:path';
import { LOG_FILE } from '../job-file.ts';
import { Turn } from '../machine/queue.ts';
import { Guarded } from '../supervisor/guarded.ts';
import type { End, Launch, Launcher, Told } from './launcher.ts';

/** A work as a process of this machine, under a guard, when its turn has come. */
export class MachineLauncher implements Launcher {
  readonly #launch: Launch;
  readonly #gpus: number;
  readonly #beside: boolean;
  readonly #withdrawn = new AbortController();
  #work: Guarded | undefined;

  /** `beside`: without GPUs, and without waiting for a turn. */
  constructor(launch: Launch, { gpus, beside = false }: { gpus: number; beside?: boolean | undefined }) {
    this.#launch = launch;
    this.#gpus = gpus;
    this.#beside = beside && gpus === 0;
  }

  async run(told: Told): Promise<End> {
    const { folder, job, command, env } = this.#launch;
    const turn = new Turn({ id: job.id, folder, gpus: this.#gpus });
    try {
      const devices = this.#beside
        ? []
        : await turn.come(this.#withdrawn.signal, (reason) => told.queued(reason));
      if (!devices) return { code: null, signal: null, withdrawn: true };
      this.#work = new Guarded(
        command,
        job.cwd,
        {
          ...process.env,
          ...env,
          CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
          // A job that asked for none sees none: they are for those that did.
          CUDA_VISIBLE_DEVICES: devices.join(','),
        },
        join(folder, LOG_FILE),
      );
      told.running();
      return await this.#work.ended;
    } finally {
      turn.leave();
    }
  }

  stop(): void {
    if (this.#work) this.#work.stop();
    else this.#withdrawn.abort();
  }

  kill(): void {
    this.#withdrawn.abort();
    this.#work?.kill();
  }
}
