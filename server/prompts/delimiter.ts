import { randomFor } from '../base/random.ts';

/** The marks between source and target (OPT-IML, section 3), exactly these. */
export const DELIMITERS = [
  '\nAnswer:',
  'Answer:',
  '\nA:',
  'A:',
  '\nOutput:',
  'Output:',
  '\nanswer:',
  '\noutput:',
] as const;

/**
 * The delimiter of one example: drawn by seed, the same for every template of the example. None for
 * an empty source (plain text) and for a source that ends in ":" already.
 */
export function delimiterFor(source: string, task: string, example: number, seed: number): string {
  const end = source.trimEnd();
  if (end === '' || end.endsWith(':')) return '';
  return DELIMITERS[randomFor('delimiter', task, example, seed).below(DELIMITERS.length)]!;
}

/**
 * Source with its delimiter, as text. One that starts on the same line is set off by a space where
 * the source doesn't end in white space.
 */
export function delimiterText(source: string, delimiter: string): string {
  if (delimiter === '' || delimiter.startsWith('\n') || /\s$/u.test(source)) return delimiter;
  return ` ${delimiter}`;
}

/** What stands between the whole source and the target when both are one text: a space, unless there is white space. */
export function joint(source: string): string {
  return source === '' || /\s$/u.test(source) ? '' : ' ';
}
