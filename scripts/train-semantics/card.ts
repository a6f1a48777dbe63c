import * as z from 'zod';
import type { Fit } from './measure.ts';

const Measure = z.object({
  mean: z.number(),
  repeats: z.array(z.number()),
  interval: z.tuple([z.number(), z.number()]),
});
const Summary = z.object({
  f1: Measure,
  precision: Measure,
  recall: Measure,
  warning_precision: Measure,
  warning_recall: Measure,
  templates: z.int(),
  altering: z.int(),
});
const Calibrated = Summary.extend({
  calibration: z.array(
    z.object({ from: z.number(), templates: z.int(), score: z.number(), altering: z.number() }),
  ),
});
/** What train.py measured by nested cross-validation. */
export const Figures = z.object({
  seed: z.int(),
  families: z.int(),
  undeclared: Calibrated,
  declared: Calibrated,
  declaredTargetsOnly: Summary,
  declaredLeaveOneOut: Summary,
});
export type Figures = z.infer<typeof Figures>;

const ROWS: [
  keyof Figures & ('undeclared' | 'declared' | 'declaredTargetsOnly' | 'declaredLeaveOneOut'),
  string,
][] = [
  ['undeclared', 'without declarations'],
  ['declared', 'with declarations'],
  ['declaredTargetsOnly', 'with declarations, only tasks that have a target to declare'],
  ['declaredLeaveOneOut', "with declarations made without the template's own label"],
];

/** The tables of the model card. */
export function tables(figures: Figures, fit: { undeclared: Fit; declared: Fit }): string {
  const measured = ROWS.map(([key, name]) => {
    const part = figures[key];
    const cells = [part.f1, part.precision, part.recall, part.warning_precision, part.warning_recall].map(
      cell,
    );
    return `| ${name} | ${part.templates} (${part.altering}) | ${cells.join(' | ')} |`;
  });
  const fitted = (['undeclared', 'declared'] as const).map((key) => {
    const { flagged, f1, warnings, warningPrecision } = fit[key];
    return `| ${key} | ${flagged} | ${f1.toFixed(3)} | ${warnings} | ${warningPrecision.toFixed(3)} |`;
  });
  return [
    '### Measured on data sets not seen in training',
    '',
    '| | templates (altering) | F1 | precision | recall | precision of warnings | recall of warnings |',
    '|---|---|---|---|---|---|---|',
    ...measured,
    '',
    `Means of ${figures.undeclared.f1.repeats.length} repeats with other folds (F1 without declarations: ${each(figures.undeclared.f1.repeats)}; with: ${each(figures.declared.f1.repeats)}); in brackets 95 % intervals of the first repeat, from 1,000 bootstrap draws of whole families.`,
    '',
    '### Calibration',
    '',
    'Of the templates with a score in a tenth: the mean score, and the share that alters.',
    '',
    '| score | templates | mean score | altering | with declarations: templates | mean score | altering |',
    '|---|---|---|---|---|---|---|',
    ...calibrationRows(figures),
    '',
    '### The committed files on the data they were trained on',
    '',
    'No measure of quality; a test recomputes it to see that these are the files the card speaks of.',
    '',
    '| | flagged | F1 | warnings | precision of warnings |',
    '|---|---|---|---|---|',
    ...fitted,
    '',
  ].join('\n');
}

function cell({ mean, interval: [low, high] }: z.infer<typeof Measure>): string {
  return `${mean.toFixed(3)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function each(values: readonly number[]): string {
  return values.map((value) => value.toFixed(3)).join(', ');
}

function calibrationRows({ undeclared, declared }: Figures): string[] {
  return Array.from({ length: 10 }, (_, tenth) => {
    const from = tenth / 10;
    const cells = [undeclared, declared].map(({ calibration }) => {
      const row = calibration.find((one) => Math.abs(one.from - from) < 0.01);
      return row ? `${row.templates} | ${row.score.toFixed(2)} | ${row.altering.toFixed(2)}` : '0 | – | –';
    });
    return `| ${from.toFixed(1)}–${(from + 0.1).toFixed(1)} | ${cells.join(' | ')} |`;
  });
}

const BEGIN = '<!-- figures: written by npm run train:semantics -->';
const END = '<!-- end of figures -->';

/** The card with its tables renewed. */
export function renewed(card: string, text: string): string {
  const from = card.indexOf(BEGIN);
  const to = card.indexOf(END);
  if (from < 0 || to < from) throw new Error('the card lacks the marks between which its figures stand');
  return `${card.slice(0, from + BEGIN.length)}\n${text}${card.slice(to)}`;
}
