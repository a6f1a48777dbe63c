import { type Gpu, gpusHere } from '../../jobs/machine/gpus.ts';
import { memoryOf, totalBytes, trainedParameters, whatToLower } from '../../jobs/run-spec/memory.ts';
import type { ResolvedRun } from '../../jobs/run-spec/resolve.ts';
import { speedOf } from '../../jobs/run-spec/speed.ts';
import { mixtureQuery, packingQuery, type RunEstimate } from '../../protocol.ts';
import type { Mixing } from '../mixed-tasks.ts';
import { mixtureView } from '../mixture-view.ts';
import { packingView } from '../packing-view.ts';
import type { Session } from '../session.ts';

/** Sequences that are packed to learn how many examples one holds. */
const SAMPLED = 32;

const GIB = 2 ** 30;

/** What a run takes, before it is launched. Throws InputError where nothing can be drawn. */
export async function estimateRun(
  session: Session,
  resolved: ResolvedRun,
  work: Pick<Mixing, 'signal' | 'onStep'>,
): Promise<RunEstimate> {
  const { run, launch, devices, model } = resolved;
  const { seed, steps, batch, length, tokenizer } = run;
  const packed = await packingView(
    session,
    packingQuery.parse({ tokenizer, seed, length, sequences: SAMPLED }),
    work,
  );
  const examples = Math.round((packed.examples / packed.sequences.length) * steps * batch);
  const { collections } = await mixtureView(
    session,
    mixtureQuery.parse({ seed, steps: 1, batch: Math.max(1, examples) }),
    work,
  );
  const [gpu] = launch.kind === 'machine' ? await gpusHere() : [];
  const parts = memoryOf(resolved, packed.loss);
  const bytes = totalBytes(parts);
  const available = gpu && run.device === 'cuda' ? gpu.totalMegabytes * 2 ** 20 : null;
  const { secondsPerStep, basis, rests } = speedOf(resolved, session.root, gpu?.name);
  return {
    name: run.name,
    launcher: launch.kind,
    devices,
    device: run.device,
    parameters: model.parameters,
    trainedParameters: trainedParameters(run, model.shape, model.parameters),
    steps,
    batch,
    micro_batch: run.micro_batch,
    length,
    tokens: steps * batch * length,
    stream: {
      sampled: packed.sequences.length,
      examples,
      padding: packed.padding,
      loss: packed.loss,
      truncated: packed.truncated / Math.max(1, packed.examples),
    },
    epochs: collections
      .filter(({ after }) => after > 0)
      .map(({ collection, examples: own, epochs }) => ({ collection, examples: own, epochs })),
    memory: { bytes, parts, available },
    time: { seconds: secondsPerStep === undefined ? null : secondsPerStep * steps, basis, rests },
    warnings: warningsOf(resolved, packed, bytes, available, gpu),
  };
}

function warningsOf(
  resolved: ResolvedRun,
  packed: { loss: number; truncated: number; examples: number },
  bytes: number,
  available: number | null,
  gpu: Gpu | undefined,
): string[] {
  const warnings: string[] = [];
  if (available !== null && bytes > available) {
    const lower = whatToLower(resolved, packed.loss, available);
    const mend =
      lower === undefined ? 'no smaller micro_batch brings it within' : `${lower} brings it within`;
    warnings.push(`needs ${gib(bytes)} of a GPU that has ${gib(available)} (${gpu!.name}): ${mend}`);
  }
  const cut = packed.truncated / Math.max(1, packed.examples);
  if (cut > 0.1) {
    warnings.push(
      `${Math.round(cut * 100)} % of the examples are longer than ${resolved.run.length} tokens and lose their left end`,
    );
  }
  return warnings;
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
