import type { JobFile } from '../job-file.ts';

/** What a launcher is given to start. */
export interface Launch {
  folder: string;
  job: JobFile;
  attempt: number;
  /** The work's argv, the job's folder put in. */
  command: readonly string[];
  /** What the work's environment has besides that of this process. */
  env: Readonly<Record<string, string>>;
}

/** What a launcher tells while it runs. */
export interface Told {
  /** It waits, and why. */
  queued(reason: string): void;
  /** Its turn has come; `slurmJob`: the number it goes by. */
  running(): void;
  /** Slurm gave it a number. */
  numbered(slurmJob: string): void;
  say(severity: 'info' | 'warning' | 'error', text: string): void;
}

/** How a work ended. */
export interface End {
  /** Exit status; null where a signal ended it or it never began. */
  code: number | null;
  signal: string | null;
  /** What the launcher knows besides: `NODE_FAIL on c1`. */
  reason?: string;
  /** It was withdrawn before its turn came. */
  withdrawn?: boolean;
  /** Somebody ended it where it ran: `scancel`. */
  outside?: boolean;
  /** It could not be started: its log says nothing. */
  untried?: boolean;
}

/** A place where a work runs. One is made for each attempt. */
export interface Launcher {
  /** Waits for the work's turn, starts it and follows it to its end. Throws InputError where it can't start. */
  run(told: Told): Promise<End>;
  /** Asks the work to end; one that waits is withdrawn. */
  stop(): void;
  /** Ends it. */
  kill(): void;
}

/** Exit status of a work that was asked to end and left a checkpoint. */
export const STOPPED = 3;
