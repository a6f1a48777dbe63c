import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAside } from '../../base/files.ts';
import type { OnStep } from '../../base/progress.ts';
import type { CatalogTask } from '../../catalog/tasks.ts';
import {
  noteOverlap,
  type Overlapping,
  overlappingExamples,
  overlappingOf,
} from '../../overlap/overlapping.ts';
import { RULE_VERSION } from '../../overlap/rule.ts';
import type { Cleanness, ResultsFile } from '../../protocol.ts';
import { instancesOf } from '../instances.ts';
import { documentSource } from '../overlap-documents.ts';
import { overlapIsOld } from '../overlap-run.ts';
import { exampleRulings } from '../removed-examples.ts';
import type { Session } from '../session.ts';

/** What clean scores rest on. */
export function overlapState(session: Session): ResultsFile['overlap'] {
  const run = session.catalog.overlap();
  if (!run) return { state: 'none', ngram: session.bench.ngram, at: null };
  return { state: overlapIsOld(session) ? 'old' : 'known', ngram: run.ngram, at: run.at };
}

/**
 * How each example of an eval task overlaps the train side, after the decisions: train tasks that were removed
 * share nothing, nor do those whose overlapping examples were. Null where that isn't known: no scan, a task that
 * changed since, one that stands on the train side. From the last scan where it kept all of a pair's examples;
 * else they are looked for again, and kept in `.heldout/overlapping/`.
 */
export async function cleannessOf(
  session: Session,
  task: CatalogTask,
  work: { signal: AbortSignal; onStep: OnStep },
): Promise<((example: number) => Cleanness) | null> {
  const { catalog } = session;
  const instances = instancesOf(session);
  const run = catalog.overlap();
  const inUse = session.taskInUse(task);
  const scanned = run?.tasks[task.id];
  if (!run || scanned?.side !== 'eval' || scanned.hash !== inUse.hash) return null;
  const ruled = new Set(
    exampleRulings(session)
      .filter(({ held }) => held.id === task.id)
      .map(({ train }) => train.id),
  );
  const found = new Map<number, Overlapping>();
  const again: CatalogTask[] = [];
  for (const { figures } of run.pairs()) {
    if (figures.eval !== task.id || figures.overlapping + figures.shortMatches === 0) continue;
    const train = catalog.task(figures.train);
    if (!train || ruled.has(train.id) || session.placementOf(train.id).split !== 'train') continue;
    const shared = run.shared(figures.train, figures.eval);
    const withGrams = shared.filter(({ grams }) => grams > 0).length;
    const short = shared.filter((one) => one.short).length;
    if (withGrams < figures.overlapping || short < figures.shortMatches) again.push(session.taskInUse(train));
    else for (const one of shared) noteOverlap(found, one.evalExample, overlappingOf(one));
  }
  if (again.length > 0) {
    const sources = [inUse, ...again].map((each) => documentSource(catalog, instances, each));
    const marks = sources.map((source) => [source.task, source.examples, source.fingerprint]);
    const key = createHash('sha256').update(JSON.stringify([RULE_VERSION, run.ngram, marks]));
    const path = join(session.root, '.heldout', 'overlapping', `${key.digest('hex').slice(0, 32)}.json`);
    const known = readKnown(path);
    const all = known ?? (await overlappingExamples(sources[0]!, sources.slice(1), run.ngram, work));
    if (!known) writeFileAside(path, JSON.stringify([...all]));
    for (const [example, how] of all) noteOverlap(found, example, how);
  }
  return (example) => found.get(example) ?? 'clean';
}

const kept = z.array(z.tuple([z.int().min(0), z.enum(['boilerplate', 'content'])]));

/** Derived and small: what can't be read is found again. */
function readKnown(path: string): Map<number, Overlapping> | undefined {
  try {
    return new Map(kept.parse(JSON.parse(readFileSync(path, 'utf8'))));
  } catch {
    return undefined;
  }
}
