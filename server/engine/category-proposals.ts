import { resolve } from 'node:path';
import type { OnStep } from '../base/progress.ts';
import type { CatalogTask } from '../catalog/catalog.ts';
import { EmbeddedSimilarity } from '../curation/proposal/embedded-similarity.ts';
import { EmbeddingModel } from '../curation/proposal/embedding-model.ts';
import { propose } from '../curation/proposal/propose.ts';
import { type KnownTask, type Similarity, WordSimilarity } from '../curation/proposal/similarity.ts';
import type { TaskToPropose } from '../curation/proposal/types.ts';
import { Vocabulary } from '../curation/proposal/vocabulary.ts';
import { type Rulings, renamed, rulingsOf } from '../curation/rulings.ts';
import { categoriser } from '../curation/taxonomy.ts';
import type { CategoryProposal, CategoryProposals } from '../protocol.ts';
import type { Session } from './session.ts';

/** Characters of templates that tell what a task asks for; more of them only repeat it. */
const MOST_TEXT = 4000;
/** Tasks between two looks at whether somebody cancelled. */
const TURN = 50;

interface Asked {
  present: string;
  by: CategoryProposal['presentBy'];
  task: TaskToPropose;
}

/**
 * A category of one taxonomy for every task, with the reasons. What a person said of a task is not doubted,
 * only shown beside what the proposal would be; it teaches what tasks that read alike are.
 */
export async function categoryProposals(
  session: Session,
  { signal, onStep }: { signal: AbortSignal; onStep: OnStep },
): Promise<CategoryProposals> {
  const rulings = rulingsOf(session.log.inForce());
  const vocabulary = vocabularyOf(session, rulings);
  const presentBy = presenter(session, rulings);
  const tasks = session.catalog.tasks();
  const asked: Asked[] = [];
  for (const [done, task] of tasks.entries()) {
    if (done % TURN === 0) await turn(signal);
    onStep({ message: 'reading instructions', done, total: 2 * tasks.length, unit: 'tasks' });
    const present = session.placementOf(task.id).category;
    asked.push({ present, by: presentBy(task), task: toPropose(session, task) });
  }
  const similarity = await similarityOf(session, asked, vocabulary, { signal, onStep });
  const proposals: CategoryProposal[] = [];
  for (const [done, { present, by, task }] of asked.entries()) {
    if (done % TURN === 0) await turn(signal);
    onStep({
      message: 'proposing categories',
      done: tasks.length + done,
      total: 2 * tasks.length,
      unit: 'tasks',
    });
    const found = propose(task, vocabulary, similarity);
    proposals.push({
      task: task.id,
      present,
      presentBy: by,
      proposed: found?.category ?? null,
      confidence: found?.confidence ?? 0,
      evidence: found?.evidence ?? [],
      against: found?.against ?? [],
    });
  }
  return { tasks: proposals };
}

/** Nobody has said where the task belongs, and the proposal is not where it stands. */
export function isOpen({ present, presentBy, proposed }: CategoryProposal): boolean {
  return proposed !== null && proposed !== present && (presentBy === 'collection' || presentBy === 'nobody');
}

function vocabularyOf(session: Session, rulings: Rulings): Vocabulary {
  const { splits = {} } = session.bench.file;
  const names = [
    ...(splits.held_out ?? []),
    ...Object.keys(splits.partially_held_out ?? {}),
    ...rulings.category.values(),
    ...rulings.renames.map(({ to }) => to),
  ];
  const mapped = Object.entries(session.bench.taxonomy.categories).map(([name, { from = {} }]) => ({
    name,
    from: Object.values(from)
      .flat()
      .filter((tag) => tag !== '*'),
  }));
  const bench = [...names.map((name) => ({ name, from: [] })), ...mapped];
  return new Vocabulary(bench, (name) => renamed(name, rulings.renames));
}

function presenter(session: Session, rulings: Rulings): (task: CatalogTask) => CategoryProposal['presentBy'] {
  const categorise = categoriser(session.bench.taxonomy);
  return (task) => {
    if (rulings.category.has(task.id)) return 'decision';
    const { category, by } = categorise(task);
    return by !== 'taxonomy' && renamed(category, rulings.renames) !== category ? 'decision' : by;
  };
}

function toPropose(session: Session, task: CatalogTask): TaskToPropose {
  const { definition = '', templates } = session.taskInUse(task).facts;
  // A reader's own template is the same for every task of its format.
  const phrases = templates.filter(({ file }) => file !== undefined).map(({ text }) => wordsOf(text));
  return {
    id: task.id,
    name: task.name,
    collection: task.collection,
    tags: task.categories,
    sources: task.sources,
    instruction: [definition, ...phrases].join('\n').slice(0, MOST_TEXT),
  };
}

/** What a template says itself, without what the record fills in. */
function wordsOf(template: string): string {
  return template.replaceAll(/\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\{\w+\}|\|\|\|/gsu, ' ');
}

/** What knows which tasks read alike: by their words, and by the model that the bench names, if it does. */
async function similarityOf(
  session: Session,
  asked: readonly Asked[],
  vocabulary: Vocabulary,
  { signal, onStep }: { signal: AbortSignal; onStep: OnStep },
): Promise<Similarity> {
  const known = taught(asked, vocabulary);
  const { embeddings } = session.bench.file;
  if (embeddings === undefined) return new WordSimilarity(known);
  const model = await EmbeddingModel.load(resolve(session.root, embeddings));
  const tasks = asked.map(({ task }) => task);
  return EmbeddedSimilarity.of(model, known, vocabulary.categories(), tasks, async (done, total) => {
    if (done % TURN === 0) await turn(signal);
    onStep({ message: 'embedding instructions', done, total, unit: 'tasks' });
  });
}

/** The tasks that teach: those whose category a person said, or whose collection says it in words that name one. */
function taught(asked: readonly Asked[], vocabulary: Vocabulary): KnownTask[] {
  return asked.flatMap(({ present, by, task }) => {
    const said = by === 'decision' || by === 'taxonomy';
    const category = said ? present : task.tags.map((tag) => vocabulary.called(tag)).find(Boolean);
    return category === undefined ? [] : [{ category, task }];
  });
}

function turn(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve) => setImmediate(resolve));
}
