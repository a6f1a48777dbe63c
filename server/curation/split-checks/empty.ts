import type { Level, SplitFinding } from '../../protocol.ts';
import { type BenchGround, benchPlace, inEval, inTrain } from './ground.ts';

const LISTS = ['held_out', 'dev', 'test'] as const;

/** Splits without a task that has examples, and lists of heldout.yaml that name nothing. */
export function emptySplits({ bench, tasks }: BenchGround): SplitFinding[] {
  if (tasks.length === 0) return [];
  const findings: SplitFinding[] = [];
  const splits = bench.file.splits ?? {};
  const report = (path: PropertyKey[], message: string) => {
    const { location, edit } = benchPlace(bench, path);
    findings.push({ code: 'empty-split', message, tasks: [], location, remedies: [edit] });
  };

  for (const list of LISTS) {
    if (splits[list]?.length === 0)
      report(['splits', list], `"${list}" names nothing: name categories or tasks, or take the line out`);
  }
  for (const [category, names] of Object.entries(splits.partially_held_out ?? {})) {
    if (names.length === 0)
      report(
        ['splits', 'partially_held_out', category],
        `"partially_held_out" names no task of ${category}: name some, or take the line out`,
      );
  }
  const withExamples = tasks.filter(({ portions }) => portions.length > 0);
  for (const side of ['dev', 'test'] as const) {
    const named = splits[side] ?? [];
    if (named.length > 0 && !withExamples.some(({ placement }) => placement.split === side))
      report(
        ['splits', side],
        `no task with examples stands in ${side}, although ${side} names ${named.length}`,
      );
  }
  if (!withExamples.some(inTrain))
    report(['splits'], 'no task with examples stands in train: leave something to train on');
  if (!withExamples.some(inEval))
    report(
      ['splits'],
      'no task with examples is evaluated on: name categories in held_out, or say use: eval',
    );
  return findings;
}

/** Levels of generalization that nothing is evaluated for. */
export function emptyLevels({ bench, tasks }: BenchGround): SplitFinding[] {
  if (!tasks.some((task) => inEval(task) && task.portions.length > 0)) return [];
  const evaluated = (level: Level) =>
    tasks.some(
      ({ placement, portions }) =>
        placement.level === level && portions.some(({ split }) => split === 'dev' || split === 'test'),
    );
  const howTo: Record<Level, string> = {
    'fully-held-out': 'name a category in held_out',
    'partially-held-out': 'name a task of a trained category in partially_held_out',
    'fully-supervised': 'a train task with a dev or test file brings held-out examples',
  };
  const { location, edit } = benchPlace(bench, ['splits']);
  return (Object.keys(howTo) as Level[])
    .filter((level) => !evaluated(level))
    .map((level) => ({
      code: 'empty-level' as const,
      message: `nothing is evaluated at the level ${level.replaceAll('-', ' ')}: ${howTo[level]}`,
      tasks: [],
      location,
      remedies: [edit],
    }));
}
