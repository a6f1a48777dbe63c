import type { ReadRunSpec } from '../../jobs/run-spec/resolve.ts';
import type { Run } from '../../jobs/run-spec/run.ts';

/** What a key stands for in the run, defaults and preset included; undefined where there is no run, or nothing to add. */
export function resolvedWord({ spec, resolved }: ReadRunSpec, path: readonly string[]): string | undefined {
  if (!resolved || !spec) return undefined;
  const [key, inner] = path as [string, string?];
  const { run, launch, devices, model } = resolved;
  const of = (value: unknown) => `${path.join('.')}: ${JSON.stringify(value)}`;
  switch (key) {
    case 'model':
      if (path.length === 3) return of(model.shape[path[2] as keyof typeof model.shape]);
      return `${model.type}, ${model.parameters.toLocaleString('en')} parameters`;
    case 'preset':
      return [
        `steps: ${run.steps}, batch: ${run.batch}, learning_rate: ${run.optimizer.learning_rate}`,
        `micro_batch: ${run.micro_batch}, gradient_checkpointing: ${run.gradient_checkpointing}`,
      ].join(', ');
    case 'launch':
    case 'gpus': {
      if (inner !== undefined && path.length < 3) return undefined;
      if (path.length === 3) return of((launch as Record<string, unknown>)[path[2]!]);
      const what = run.device === 'cuda' ? 'GPU' : 'process';
      return `${launch.kind}: ${devices} ${devices === 1 ? what : `${what}${what === 'GPU' ? 's' : 'es'}`}`;
    }
    case 'learning_rate':
    case 'warmup':
    case 'weight_decay':
    case 'clip':
      return of(run.optimizer[key]);
    case 'python':
      return undefined;
    default: {
      const value = run[key as keyof Run];
      if (inner === undefined || typeof value !== 'object' || value === null) return of(value);
      return of((value as Record<string, unknown>)[inner]);
    }
  }
}
