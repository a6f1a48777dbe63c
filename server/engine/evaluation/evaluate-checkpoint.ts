import { join } from 'node:path';
import type * as z from 'zod';
import type { OnStep } from '../../base/progress.ts';
import { RESULTS_ENDING } from '../../evaluation/results.ts';
import type { EvaluateReport, evaluateQuery } from '../../protocol.ts';
import type { Session } from '../session.ts';
import { openBackend } from './backends.ts';
import { evaluate } from './evaluate.ts';
import { resultsFolder, runName } from './runs.ts';

/** Tokens that greedy decoding writes at most (OPT-IML, section 3). */
const MAX_TOKENS = 256;
/** Of one of the runner's batches. */
const BATCH_TOKENS = 16_384;

export interface EvaluateWork {
  signal: AbortSignal;
  onStep: OnStep;
  onLine: (line: string) => void;
}

/** An evaluation with the usual settings, as an editor asks for it; its results are kept with the bench. */
export async function evaluateCheckpoint(
  session: Session,
  { checkpoint, tasks, template, shots, prompts, limit, tokenizer, python }: z.output<typeof evaluateQuery>,
  { signal, onStep, onLine }: EvaluateWork,
): Promise<EvaluateReport> {
  const backend = await openBackend(checkpoint, {
    root: session.root,
    tokenizer,
    key: process.env.HELDOUT_SERVER_KEY,
    python,
    device: 'auto',
    precision: 'auto',
    batchTokens: BATCH_TOKENS,
    signal,
    onLine,
  });
  try {
    const name = runName(backend.checkpoint.name, new Date(), prompts);
    const path = join(resultsFolder(session.root), `${name}${RESULTS_ENDING}`);
    const { counts, failures } = await evaluate(session, backend, {
      name,
      path,
      shots,
      prompts,
      seed: 0,
      limit,
      maxTokens: MAX_TOKENS,
      unconditional: false,
      tasks,
      template,
      signal,
      onStep,
    });
    return { file: path, name, counts, failure: failures[0]?.reason ?? null };
  } finally {
    await backend.close();
  }
}
