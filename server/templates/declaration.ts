import { fits } from './features/declared.ts';
import type { Profile } from './features/own.ts';
import { mean } from './features/sets.ts';
import type { Declaration } from './types.ts';

export interface Proposal extends Declaration {
  /** From 0 to 1: how much of what is likely the original task the declaration covers. */
  confidence: number;
}

/** A target needs this share of the votes that the strongest one has. */
const MIN_SHARE = 0.4;
const MAX_TARGETS = 3;

/**
 * Proposes which fields a task is given and which it asks for: each template votes for the fields that its
 * target prints with the likelihood that it is the original task. `alterations` are the model's scores without
 * a declaration, one a template; `fields`, where records are at hand, are the fields that they have.
 */
export function proposeDeclaration(
  profiles: readonly Profile[],
  alterations: readonly number[],
  fields?: ReadonlySet<string>,
): Proposal {
  const known = (name: string) => !fields || fields.size === 0 || fields.has(name);
  const votes = new Map<string, number>();
  profiles.forEach((profile, index) => {
    const names = [...profile.roles.targetRoots].filter(known);
    const vote = (1 - (alterations[index] ?? 0.5)) / Math.max(1, names.length);
    for (const name of names) votes.set(name, (votes.get(name) ?? 0) + vote);
  });
  const ranked = [...votes].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const strongest = ranked[0]?.[1] ?? 0;
  const targets = ranked
    .filter(([, vote]) => vote >= strongest * MIN_SHARE)
    .slice(0, MAX_TARGETS)
    .map(([name]) => name);
  const fitting = profiles.filter((profile) => fits(profile, { inputs: [], targets }));
  const names = new Set(fitting.flatMap((profile) => [...profile.roles.inputRoots]));
  const usual = (name: string) => mean(fitting, (profile) => profile.roles.inputRoots.has(name)) >= 0.5;
  const inputs = [...names].filter((name) => known(name) && !targets.includes(name) && usual(name));
  const originals = profiles.map((_, index) => 1 - (alterations[index] ?? 0.5));
  const total = originals.reduce((sum, value) => sum + value, 0);
  const covered = profiles.reduce(
    (sum, profile, index) => sum + (fitting.includes(profile) ? originals[index]! : 0),
    0,
  );
  const likely = total / Math.max(1, profiles.length);
  return { inputs, targets, confidence: total === 0 ? 0 : (covered / total) * likely };
}

/** What a decision's verdict holds for a declaration; undefined where it is none. */
export function parseDeclaration(verdict: string): Declaration | undefined {
  let value: unknown;
  try {
    value = JSON.parse(verdict);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { inputs, targets } = value as { inputs?: unknown; targets?: unknown };
  if (!isNames(targets) || !isNames(inputs ?? [])) return undefined;
  return { inputs: (inputs as string[] | undefined) ?? [], targets: targets.slice(0, MAX_TARGETS) };
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
