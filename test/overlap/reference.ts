/**
 * The overlap rule once more, as plainly as it can be said: sets of joined strings, no hashing, no bytes.
 * Slow, and shares no code with what it checks.
 */
import type { Document, PairFigures } from '../../server/overlap/types.ts';

export interface ReferenceTask {
  task: string;
  examples: number;
  documents: { example: number; document: Document }[];
}

interface Word {
  text: string;
  content: boolean;
}

const PUNCTUATION = new Set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');
const ALONE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー\uff70\u3099\u309a]$/u;

function isPunctuation(character: string): boolean {
  return character < '\x80' ? PUNCTUATION.has(character) : /^\p{P}$/u.test(character);
}

/** What Python's `str.split()` splits on. */
function isWhite(character: string): boolean {
  return /^\p{White_Space}$/u.test(character) || (character >= '\x1c' && character <= '\x1f');
}

function lower(character: string): string {
  return character === 'ς' ? 'σ' : [...character.toLowerCase()][0]!;
}

export function words(document: Document): Word[] {
  const found: Word[] = [];
  let word: Word | undefined;
  let byte = 0;
  for (const character of document.text.toWellFormed()) {
    const start = byte;
    byte += Buffer.byteLength(character);
    if (isPunctuation(character)) continue;
    if (isWhite(character)) {
      word = undefined;
      continue;
    }
    const content = !document.content || document.content.some(([from, to]) => from < byte && start < to);
    if (!word || ALONE.test(character)) {
      word = { text: '', content: false };
      found.push(word);
    }
    word.text += lower(character);
    word.content ||= content;
    if (ALONE.test(character)) word = undefined;
  }
  return found;
}

function gramsOf(list: Word[], n: number): { gram: string; part: Word[] }[] {
  const found = [];
  for (let at = 0; at + n <= list.length; at++) {
    const part = list.slice(at, at + n);
    found.push({ gram: part.map((word) => word.text).join(' '), part });
  }
  return found;
}

/** For each gram of the task, the examples that hold it. */
function holders(task: ReferenceTask, n: number): Map<string, Set<number>> {
  const all = new Map<string, Set<number>>();
  for (const { example, document } of task.documents) {
    for (const { gram } of gramsOf(words(document), n))
      all.set(gram, (all.get(gram) ?? new Set()).add(example));
  }
  return all;
}

function contentOf(document: Document): string[] {
  return words(document)
    .filter((word) => word.content)
    .map((word) => word.text);
}

function most(count: number, examples: number): boolean {
  return examples >= 5 && count > examples / 2;
}

export function referencePair(train: ReferenceTask, held: ReferenceTask, n: number): PairFigures {
  const inTrain = holders(train, n);
  const inHeld = holders(held, n);
  const overlapping = new Set<number>();
  const overlappingContent = new Set<number>();
  for (const { example, document } of held.documents) {
    const grams = gramsOf(words(document), n);
    const common = new Set<Word>();
    for (const { gram, part } of grams) {
      if (most(inHeld.get(gram)!.size, held.examples)) for (const word of part) common.add(word);
    }
    for (const { gram, part } of grams) {
      const trainHolders = inTrain.get(gram);
      if (!trainHolders) continue;
      overlapping.add(example);
      const own = part.filter((word) => !common.has(word)).length;
      const content = part.some((word) => word.content) && own >= (3 * n) / 5;
      if (content && !most(trainHolders.size, train.examples)) overlappingContent.add(example);
    }
  }
  const trainContents = new Set(train.documents.map(({ document }) => contentOf(document).join(' ')));
  let short = 0;
  let shortMatches = 0;
  for (let example = 0; example < held.examples; example++) {
    const contents = held.documents
      .filter((one) => one.example === example)
      .map((one) => contentOf(one.document));
    if (contents.some((content) => content.length >= n)) continue;
    short++;
    if (contents.some((content) => content.length > 0 && trainContents.has(content.join(' '))))
      shortMatches++;
  }
  const share = (count: number) => (held.examples === 0 ? 0 : count / held.examples);
  return {
    train: train.task,
    eval: held.task,
    evalExamples: held.examples,
    overlapping: overlapping.size,
    fraction: share(overlapping.size),
    overlappingContent: overlappingContent.size,
    fractionContent: share(overlappingContent.size),
    short,
    shortMatches,
  };
}

/** The examples of the train task that share with the eval task: by content, or where there is none by any gram. */
export function referenceSharing(train: ReferenceTask, held: ReferenceTask, n: number): number[] {
  const inTrain = holders(train, n);
  const inHeld = holders(held, n);
  const any = new Set<number>();
  const content = new Set<number>();
  for (const { document } of held.documents) {
    const grams = gramsOf(words(document), n);
    const common = new Set<Word>();
    for (const { gram, part } of grams) {
      if (most(inHeld.get(gram)!.size, held.examples)) for (const word of part) common.add(word);
    }
    for (const { gram, part } of grams) {
      const trainHolders = inTrain.get(gram);
      if (!trainHolders) continue;
      const own = part.filter((word) => !common.has(word)).length;
      const telling = part.some((word) => word.content) && own >= (3 * n) / 5;
      for (const example of trainHolders) {
        any.add(example);
        if (telling && !most(trainHolders.size, train.examples)) content.add(example);
      }
    }
  }
  for (let example = 0; example < held.examples; example++) {
    const contents = held.documents
      .filter((one) => one.example === example)
      .map((one) => contentOf(one.document));
    if (contents.some((one) => one.length >= n)) continue;
    const whole = new Set(contents.filter((one) => one.length > 0).map((one) => one.join(' ')));
    for (const one of train.documents) {
      if (whole.has(contentOf(one.document).join(' '))) content.add(one.example);
    }
  }
  return [...(content.size > 0 ? content : any)].sort((a, b) => a - b);
}
