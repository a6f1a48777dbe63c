import type { JobState } from '../../protocol.ts';
import { type End, STOPPED } from '../launchers/launcher.ts';

/** What a person asked of a job. */
export type Asked = 'nothing' | 'stop' | 'kill';

export interface Facts {
  end: End;
  asked: Asked;
  /** What the work itself said of its failure. */
  failure: string | null;
  /** The last step that it told of. */
  step: number | null;
  /** The last line of the log. */
  lastLine: string;
  grace: number;
}

/** The state that a job ends in, and why in one line. */
export function verdict(facts: Facts): { state: JobState; reason?: string } {
  const { end, asked, failure, step, lastLine, grace } = facts;
  const at = step === null ? 'before its first step' : `at step ${step}`;
  if (end.withdrawn) return { state: 'cancelled', reason: 'withdrawn before it began' };
  if (end.code === 0) return { state: 'done' };
  if (end.code === STOPPED) {
    const why = asked === 'nothing' ? (end.reason ?? 'by a signal from outside') : 'as asked';
    return { state: 'cancelled', reason: `stopped ${at}, ${why}` };
  }
  if (asked === 'kill')
    return { state: 'cancelled', reason: `ended at once ${at}: resume goes on from the last checkpoint` };
  if (asked === 'stop') {
    const how = end.signal === 'SIGKILL' ? `killed after ${grace} s` : 'ended';
    return {
      state: 'cancelled',
      reason: `${how} ${at} without a checkpoint of its own: resume goes on from the last one`,
    };
  }
  if (end.outside) return { state: 'cancelled', reason: `${end.reason} ${at}` };
  if (end.untried && end.reason) return { state: 'failed', reason: end.reason };
  if (failure !== null) return { state: 'failed', reason: failure };
  if (end.reason) return { state: 'failed', reason: `${end.reason}; its log ends: ${lastLine}` };
  if (end.signal === 'SIGKILL') {
    const reason = `killed (SIGKILL) ${at}, by a person or by the system for want of memory; its log ends: ${lastLine}`;
    return { state: 'failed', reason };
  }
  const how = end.signal ? `ended by ${end.signal}` : `ended with status ${end.code}`;
  return { state: 'failed', reason: `${how}; its log ends: ${lastLine}` };
}
