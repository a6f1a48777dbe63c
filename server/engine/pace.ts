import type { Decision, Subject } from '../protocol.ts';

/** Longer gaps than this between two decisions are breaks, not work. */
const BREAK_MS = 10 * 60_000;
const LOOKED_AT = 30;

/**
 * Seconds that `left` more verdicts take at the pace of the last ones; undefined before there is a
 * pace. Decisions made together in bulk count as one.
 */
export function pace(
  decisions: Iterable<Decision>,
  left: number,
  kind: Subject['kind'] = 'pair',
): number | undefined {
  const times = new Set<number>();
  for (const decision of decisions) {
    if (decision.subject.kind === kind) times.add(Date.parse(decision.time));
  }
  const last = [...times].sort((a, b) => a - b).slice(-LOOKED_AT);
  const gaps: number[] = [];
  for (let at = 1; at < last.length; at++) {
    const gap = last[at]! - last[at - 1]!;
    if (gap <= BREAK_MS) gaps.push(gap);
  }
  if (gaps.length < 2) return undefined;
  return (gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length / 1000) * left;
}
