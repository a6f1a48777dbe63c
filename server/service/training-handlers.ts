import { readFileSync } from 'node:fs';
import { InputError, messageOf } from '../base/problem.ts';
import { estimateRun } from '../engine/training/estimate.ts';
import { runSpecsIn } from '../engine/training/ground.ts';
import { environmentProblem, resolveSpec, type SpecText, trainRun } from '../engine/training/train.ts';
import { examineRunner } from '../jobs/environment/doctor.ts';
import { setUpRunner } from '../jobs/environment/setup.ts';
import { Jobs } from '../jobs/listing.ts';
import { writeFirstSpec } from '../jobs/run-spec/first-spec.ts';
import { benchOf, type Call, type Handler } from './call.ts';

type TrainingRequest =
  | 'estimate'
  | 'train'
  | 'runSpecs'
  | 'newRunSpec'
  | 'environment'
  | 'runnerDoctor'
  | 'runnerSetup';

/** What answers the requests about training. In a folder that a person doesn't trust nothing is run. */
export const trainingHandlers: { [Name in TrainingRequest]: Handler<Name> } = {
  estimate: async ({ spec, launch }, call) =>
    estimateRun(benchOf(call), await resolveSpec(textOf(spec, call), launch), call),
  train: async ({ spec, launch, python }, call) => {
    checkTrusted(call);
    const session = benchOf(call);
    const text = textOf(spec, call);
    const { id } = await trainRun(session, text, await resolveSpec(text, launch), python, call);
    return new Jobs(session.root).row(id);
  },
  environment: async ({ spec, launch, python }, call) => {
    checkTrusted(call);
    const problem = await environmentProblem(await resolveSpec(textOf(spec, call), launch), python);
    return { problem: problem ?? null };
  },
  runSpecs: (_, { workspace }) => (workspace.session ? runSpecsIn(workspace.session.root) : []),
  newRunSpec: (first) => writeFirstSpec(first),
  runnerDoctor: ({ python }, call) => {
    checkTrusted(call);
    return examineRunner(python);
  },
  runnerSetup: async (_, call) => {
    checkTrusted(call);
    await setUpRunner({ signal: call.signal, onStep: call.onStep, say: () => {} });
    return examineRunner({});
  },
};

function checkTrusted({ workspace }: Call): void {
  if (!workspace.trusted)
    throw new InputError(
      'nothing is run in a folder that is not trusted: trust it first (Workspaces: Manage Workspace Trust)',
    );
}

/** As the editor has it, changes that are not saved included: what a person sees is what is launched. */
function textOf(file: string, { openText }: Call): SpecText {
  try {
    return { file, text: openText(file) ?? readFileSync(file, 'utf8') };
  } catch (error) {
    throw new InputError(`cannot be read (${messageOf(error)})`, { file });
  }
}
