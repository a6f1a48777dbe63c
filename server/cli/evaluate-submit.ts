import { resolve } from 'node:path';
import { InputError } from '../base/problem.ts';
import { submitEvaluation } from '../engine/evaluation/evaluate-job.ts';
import { Jobs } from '../jobs/listing.ts';
import { evaluateJobQuery } from '../protocol.ts';
import { FINDINGS, withSession } from './context.ts';
import type { EvaluateVerb } from './evaluate-verb.ts';
import { followJob } from './follow-job.ts';
import { printJson, printLine } from './output.ts';

/** `heldout evaluate --job` and `--slurm`: the same evaluation as a job, which this command only begins. */
export async function submitted(checkpoint: string, options: EvaluateVerb): Promise<void> {
  const { slurm, spec, sbatch, follow, json, tokenizer } = options;
  if (!slurm && (spec ?? sbatch) !== undefined) throw new InputError('--spec and --sbatch go with --slurm');
  await withSession(options, async (session) => {
    const query = evaluateJobQuery.parse({
      ...options,
      checkpoint: /^https?:/u.test(checkpoint) ? checkpoint : resolve(checkpoint),
      limit: options.limit ?? null,
      tokenizer: tokenizer && resolve(tokenizer),
      launch: slurm ? 'slurm' : 'machine',
    });
    const how = { words: furtherWords(options), spec: spec && resolve(spec), sbatch };
    const { id, folder } = await submitEvaluation(session, query, how);
    const jobs = new Jobs(session.root);
    if (follow && (await followJob(jobs, id, json === true)).state !== 'done') process.exitCode = FINDINGS;
    if (json) return printJson({ ...jobs.row(id), folder });
    if (!follow)
      printLine(`${id} is ${jobs.row(id).state}: "heldout job ${id}" tells how it goes (${folder})`);
  });
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
