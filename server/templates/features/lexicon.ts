import { stemsOf } from './words.ts';

const group = (words: string): ReadonlySet<string> => new Set(words.split(' ').flatMap(stemsOf));

const MAKE = group('generate write create compose produce make construct suggest invent formulate propose');
const QUESTION = group('question questions query');

/** "Generate a question", with at most three words between; `instruction` holds stems. */
export function asksForQuestion(instruction: readonly string[]): boolean {
  return instruction.some(
    (word, at) => MAKE.has(word) && instruction.slice(at + 1, at + 5).some((next) => QUESTION.has(next)),
  );
}
