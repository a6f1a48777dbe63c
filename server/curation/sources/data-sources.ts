import { knownDataSet } from './aliases.ts';
import { namesData, sourceKey } from './key.ts';
import { knownInName, sourceInName } from './task-names.ts';

/** The original data that a task was made from, and how that is known. */
export interface DataSource {
  /** The same for all tasks of one source. */
  key: string;
  /** As the task names it. */
  name: string;
  evidence: 'declared' | 'task-name' | 'suite';
}

/** What is known of a task's origin. */
export interface SourcedTask {
  id: string;
  name: string;
  /** As its collection declares them. */
  sources: readonly string[];
  format?: string;
}

/**
 * The sources that a task's collection declares; where it declares none, the one that its name tells. Suites of
 * many subjects are a source a subject: the parts of one share nothing. Where name and declaration tell two data
 * sets that the field knows, the name is the more exact: Story Cloze is declared as ROCStories.
 */
export function dataSources(task: Omit<SourcedTask, 'id'>): DataSource[] {
  const { name, sources } = task;
  const subject = subjectOfSuite(task);
  if (subject) return [subject];
  const inName = knownInName(name);
  const found = new Map<string, DataSource>();
  for (const declared of sources) {
    const key = sourceKey(declared);
    if (!namesData(key) || found.has(key)) continue;
    if (inName && inName.key !== key && sources.length === 1 && knownDataSet(key))
      found.set(inName.key, { ...inName, evidence: 'task-name' });
    else found.set(key, { key, name: declared, evidence: 'declared' });
  }
  if (sources.length > 0) return [...found.values()];
  const told = sourceInName(name);
  return told && namesData(told.key) ? [{ ...told, evidence: 'task-name' }] : [];
}

/** Evaluation suites, by their format and as Super-NaturalInstructions names the tasks that it made of them. */
const SUITES = [
  { suite: 'bbh', pattern: /^task\d+_bbh_(.+)$/u },
  { suite: 'mmlu', pattern: /^task\d+_mmmlu_answer_generation_(.+)$/u },
] as const;

function subjectOfSuite({ name, format }: Omit<SourcedTask, 'id'>): DataSource | undefined {
  if (format === 'gsm8k') return { key: 'gsm8k', name: 'gsm8k', evidence: 'suite' };
  for (const { suite, pattern } of SUITES) {
    const subject = format === suite ? name : pattern.exec(name)?.[1];
    if (subject) return { key: `${suite}:${subject}`, name: `${suite}/${subject}`, evidence: 'suite' };
  }
  return undefined;
}
