import { resolve } from 'node:path';
import { InputError } from '../base/problem.ts';
import { submitEvaluation } from '../engine/evaluation/evaluate-job.ts';
import { submitRunEvaluation } from '../engine/evaluation/evaluate-run-job.ts';
import type { Session } from '../engine/session.ts';
import { Jobs } from '../jobs/listing.ts';
import type { Submitted } from '../jobs/submit.ts';
import { evaluateJobQuery, evaluateRunQuery } from '../protocol.ts';
import { askedFor } from './asked.ts';
import { withSession } from './context.ts';
import type { EvaluateVerb } from './evaluate-verb.ts';
import { followJob } from './follow-job.ts';
import { printJson, printLine } from './output.ts';
import { FINDINGS } from './status.ts';

/** `heldout evaluate --job` and `--slurm`: the same evaluation as a job, which this command only begins. */
export async function submitted(given: string | undefined, options: EvaluateVerb): Promise<void> {
  const { slurm, spec, sbatch, follow, json } = options;
  if (!slurm && (spec ?? sbatch) !== undefined) throw new InputError('--spec and --sbatch go with --slurm');
  await withSession(options, async (session) => {
    const started = options.run === undefined ? one(session, given!, options) : ofRun(session, options);
    const { id, folder } = await started;
    const jobs = new Jobs(session.root);
    if (follow && (await followJob(jobs, id, json === true)).state !== 'done') process.exitCode = FINDINGS;
    if (json) return printJson({ ...jobs.row(id), folder });
    if (!follow)
      printLine(`${id} is ${jobs.row(id).state}: "heldout job ${id}" tells how it goes (${folder})`);
  });
}

function one(session: Session, checkpoint: string, options: EvaluateVerb): Promise<Submitted> {
  const { slurm, spec, sbatch, tokenizer } = options;
  const query = askedFor(evaluateJobQuery, {
    ...options,
    checkpoint: /^https?:/u.test(checkpoint) ? checkpoint : resolve(checkpoint),
    limit: options.limit ?? null,
    tokenizer: tokenizer && resolve(tokenizer),
    launch: slurm ? 'slurm' : 'machine',
  });
  return submitEvaluation(session, query, {
    words: furtherWords(options),
    spec: spec && resolve(spec),
    sbatch,
  });
}

/** Every checkpoint of a run, on what the run was launched on. */
function ofRun(session: Session, options: EvaluateVerb): Promise<Submitted> {
  const query = askedFor(evaluateRunQuery, { ...options, limit: options.limit ?? null });
  const { template, tokenizer } = options;
  const words = [
    ...furtherWords(options),
    ...(template === undefined ? [] : ['--template', template]),
    ...(tokenizer === undefined ? [] : ['--tokenizer', resolve(tokenizer)]),
  ];
  return submitRunEvaluation(session, query, { words });
}

/** What the query of an editor has no word for. */
function furtherWords(options: EvaluateVerb): string[] {
  const { seed, split, backend, model, length, maxTokens, device, precision, batchTokens, name } = options;
  const named = {
    ...{ seed, split, backend, model, length, device, precision, name },
    ...{ 'max-tokens': maxTokens, 'batch-tokens': batchTokens },
  };
  const words = Object.entries(named).flatMap(([word, value]) =>
    value === undefined ? [] : [`--${word}`, String(value)],
  );
  return options.unconditional ? [...words, '--unconditional'] : words;
}
