import type { Command } from 'commander';

/** Says what a verb takes and what it does. */
export type Declare = (verb: Command) => void;

/** What `heldout --help` shows of a verb; the rest is loaded when the verb is asked for. */
export interface Verb {
  /** Its name and arguments. */
  usage: string;
  description: string;
  hidden?: boolean;
  /** It has verbs of its own, and none of the options that the others share. */
  group?: boolean;
  load: () => Promise<Declare>;
}

/** Every verb, in the order in which they are listed. */
export const VERBS: readonly Verb[] = [
  {
    usage: 'init [folder]',
    description: 'write a heldout.yaml (in --bench, else in the folder) from what lies in a folder',
    load: async () => (await import('./init-verb.ts')).declareInit,
  },
  {
    usage: 'import',
    description: 'read the collections; files that did not change are not read again',
    load: async () => (await import('./import-verb.ts')).declareImport,
  },
  {
    usage: 'overlap',
    description: 'find train tasks that share text with eval tasks',
    load: async () => (await import('./overlap-verb.ts')).declareOverlap,
  },
  {
    usage: 'overlap-task <job>',
    description: 'the part of one Slurm array task',
    hidden: true,
    load: async () => (await import('./overlap-task-verb.ts')).declareOverlapTask,
  },
  {
    usage: 'tasks',
    description: 'every task with category, split and level',
    load: async () => (await import('./tasks-verb.ts')).declareTasks,
  },
  {
    usage: 'prompt <task>',
    description: 'the exact prompt of one example',
    load: async () => (await import('./prompt-verb.ts')).declarePrompt,
  },
  {
    usage: 'taxonomy',
    description: 'a category for every task, with how sure and why; --apply writes them into the taxonomy',
    load: async () => (await import('./taxonomy-verb.ts')).declareTaxonomy,
  },
  {
    usage: 'split',
    description:
      'tasks by split and level, after decisions; --check says what keeps the split from being clean',
    load: async () => (await import('./split-verb.ts')).declareSplit,
  },
  {
    usage: 'move <tasks...>',
    description: 'put tasks into another category or split, as a decision',
    load: async () => (await import('./curate-verbs.ts')).declareMove,
  },
  {
    usage: 'rename <category> <name>',
    description: 'give a category another name, or merge it into another, as a decision',
    load: async () => (await import('./curate-verbs.ts')).declareRename,
  },
  {
    usage: 'allow <source>',
    description: 'let a data source stand in train and in evaluation, for the tasks that have it now',
    load: async () => (await import('./curate-verbs.ts')).declareAllow,
  },
  {
    usage: 'undo [ids...]',
    description: 'take decisions back: those named, else your last one with all that was decided with it',
    load: async () => (await import('./curate-verbs.ts')).declareUndo,
  },
  {
    usage: 'carry [names...]',
    description: 'carry decisions over to tasks and templates that were renamed: named by their old names',
    load: async () => (await import('./carry-verb.ts')).declareCarry,
  },
  {
    usage: 'check [files...]',
    description: 'findings on templates: of files or folders given, else of the whole bench',
    load: async () => (await import('./check-verb.ts')).declareCheck,
  },
  {
    usage: 'pairs',
    description: 'the queue of overlapping pairs',
    load: async () => (await import('./pairs-verb.ts')).declarePairs,
  },
  {
    usage: 'pair <train> <eval>',
    description: 'one pair with its evidence',
    load: async () => (await import('./pair-verb.ts')).declarePair,
  },
  {
    usage: 'decide <train> <eval> <verdict>',
    description: 'rule on a pair: remove-train, remove-eval, retain, remove-examples',
    load: async () => (await import('./decide-verb.ts')).declareDecide,
  },
  {
    usage: 'mixture',
    description: 'what training draws: shares before and after caps and proportions, epochs, the first draws',
    load: async () => (await import('./mixture-verb.ts')).declareMixture,
  },
  {
    usage: 'packing',
    description:
      'how the training stream packs into sequences: examples, padding, what takes loss, what is cut',
    load: async () => (await import('./packing-verb.ts')).declarePacking,
  },
  {
    usage: 'stats',
    description: 'collections, categories, tasks, examples, prompts and their lengths (Table 1 of the paper)',
    load: async () => (await import('./stats-verb.ts')).declareStats,
  },
  {
    usage: 'build <out>',
    description: 'write the benchmark out: train, dev, test, the decisions, a datasheet, hashes',
    load: async () => (await import('./build-verb.ts')).declareBuild,
  },
  {
    usage: 'diff <a> <b>',
    description: 'what entered, left or changed between two builds, or revisions (rev:HEAD~1, . for now)',
    load: async () => (await import('./diff-verb.ts')).declareDiff,
  },
  {
    usage: 'jobs',
    description: 'training and evaluation jobs, newest first',
    load: async () => (await import('./job-verbs.ts')).declareJobs,
  },
  {
    usage: 'job <id>',
    description: 'one job: its states, checkpoints and the end of its log',
    load: async () => (await import('./job-verbs.ts')).declareJob,
  },
  {
    usage: 'cancel <id>',
    description: 'ask a job to write a checkpoint and end',
    load: async () => (await import('./job-verbs.ts')).declareCancel,
  },
  {
    usage: 'resume <id>',
    description: 'go on from the last checkpoint of a job that ended early',
    load: async () => (await import('./job-verbs.ts')).declareResume,
  },
  {
    usage: 'retry <id>',
    description: 'run a job again from the start, as a new one',
    load: async () => (await import('./job-verbs.ts')).declareRetry,
  },
  {
    usage: 'remove <id>',
    description: 'delete a job that does not run, checkpoints included',
    load: async () => (await import('./job-verbs.ts')).declareRemove,
  },
  {
    usage: 'train <spec>',
    description: 'train as a *.run.yaml says: the job outlives this command',
    load: async () => (await import('./train-verb.ts')).declareTrain,
  },
  {
    usage: 'stream <job>',
    description: 'write the training stream of a job ahead of its runner',
    hidden: true,
    load: async () => (await import('./stream-verb.ts')).declareStream,
  },
  {
    usage: 'evaluate [checkpoint]',
    description: 'score a checkpoint: a folder, an .onnx file, or the address of a vLLM or SGLang server',
    load: async () => (await import('./evaluate-verb.ts')).declareEvaluate,
  },
  {
    usage: 'export-onnx <checkpoint> <out>',
    description: 'write a checkpoint as an ONNX graph that scores without Python, its tokenizer beside it',
    load: async () => (await import('./export-verb.ts')).declareExport,
  },
  {
    usage: 'results [runs...]',
    description: 'scores by level and category; several runs side by side; without a run, all of them',
    load: async () => (await import('./results-verbs.ts')).declareResults,
  },
  {
    usage: 'compare <a> <b>',
    description: 'what run B scores against run A on the examples that both scored, with a paired test',
    load: async () => (await import('./results-verbs.ts')).declareCompare,
  },
  {
    usage: 'runner',
    description: 'the Python environment that trains',
    group: true,
    load: async () => (await import('./runner-verbs.ts')).declareRunner,
  },
];
