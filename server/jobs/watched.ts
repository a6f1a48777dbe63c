import { join } from 'node:path';
import type { JobKind } from '../protocol.ts';
import { type ClaimLife, Claims, type StandingClaim } from './machine/claims.ts';

/** In the environment of a job's work and feeder, and of all that they start: the job's folder. */
export const JOB_MARK = 'HELDOUT_JOB';

/** Beside it: which attempt at the job this is, from 1. */
export const JOB_ATTEMPT = 'HELDOUT_ATTEMPT';

/** The claims of a job's supervisors: at most one lives. */
export function supervisors(folder: string): Claims {
  return new Claims(join(folder, 'lock'));
}

/** The supervisor that watches over a job, or the last one that did. */
export function supervisorOf(folder: string): StandingClaim | undefined {
  return supervisors(folder).last();
}

/** Why a job is lost, whose supervisor is gone. */
export function lostReason(life: ClaimLife | undefined, kind: JobKind): string {
  const from = kind === 'train' ? 'the last checkpoint' : 'what was scored';
  const why =
    life === 'restarted' ? 'the machine was restarted' : 'its supervisor was killed, and its work with it';
  return `${why}; resume goes on from ${from}`;
}
