/**
 * The answer at the end of a chain of thought, by the rules of lm-evaluation-harness for GSM8K (`strict-match`,
 * `flexible-extract`) and BBH (`get-answer`), on what was written up to a further question of the model's own.
 */

/** Where a model that goes on after its answer asks itself the next question. */
const NEXT = /\n\s*(?:Q|Question|Problem):/u;

const own = (text: string) => text.split(NEXT, 1)[0]!;

/**
 * The number after the first `#### `; else what follows the first "the answer is", to the end of the line, without
 * a full stop; else the whole text. Of a number, `$` and the separators of thousands go.
 */
export function finalAnswer(text: string): string {
  const written = own(text);
  const marked =
    /#### (-?\$?[0-9.,]+)/u.exec(written)?.[1] ?? /the answer is:?([^\n]*)/iu.exec(written)?.[1] ?? written;
  return plainNumber(marked.trim().replace(/\.$/u, '').trim());
}

/** The last number of the text, wherever it stands; undefined where there is none. */
export function lastNumber(text: string): string | undefined {
  const found = own(text)
    .match(/-?[$0-9.,]{2,}|-?[0-9]+/gu)
    ?.at(-1);
  return found === undefined ? undefined : ignored(found);
}

/** What the harness leaves out of both sides before it compares numbers. */
const ignored = (text: string) => text.replace(/[,$]/gu, '').replace(/\.$/u, '');

function plainNumber(text: string): string {
  return /^[-+]?\$?[-+]?\d[\d,]*(\.\d+)?$/u.test(text) ? ignored(text) : text;
}

/** 1 where the answers at the ends agree. */
export function finalAnswerMatch(references: readonly string[], prediction: string): number {
  const said = finalAnswer(prediction);
  return Number(references.some((reference) => finalAnswer(reference) === said));
}

/** 1 where the last number is a reference's; undefined where a reference is no number. */
export function lastNumberMatch(references: readonly string[], prediction: string): number | undefined {
  const numbers = references.map(finalAnswer);
  if (!numbers.every((text) => /^[-+]?\d+(\.\d+)?$/u.test(text))) return undefined;
  const said = lastNumber(prediction);
  return Number(said !== undefined && numbers.includes(said));
}
