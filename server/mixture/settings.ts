import type { BenchFile } from '../bench/schema.ts';
import { type Demonstrating, MAX_SHOTS } from '../prompts/metaicl.ts';

/** How tasks are mixed (OPT-IML, sections 3.2 and 4); the section `mixture` of heldout.yaml, complete. */
export interface MixtureSettings {
  /** Examples of one task that count towards its share, at most. */
  maxExamples: number;
  /** Weights of the collections named; the others keep the share that their examples give them. */
  proportions: Readonly<Record<string, number>>;
  /** Shares of the extra streams in all that is drawn. */
  reasoning: number;
  pretraining: number;
  dialogue: number;
  metaicl?: Demonstrating;
}

/** What the paper settled on; of dialogue none. */
export const PAPER = { maxExamples: 4096, reasoning: 0.01, pretraining: 0.05, dialogue: 0 } as const;

export function mixtureSettings(section: BenchFile['mixture'] = {}): MixtureSettings {
  const { metaicl } = section;
  return {
    maxExamples: section.max_examples ?? PAPER.maxExamples,
    proportions: section.proportions ?? {},
    reasoning: section.reasoning ?? PAPER.reasoning,
    pretraining: section.pretraining ?? PAPER.pretraining,
    dialogue: section.dialogue ?? PAPER.dialogue,
    metaicl: metaicl && {
      shape: metaicl.shape,
      maxShots: metaicl.max_shots ?? MAX_SHOTS,
      loss: metaicl.loss ?? 'plain',
    },
  };
}
