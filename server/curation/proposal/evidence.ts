import { stemsOf } from '../../templates/features/words.ts';
import type { Evidence, EvidenceKind, TaskToPropose } from './types.ts';
import type { Found, Vocabulary } from './vocabulary.ts';
import { apart, asWritten, phraseOf } from './words.ts';

/**
 * How sure each kind of evidence alone makes. Set on the half of the FLAN collection's list of tasks that
 * `bench/taxonomy.ts` sets apart for it, where values near these do as well.
 */
const TAG = 0.95;
const TAG_PART = 0.6;
const TAG_OWN = 0.8;
const NAME = [0.65, 0.75, 0.85] as const;
const HINT = 0.35;
const DATA = 0.55;
const SOURCE = 0.45;
const COLLECTION = 0.3;
const CUE = 0.35;
const CUES = 0.6;

/** What is left of hearsay where somebody says what the job is. */
export const OUTSPOKEN = 0.4;

/** A word that turns a category into another: the inverse of translation is no translation. */
const TURNED = /\b(?:inverted|inverse|reverse|reversed|non)\b/iu;

/** What the task's own words say of its category; a category at most once for each kind. */
export function ownEvidence(task: TaskToPropose, vocabulary: Vocabulary): Evidence[] {
  const tags = task.tags.flatMap((tag) => ofTag(tag, task, vocabulary));
  const named = best('name', vocabulary.namesIn(task.name), ({ words, hint }) =>
    hint ? HINT : pick(NAME, words),
  ).map((one) => ({ ...one, quote: asWritten(apart(task.name), one.quote) }));
  const data = [
    ...best('data', vocabulary.dataIn(task.name), () => DATA),
    ...task.sources.flatMap((source) => best('data', vocabulary.dataIn(source), () => SOURCE)),
  ];
  // A data set serves many jobs: what somebody says of this one's counts for more.
  const job = Math.max(0, ...[...tags, ...named].map(({ confidence }) => confidence));
  for (const one of data) if (job > HINT) one.confidence *= OUTSPOKEN;
  const { collection = '' } = task;
  const [whole] = [...vocabulary.dataIn(collection), ...vocabulary.namesIn(collection)];
  const called: Evidence[] = whole
    ? [{ kind: 'collection', category: whole.category, confidence: COLLECTION, quote: collection }]
    : [];
  return strongest([...tags, ...named, ...data, ...called, ...ofInstruction(task.instruction, vocabulary)]);
}

function ofTag(tag: string, task: TaskToPropose, vocabulary: Vocabulary): Evidence[] {
  // A tag that only repeats the task's name says nothing that the name doesn't.
  if (tag.trim() === '' || phraseOf(tag) === phraseOf(task.name)) return [];
  const category = vocabulary.called(tag);
  if (category) return [{ kind: 'tag', category, confidence: TAG, quote: tag }];
  const [found] = TURNED.test(tag) ? [] : vocabulary.namesIn(tag);
  if (found) return [{ kind: 'tag', category: found.category, confidence: TAG_PART, quote: tag }];
  // A collection's word that no category answers to is a category itself, until a person merges it.
  return [{ kind: 'own', category: vocabulary.now(tag), confidence: TAG_OWN, quote: tag }];
}

/** The first category found; others that are found as well are weaker. */
function best(kind: EvidenceKind, found: readonly Found[], sure: (found: Found) => number): Evidence[] {
  return found.map((one, place) => ({
    kind,
    category: one.category,
    confidence: sure(one) / (place + 1),
    quote: one.phrase,
  }));
}

/** The more different phrases of a category an instruction holds, the surer; a single word is half of one. */
function ofInstruction(instruction: string, vocabulary: Vocabulary): Evidence[] {
  const byCategory = new Map<string, Found[]>();
  for (const found of vocabulary.cuesIn(stemsOf(instruction))) {
    byCategory.set(found.category, [...(byCategory.get(found.category) ?? []), found]);
  }
  const weight = (found: readonly Found[]) =>
    found.reduce((sum, { words }) => sum + (words > 1 ? 1 : 0.5), 0);
  const most = Math.max(0, ...[...byCategory.values()].map(weight));
  return [...byCategory].map(([category, found]) => ({
    kind: 'instruction',
    category,
    confidence: Math.min(CUES, 1 - (1 - CUE) ** weight(found)) * (weight(found) / most) ** 2,
    quote: asWritten(instruction, found.sort((one, other) => other.words - one.words)[0]!.phrase),
  }));
}

function strongest(evidence: readonly Evidence[]): Evidence[] {
  const kept = new Map<string, Evidence>();
  for (const one of evidence) {
    const key = `${one.kind}\n${one.category}`;
    const before = kept.get(key);
    if (!before || before.confidence < one.confidence) kept.set(key, one);
  }
  return [...kept.values()];
}

function pick(table: readonly number[], words: number): number {
  return table[Math.min(words, table.length) - 1]!;
}
