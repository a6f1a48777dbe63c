/** The overlap rule's terms. A token is a normalised word; a gram is `n` consecutive tokens of one document. */

/**
 * One instance's text as the overlap check sees it. `text` is source and target, a line feed between
 * them; `content` are the byte ranges of its UTF-8 form that came from the record (ascending, disjoint):
 * everything else the template wrote. Absent: all of it is content.
 */
export interface Document {
  text: string;
  content?: readonly (readonly [start: number, end: number])[];
}

/**
 * One task's documents, numbered by example; an example may give several documents (one per template).
 * Examples come in ascending order, the documents of one together.
 */
export interface DocumentSource {
  task: string;
  /** Examples in the task: bounds `example` below. */
  examples: number;
  /** Changes whenever a document does. With it, results are kept from one scan to the next. */
  fingerprint?: string;
  documents(signal: AbortSignal): AsyncIterable<{ example: number; document: Document }>;
}

/** The figures of a pair (DESIGN "Overlap, exactly"). */
export interface PairFigures {
  train: string;
  eval: string;
  /** Examples of the eval task. */
  evalExamples: number;
  /** Eval examples any of whose grams occurs in the train task; and their fraction. */
  overlapping: number;
  fraction: number;
  /** The same, without grams that are boilerplate. */
  overlappingContent: number;
  fractionContent: number;
  /** Eval examples with fewer than n content tokens, and those whose whole content a train example repeats. */
  short: number;
  shortMatches: number;
}

/** For one pair, an eval example and a train example that share text. */
export interface SharedExample {
  evalExample: number;
  trainExample: number;
  /** Grams of the eval example that occur in the train task, and how many of them are content. */
  grams: number;
  contentGrams: number;
  /** A short example, equal as a whole. */
  short: boolean;
  /** A number for the text that tells most; the same text has the same one in every pair and scan. */
  entry: number;
  /** Eval examples of the pair whose most telling text this is, this one included. */
  alike: number;
  /** All that these examples share with the train task, as a number (see `SharedSet` in figures.ts). */
  set: number;
}

/** A stretch of text that stands on both sides: UTF-16 offsets, end exclusive, into the two documents' texts. */
export interface SharedSpan {
  train: [start: number, end: number];
  eval: [start: number, end: number];
  words: number;
  /** Every gram of the span is boilerplate. */
  boilerplate: boolean;
}
