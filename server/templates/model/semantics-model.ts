import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import * as z from 'zod';
import { InputError } from '../../base/problem.ts';
import type { Profile } from '../features/own.ts';
import { featuresOf, vectorOf } from '../features/vectors.ts';
import type { Declaration } from '../types.ts';

const Head = z.object({
  /** The ONNX file beside the description. */
  file: z.string(),
  features: z.array(z.string()),
  /** Platt scaling of the log odds. */
  slope: z.number(),
  offset: z.number(),
  /** Calibrated scores from which a template is flagged, and from which the finding is a warning. */
  information: z.number(),
  warning: z.number(),
});
export type Head = z.infer<typeof Head>;

const Description = z.object({ version: z.int(), seed: z.int(), undeclared: Head, declared: Head });

export interface Score {
  /** Calibrated probability that the template alters the task. */
  score: number;
  severity: 'warning' | 'information' | undefined;
}

/** Scores templates with the committed classifiers; one without and one with a declaration. */
export class SemanticsModel {
  readonly #undeclared: LoadedHead;
  readonly #declared: LoadedHead;

  private constructor(undeclared: LoadedHead, declared: LoadedHead) {
    this.#undeclared = undeclared;
    this.#declared = declared;
  }

  /** Loads the model from a folder; throws InputError where a file is missing or not what it should be. */
  static async load(folder: string = modelFolder()): Promise<SemanticsModel> {
    const path = join(folder, 'semantics.json');
    const description = Description.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (!description.success) throw new InputError('is no description of a semantics model', { file: path });
    const { undeclared, declared } = description.data;
    return new SemanticsModel(await loadHead(folder, undeclared), await loadHead(folder, declared));
  }

  /** One score for each of `profiles`, which are all templates of a task. */
  async score(profiles: readonly Profile[], declaration?: Declaration): Promise<Score[]> {
    if (profiles.length === 0) return [];
    const { session, head } = declaration ? this.#declared : this.#undeclared;
    const width = head.features.length;
    const rows = new Float32Array(profiles.length * width);
    profiles.forEach((profile, index) => {
      rows.set(vectorOf(featuresOf(profile, profiles, declaration), head.features), index * width);
    });
    const feeds = { input: new Tensor('float32', rows, [profiles.length, width]) };
    const { probability } = await session.run(feeds);
    const raw = probability!.data as Float32Array;
    return profiles.map((_, index) => graded(calibrated(raw[index]!, head), head));
  }
}

interface LoadedHead {
  session: InferenceSession;
  head: Head;
}

async function loadHead(folder: string, head: Head): Promise<LoadedHead> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;
  return { session: await InferenceSession.create(join(folder, head.file), options), head };
}

function calibrated(probability: number, head: Head): number {
  const p = Math.min(1 - 1e-6, Math.max(1e-6, probability));
  return 1 / (1 + Math.exp(-(head.slope * Math.log(p / (1 - p)) + head.offset)));
}

function graded(score: number, head: Head): Score {
  if (score >= head.warning) return { score, severity: 'warning' };
  return { score, severity: score >= head.information ? 'information' : undefined };
}

/** `media/models` of the package, seen from the source tree or from the bundle. */
export function modelFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const models = join(folder, 'media', 'models');
    if (existsSync(join(models, 'semantics.json'))) return models;
    if (dirname(folder) === folder) {
      throw new InputError('the semantics model is missing: run "npm run train:semantics"', {
        file: 'media/models',
      });
    }
  }
}

let shared: Promise<SemanticsModel> | undefined;

/** The committed model, loaded once. */
export function semanticsModel(): Promise<SemanticsModel> {
  shared ??= SemanticsModel.load();
  return shared;
}
