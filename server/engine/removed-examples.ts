import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAside } from '../base/files.ts';
import type { OnStep } from '../base/progress.ts';
import type { CatalogTask } from '../catalog/tasks.ts';
import { RULE_VERSION } from '../overlap/rule.ts';
import { sharingExamples } from '../overlap/sharing.ts';
import type { Decision } from '../protocol.ts';
import { instancesOf } from './instances.ts';
import { documentSource } from './overlap-documents.ts';
import type { Session } from './session.ts';

/** Train task to its examples that are left out, ascending. */
export type RemovedExamples = ReadonlyMap<string, Uint32Array>;

/** A ruling by which only the overlapping examples of a train task leave. */
export interface ExampleRuling {
  train: CatalogTask;
  held: CatalogTask;
  decision: Decision;
}

/**
 * The rulings `remove-examples` that bear on the benchmark: both tasks still stand on their sides, and
 * neither was removed for another pair's sake.
 */
export function exampleRulings(session: Session): ExampleRuling[] {
  const rulings: ExampleRuling[] = [];
  for (const decision of session.log.inForce()) {
    const { subject, verdict } = decision;
    if (subject.kind !== 'pair' || verdict !== 'remove-examples') continue;
    const train = session.catalog.task(subject.train);
    const held = session.catalog.task(subject.eval);
    if (!train || !held || session.placementOf(train.id).split !== 'train') continue;
    const { split } = session.placementOf(held.id);
    if (split === 'dev' || split === 'test') rulings.push({ train, held, decision });
  }
  return rulings;
}

const kept = z.array(z.int().min(0));

/**
 * The examples that rulings remove: those of the train task, so that the evaluation stays whole. All of
 * them, found again on the texts by the overlap rule; known results are read from `.heldout/removed/`.
 */
export async function removedExamples(
  session: Session,
  options: { signal: AbortSignal; onStep: OnStep },
): Promise<RemovedExamples> {
  const { catalog, bench } = session;
  const instances = instancesOf(session);
  const byTrain = new Map<CatalogTask, CatalogTask[]>();
  for (const { train, held } of exampleRulings(session))
    byTrain.set(train, [...(byTrain.get(train) ?? []), held]);

  const removed = new Map<string, Uint32Array>();
  for (const [train, all] of byTrain) {
    const held = [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
    const sources = [train, ...held].map((task) => documentSource(catalog, instances, task));
    const marks = sources.map(({ task, examples, fingerprint }) => [task, examples, fingerprint]);
    const key = createHash('sha256').update(JSON.stringify([RULE_VERSION, bench.ngram, marks]));
    const path = join(session.root, '.heldout', 'removed', `${key.digest('hex').slice(0, 32)}.json`);
    const known = readKnown(path);
    const examples = known ?? (await sharingExamples(sources[0]!, sources.slice(1), bench.ngram, options));
    if (!known) writeFileAside(path, JSON.stringify([...examples]));
    removed.set(train.id, examples);
  }
  return removed;
}

/** Derived and small: what can't be read is found again. */
function readKnown(path: string): Uint32Array | undefined {
  try {
    return Uint32Array.from(kept.parse(JSON.parse(readFileSync(path, 'utf8'))));
  } catch {
    return undefined;
  }
}
