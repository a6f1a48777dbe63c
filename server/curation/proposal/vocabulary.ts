import { spelling } from '../sources/spelling.ts';
import { KNOWN_CATEGORIES, type KnownCategory } from './categories.ts';
import { phraseOf, stemsOfName } from './words.ts';

/** A phrase of a category, found in a text. */
export interface Found {
  category: string;
  /** As the list of categories writes it. */
  phrase: string;
  /** Words that it is made of. */
  words: number;
  /** It is said of other jobs as well. */
  hint: boolean;
}

/** A category that the bench names in its taxonomy, its splits or its decisions. */
export interface BenchCategory {
  name: string;
  /** The collections' own categories that it takes in. */
  from: readonly string[];
}

type Phrase = Pick<Found, 'category' | 'phrase' | 'hint'>;

/**
 * The categories there are to propose, by their words: those of the field, under the names that the bench
 * gives them. Of what the bench calls a category, its own spelling is kept: where the bench has "NLI",
 * nobody is offered "Textual Entailment".
 */
export class Vocabulary {
  /** By stems, a blank between them. */
  readonly #names = new Map<string, Phrase>();
  /** What `namesIn` looks for: the names and the hints. */
  readonly #parts = new Map<string, Phrase>();
  readonly #cues = new Map<string, Phrase>();
  readonly #data = new Map<string, Phrase>();
  readonly #longest: number;
  readonly #longestCue: number;

  /** What a category is called by now: some were renamed or merged. */
  readonly now: (category: string) => string;

  constructor(
    bench: readonly BenchCategory[] = [],
    now: (category: string) => string = (category) => category,
    known: readonly KnownCategory[] = KNOWN_CATEGORIES,
  ) {
    this.now = now;
    const ours = new Map<string, string>();
    for (const { name } of bench) ours.set(phraseOf(name), now(name));
    for (const { name, also, says, hints, data } of known) {
      const spellings = [name, ...also];
      // The category's own name first: "Question Answering" of the bench, not its "QA", if it has both.
      const category = spellings.map((one) => ours.get(phraseOf(one))).find(Boolean) ?? now(name);
      const told = (phrase: string, hint = false) => ({ category, phrase, hint });
      for (const phrase of hints) add(this.#parts, phraseOf(phrase), told(phrase, true));
      for (const phrase of spellings) add(this.#names, phraseOf(phrase), told(phrase));
      for (const phrase of says) add(this.#cues, phraseOf(phrase), told(phrase));
      for (const set of data) add(this.#data, spelling(set), told(set));
    }
    // What a person mapped one collection's word to holds for that word in another collection.
    for (const { name, from } of bench) {
      for (const tag of from)
        this.#names.set(phraseOf(tag), { category: now(name), phrase: tag, hint: false });
    }
    // Names that are the bench's alone, and those that it uses beside another of the same meaning.
    for (const [stems, name] of ours) this.#names.set(stems, { category: name, phrase: name, hint: false });
    for (const [stems, name] of this.#names) add(this.#parts, stems, name);
    this.#longest = longest(this.#parts);
    this.#longestCue = longest(this.#cues);
  }

  /** Every category, by all that it is called. */
  categories(): { category: string; names: string[] }[] {
    const byCategory = new Map<string, Set<string>>();
    for (const { category, phrase } of this.#names.values())
      byCategory.set(category, (byCategory.get(category) ?? new Set([category])).add(phrase));
    return [...byCategory].map(([category, names]) => ({ category, names: [...names] }));
  }

  /** The category that is called so, in another spelling or by another name. */
  called(name: string): string | undefined {
    return this.#names.get(phraseOf(name))?.category;
  }

  /** The names of categories that stand in a name of several words; what tells most first. */
  namesIn(name: string): Found[] {
    const found = inOrder(stemsOfName(name), this.#parts, this.#longest);
    // Of phrases as long as each other the later says what the job is: "entailment_classification" aside,
    // English puts it at the end ("quoref_question_generation").
    return found.reverse().sort((a, b) => Number(a.hint) - Number(b.hint) || b.words - a.words);
  }

  /** Phrases by which an instruction tells its category, each once. */
  cuesIn(stems: readonly string[]): Found[] {
    const found = inOrder(stems, this.#cues, this.#longestCue);
    return [...new Map(found.map((one) => [`${one.category}\n${one.phrase}`, one])).values()];
  }

  /** The well-known data sets whose names stand in a name, longest first. */
  dataIn(name: string): Found[] {
    const parts = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    const found: Found[] = [];
    for (let from = 0; from < parts.length; from++) {
      for (let to = Math.min(parts.length, from + 4); to > from; to--) {
        const known = this.#data.get(spelling(parts.slice(from, to).join('_')));
        if (known) found.push({ ...known, words: to - from });
      }
    }
    return found.sort((a, b) => b.words - a.words || b.phrase.length - a.phrase.length);
  }
}

/** The first category that claims a phrase keeps it. */
function add(phrases: Map<string, Phrase>, key: string, phrase: Phrase): void {
  if (key !== '' && !phrases.has(key)) phrases.set(key, phrase);
}

function longest(phrases: ReadonlyMap<string, Phrase>): number {
  return Math.max(1, ...[...phrases.keys()].map((key) => key.split(' ').length));
}

/** Phrases that stand in a text, from left to right; of overlapping ones the longest at its place. */
function inOrder(stems: readonly string[], phrases: ReadonlyMap<string, Phrase>, most: number): Found[] {
  const found: Found[] = [];
  for (let at = 0; at < stems.length; ) {
    let words = Math.min(most, stems.length - at);
    let known: Phrase | undefined;
    for (; words > 0 && !known; words--) known = phrases.get(stems.slice(at, at + words).join(' '));
    if (known) found.push({ ...known, words: words + 1 });
    at += known ? words + 1 : 1;
  }
  return found;
}
