import { InputError } from '../base/problem.ts';
import type { CatalogTask } from '../catalog/tasks.ts';
import type { Record as ExampleRecord } from '../collections/types.ts';
import { sharedSpans } from '../overlap/spans.ts';
import type { SharedSpan } from '../overlap/types.ts';
import type { InstanceText } from '../prompts/document.ts';
import type { EvidenceGroup, EvidenceView, PairDetail, SideView, SpanView } from '../protocol.ts';
import { instancesOf } from './instances.ts';
import { textsOf } from './overlap-documents.ts';
import { pairRow, pairsSharingOnly } from './pair-rows.ts';
import type { Session } from './session.ts';
import { findTask } from './task-rows.ts';

type Side = InstanceText & { template: string };

/** Reasons offered to pick from. */
const RECENT_REASONS = 8;
/** Template pairs tried for the one that shares most; benches have tasks of dozens of templates. */
const COMBINATIONS = 36;

/** A pair with its evidence, grouped by the text that is shared. */
export async function pairDetail(session: Session, train: string, evalTask: string): Promise<PairDetail> {
  const row = pairRow(session, train, evalTask);
  const pair = session.catalog.overlap()!.pair(train, evalTask)!;
  const groups: EvidenceGroup[] = [];
  for (const { examples, otherPairs, boilerplate, texts, shared } of session.catalog
    .overlap()!
    .groups(train, evalTask)) {
    const first = shared[0]!;
    const { sides, spans } = await compared(session, row, first.evalExample, first.trainExample);
    const longest = [...spans].sort((a, b) => b.words - a.words)[0];
    const text = longest ? sides.eval.text.slice(...longest.eval) : sides.eval.text;
    const words = longest?.words ?? text.split(/\s+/u).filter(Boolean).length;
    const onlyPairs = pairsSharingOnly(session, texts).length;
    groups.push({ text, words, boilerplate, examples, otherPairs, texts, onlyPairs, shared });
  }
  return {
    row,
    groups: merged(groups),
    recentReasons: session.log.recentReasons(RECENT_REASONS),
    evidence: pair.evidence,
  };
}

/** Two examples side by side with what they share. */
export async function evidenceView(
  session: Session,
  train: string,
  evalTask: string,
  evalExample: number,
  trainExample: number,
): Promise<EvidenceView> {
  const row = pairRow(session, train, evalTask);
  const { sides, spans, records } = await compared(session, row, evalExample, trainExample);
  const shared = session.catalog.overlap()!.shared(train, evalTask);
  const known = shared.find((one) => one.evalExample === evalExample && one.trainExample === trainExample);
  const boilerplate = known !== undefined && !known.short && known.contentGrams === 0;
  return {
    train: sideView(session, train, trainExample, sides.train),
    eval: sideView(session, evalTask, evalExample, sides.eval),
    spans: spans.map(
      (span): SpanView => ({
        ...span,
        boilerplate: boilerplate || span.boilerplate,
        trainPlace: placeOf(sides.train, span.train),
        evalPlace: placeOf(sides.eval, span.eval),
      }),
    ),
    targetsAgree: targetsAgree(records.train, records.eval, sides),
    short: known?.short ?? false,
  };
}

interface Compared {
  records: { train: ExampleRecord; eval: ExampleRecord };
  sides: { train: Side; eval: Side };
  spans: SharedSpan[];
}

/** The two instances that share most among the tasks' templates. */
async function compared(
  session: Session,
  pair: { train: string; eval: string },
  evalExample: number,
  trainExample: number,
): Promise<Compared> {
  const trainTask = session.taskInUse(findTask(session, pair.train));
  const evalTask = session.taskInUse(findTask(session, pair.eval));
  const records = {
    train: await readOne(session, trainTask, trainExample),
    eval: await readOne(session, evalTask, evalExample),
  };
  const trainTexts = textsOf(instancesOf(session), trainTask, records.train);
  const evalTexts = textsOf(instancesOf(session), evalTask, records.eval);
  let best: { sides: Compared['sides']; spans: SharedSpan[]; words: number } | undefined;
  let tried = 0;
  for (const evalText of evalTexts) {
    for (const trainText of trainTexts) {
      if (tried++ >= COMBINATIONS) break;
      const spans = sharedSpans(trainText.text, evalText.text, session.bench.ngram, evalText.content);
      const words = spans.reduce((sum, span) => sum + span.words, 0);
      if (!best || words > best.words) best = { sides: { train: trainText, eval: evalText }, spans, words };
    }
  }
  return { records, sides: best!.sides, spans: best!.spans };
}

async function readOne(session: Session, task: CatalogTask, example: number): Promise<ExampleRecord> {
  for await (const { record } of session.catalog.read(task.id, [example])) return record;
  throw new InputError(`${task.id} has no example ${example}`);
}

function sideView(session: Session, task: string, example: number, side: Side): SideView {
  return {
    task,
    example,
    template: side.template,
    segments: side.segments,
    record: session.catalog.locate(task, example),
  };
}

/** Where a stretch of a side's text stands. */
function placeOf(side: Side, [start, end]: readonly [number, number]): SpanView['trainPlace'] {
  const places = new Set<SpanView['trainPlace']>();
  let offset = 0;
  for (const segment of side.segments) {
    const next = offset + segment.text.length;
    if (
      offset < end &&
      next > start &&
      /\S/u.test(side.text.slice(Math.max(offset, start), Math.min(next, end)))
    ) {
      const written = segment.origin === 'template' || segment.origin === 'definition';
      places.add(segment.part === 'target' ? 'target' : written ? 'template' : 'input');
    }
    offset = next;
  }
  if (places.size === 1) return [...places][0]!;
  // The few words that a template puts between two fields don't make a span of record text a mixed one.
  places.delete('template');
  return places.size === 1 ? [...places][0]! : 'mixed';
}

function targetsAgree(train: ExampleRecord, evaluated: ExampleRecord, sides: Compared['sides']): boolean {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  const written = (side: Side) =>
    side.segments.flatMap((each) => (each.part === 'target' ? [each.text] : [])).join('');
  const targets = (record: ExampleRecord, side: Side) =>
    new Set([written(side), ...record.references].map(plain));
  const theirs = targets(evaluated, sides.eval);
  return [...targets(train, sides.train)].some((target) => target !== '' && theirs.has(target));
}

/** Groups with the same text are one: the index knows several grams of one text. */
function merged(groups: readonly EvidenceGroup[]): EvidenceGroup[] {
  const byText = new Map<string, EvidenceGroup>();
  for (const group of groups) {
    const known = byText.get(group.text);
    if (!known) {
      byText.set(group.text, { ...group, shared: [...group.shared] });
      continue;
    }
    known.examples += group.examples;
    known.otherPairs = Math.max(known.otherPairs, group.otherPairs);
    if (group.onlyPairs > known.onlyPairs) {
      known.texts = group.texts;
      known.onlyPairs = group.onlyPairs;
    }
    known.shared.push(...group.shared);
  }
  const telling = (group: EvidenceGroup) => (group.boilerplate ? 0 : 1);
  return [...byText.values()].sort(
    (a, b) => telling(b) - telling(a) || b.words - a.words || b.examples - a.examples,
  );
}
