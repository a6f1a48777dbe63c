/** Our renderings beside Python's, counted. */
import { parseJson } from '../../../server/base/json.ts';
import type { Fields } from '../../../server/collections/types.ts';
import { compileFormat } from '../../../server/prompts/format.ts';
import { compileJinja } from '../../../server/prompts/jinja/compile.ts';
import { type CompiledTemplate, TemplateError, textOf } from '../../../server/prompts/types.ts';
import { ask } from '../../oracles/python.ts';

export interface Question {
  name: string;
  language: 'jinja' | 'format';
  text: string;
  answer_choices: string | null;
  /** Records as JSON texts. */
  records: string[];
}

export type Answer = { parts: string[] } | { error: string; line: number | null } | { address: true };
export type Ours =
  | { parts: string[] }
  | { error: string; line: number | undefined; column: number | undefined };

export interface Difference {
  name: string;
  text: string;
  answerChoices: string | null;
  record: string;
  python: Answer;
  ours: Ours;
}

export interface Counts {
  pairs: number;
  /** Equal text, byte for byte. */
  equal: number;
  /** An error on both sides. */
  bothErrors: number;
  /** Of these: with the same line, and with a line and a column. */
  sameLine: number;
  placed: number;
  /** Python fails and we don't, and the other way round. */
  pythonFails: number;
  weFail: number;
  different: number;
  /** Texts with a memory address of Python's in them, which nothing can equal. */
  addresses: number;
  differences: Difference[];
}

function compileOurs(question: Question): CompiledTemplate {
  if (question.language === 'format') return compileFormat(question.text);
  return compileJinja(question.text, { answerChoices: question.answer_choices ?? undefined });
}

function attempt(work: () => string[]): Ours {
  try {
    return { parts: work() };
  } catch (error) {
    if (error instanceof TemplateError)
      return { error: error.message, line: error.line, column: error.column };
    throw error;
  }
}

function ourAnswers(question: Question): Ours[] {
  let template: CompiledTemplate | undefined;
  const failed = attempt(() => {
    template = compileOurs(question);
    return [];
  });
  return question.records.map((record) =>
    template ? attempt(() => template!.render(parseJson(record) as Fields).parts.map(textOf)) : failed,
  );
}

export async function compare(python: string, questions: readonly Question[]): Promise<Counts> {
  const answers = await ask<Answer[]>(python, 'render.py', questions);
  const counts: Counts = {
    pairs: 0,
    equal: 0,
    bothErrors: 0,
    sameLine: 0,
    placed: 0,
    pythonFails: 0,
    weFail: 0,
    different: 0,
    addresses: 0,
    differences: [],
  };
  questions.forEach((question, i) => {
    ourAnswers(question).forEach((ours, j) => {
      count(counts, answers[i]![j]!, ours, question, question.records[j]!);
    });
  });
  return counts;
}

function count(counts: Counts, theirs: Answer, ours: Ours, question: Question, record: string): void {
  counts.pairs++;
  if ('address' in theirs) {
    counts.addresses++;
    return;
  }
  if ('error' in theirs && 'error' in ours) {
    counts.bothErrors++;
    if (ours.line !== undefined && ours.column !== undefined) counts.placed++;
    if (ours.line === theirs.line) counts.sameLine++;
    return;
  }
  if ('parts' in theirs && 'parts' in ours && theirs.parts.join('|||') === ours.parts.join('|||')) {
    if (theirs.parts.length === ours.parts.length) {
      counts.equal++;
      return;
    }
  }
  if ('error' in theirs) counts.pythonFails++;
  else if ('error' in ours) counts.weFail++;
  else counts.different++;
  const { name, text, answer_choices: answerChoices } = question;
  counts.differences.push({ name, text, answerChoices, record, python: theirs, ours });
}

/** The counts in one line, for the test's output. */
export function summary(counts: Counts): string {
  const { pairs, equal, bothErrors, placed, sameLine, pythonFails, weFail, different, addresses } = counts;
  const wrong = pythonFails + weFail + different;
  const share = ((100 * (pairs - addresses - wrong)) / (pairs - addresses)).toFixed(3);
  return (
    `${pairs} pairs: ${equal} equal, ${bothErrors} errors on both sides (${placed} with line and column, ` +
    `${sameLine} with Python's line), ${different} different, ${pythonFails} only Python fails, ` +
    `${weFail} only we fail, ${addresses} with memory addresses left out; ${share} % alike`
  );
}

/** The first differences, short, for the message of a failed assertion. */
export function shown(differences: readonly Difference[], most = 5): string {
  return differences
    .slice(0, most)
    .map((difference) => JSON.stringify(difference).slice(0, 900))
    .join('\n');
}
