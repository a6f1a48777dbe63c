import { InputError } from '../../base/problem.ts';
import type { OnStep } from '../../base/progress.ts';
import type { PromptStyle, ResultsFile, ShotsSetting } from '../../protocol.ts';
import { chainSelections } from '../chain.ts';
import { selectionGround, selectTasks, type TaskSelection } from '../selection.ts';
import type { Session } from '../session.ts';
import { heldOut, wantedTasks, withTemplate } from './tasks.ts';

/** What decides which examples an evaluation takes. */
export interface AskedTasks {
  seed: number;
  /** Left out: the test examples; of one template, of each task its test examples or where it has none its dev examples. */
  split?: 'dev' | 'test';
  /** Task ids, globs over them, collections, categories; all where left out. */
  tasks?: readonly string[];
  /** `cot`: only tasks that have a chain-of-thought prompt, by that. Left out: plain. */
  prompts?: PromptStyle;
  /** This template alone. */
  template?: string;
  signal: AbortSignal;
  onStep: OnStep;
}

/** What of the bench an evaluation takes, after all decisions. Throws InputError where that is nothing. */
export async function askedTasks(
  session: Session,
  { seed, split, tasks, prompts, template, signal, onStep }: AskedTasks,
): Promise<TaskSelection[]> {
  if (session.catalog.tasks().length === 0) throw new InputError('no task is known: import the bench first');
  if (template !== undefined && prompts === 'cot')
    throw new InputError('a template and chain-of-thought prompts: choose one of them');
  const ground = await selectionGround(session, { signal, onStep });
  const usual = template === undefined ? (['test'] as const) : (['dev', 'test'] as const);
  const splits = split === undefined ? usual : [split];
  const all = selectTasks(session, { seed, ground, splits });
  const wanted = wantedTasks(session, all, tasks);
  const asked =
    prompts === 'cot' ? chainSelections(wanted, tasks, (word) => wantedTasks(session, all, [word])) : wanted;
  const selections = heldOut(template === undefined ? asked : withTemplate(asked, template));
  if (selections.length === 0)
    throw new InputError(`no task has examples to evaluate on in its ${splits.join(' or ')} split`);
  return selections;
}

/** The split that results tell. */
export function splitOf(selections: readonly TaskSelection[]): 'dev' | 'test' {
  return selections.some(({ split }) => split === 'test') ? 'test' : 'dev';
}

interface AskedSettings extends AskedTasks {
  shots: readonly ShotsSetting[];
  limit: number | null;
  maxTokens: number;
  unconditional: boolean;
}

/** The settings as the results of an evaluation would record them, by which earlier ones are known for the same. */
export async function settingsAsked(
  session: Session,
  options: AskedSettings,
): Promise<ResultsFile['settings']> {
  const { tasks, shots, prompts = 'plain', seed, limit, split, template, maxTokens, unconditional } = options;
  // Which split one template is scored on is read off its tasks.
  const open = split === undefined && template !== undefined;
  return {
    ...(tasks && { tasks: [...tasks] }),
    shots: [...shots],
    prompts,
    seed,
    limit,
    split: open ? splitOf(await askedTasks(session, options)) : (split ?? 'test'),
    template: template ?? null,
    maxTokens,
    length: null,
    unconditional,
  };
}
