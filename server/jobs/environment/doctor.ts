import { delimiter } from 'node:path';
import * as z from 'zod';
import { messageOf } from '../../base/problem.ts';
import type { Interpreters, RunnerReport } from '../../protocol.ts';
import { gpusHere } from '../machine/gpus.ts';
import { pins, runnerFolder } from './folders.ts';
import { chooseInterpreter } from './interpreter.ts';
import { onPath, outputOf } from './programs.ts';

/** What `python -m heldout_runner doctor` prints. */
const doctorDocument = z.object({
  ok: z.boolean(),
  python: z.object({ version: z.string(), executable: z.string() }),
  packages: z.record(
    z.string(),
    z.object({ version: z.string().nullable(), wanted: z.string(), fits: z.boolean() }),
  ),
  cuda: z.object({ available: z.boolean(), version: z.string().nullable() }),
  gpus: z.array(z.object({ name: z.string(), memory: z.number() })),
  problems: z.array(z.object({ text: z.string(), mend: z.string(), required: z.boolean() })),
});

const SETUP = '"heldout runner setup"';

/** The environment of a runner, for a command that finds its package there. */
export function runnerEnv(folder: string): Record<string, string> {
  const { PYTHONPATH } = process.env;
  return { PYTHONPATH: PYTHONPATH ? `${folder}${delimiter}${PYTHONPATH}` : folder };
}

/** What training needs, what of it is there, and the command that mends what is not. */
export async function examineRunner(given: Interpreters): Promise<RunnerReport> {
  const chosen = await chooseInterpreter(given);
  const report: RunnerReport = {
    ok: false,
    interpreter: chosen?.path ?? null,
    chosenBy: chosen?.chosenBy ?? 'none',
    parts: [],
    gpus: [],
    problems: [],
  };
  if (!chosen) {
    report.problems.push({ text: 'no Python environment was made or chosen', mend: SETUP, required: true });
    for (const [name, wanted] of pins()) report.parts.push({ name, found: null, wanted, state: 'missing' });
  } else await ask(chosen.path, report);
  await examineMachine(report);
  report.ok = !report.problems.some(({ required }) => required);
  return report;
}

async function ask(interpreter: string, report: RunnerReport): Promise<void> {
  const env = { ...process.env, ...runnerEnv(runnerFolder()) };
  const answer = await outputOf(interpreter, ['-m', 'heldout_runner', 'doctor'], { env });
  if ('error' in answer) {
    report.problems.push({
      text: `${interpreter} can't be run: ${answer.error}`,
      mend: SETUP,
      required: true,
    });
    return;
  }
  let document: z.infer<typeof doctorDocument>;
  try {
    document = doctorDocument.parse(JSON.parse(answer.stdout));
  } catch (error) {
    const text = `${interpreter} answers what is no report: ${messageOf(error).split('\n')[0]}`;
    report.problems.push({ text, mend: SETUP, required: true });
    return;
  }
  const { python, packages, cuda, gpus, problems } = document;
  report.parts.push({ name: 'python', found: python.version, wanted: '3.10 or later', state: 'fine' });
  for (const [name, { version, wanted, fits }] of Object.entries(packages)) {
    report.parts.push({
      name,
      found: version,
      wanted,
      state: fits ? 'fine' : version === null ? 'missing' : 'other',
    });
  }
  report.parts.push({
    name: 'CUDA',
    found: cuda.available ? cuda.version : null,
    wanted: null,
    state: cuda.available ? 'fine' : 'optional',
  });
  report.gpus = gpus.map(({ name, memory }) => `${name}, ${Math.round(memory / 2 ** 30)} GiB`);
  report.problems.push(...problems);
}

/** Programs that are used where they are there. */
async function examineMachine(report: RunnerReport): Promise<void> {
  for (const name of ['uv', 'nvidia-smi', 'sbatch']) {
    const path = onPath(name) ?? null;
    report.parts.push({ name, found: path, wanted: null, state: path ? 'fine' : 'optional' });
  }
  if (report.gpus.length > 0) return;
  try {
    const seen = await gpusHere();
    report.gpus = seen.map(({ name, totalMegabytes }) => `${name}, ${Math.round(totalMegabytes / 1024)} GiB`);
  } catch (error) {
    report.problems.push({ text: messageOf(error), mend: 'see the driver of the GPU', required: false });
  }
}
