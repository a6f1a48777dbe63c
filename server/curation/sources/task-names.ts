import { knownDataSet } from './aliases.ts';
import { PREFIX } from './key.ts';
import { spelling } from './spelling.ts';

/** `task001_quoref_question_generation`: the number, the data, what is asked. */
const NUMBERED = /^task\d+_/u;

/** Words of a task's name that say what is asked, in what language, or of what kind the text is: no data set. */
const GENERIC = new Set(
  (
    'a actor age amazon analogical and annotation anomaly answer answerable answering answers antonym antonyms ar argument arithmetic ' +
    'bengali bg binary bn category cause causal character chinese choice class classification classifier classify code coarse common ' +
    'commonsense completion compute conversation coreference correct count country de detection dialog dialogue different discrete ' +
    'disease dutch emotion en eng english entailment entity equation error es event explanation extract extraction fa fact factual ' +
    'fill find fine food fr french function gender gene general generate generation german given grammar grammatical gu gujarati ' +
    'hate headline hi hindi human hypernym hypothesis identification identify in incorrect index indian inference intent irony it ' +
    'italian ja japanese kannada keyword ko korean language legal lists list long longest malayalam marathi math mathematical ' +
    'medical meronym missing modification movie multiple music named named_entity natural negation negative news next nl no number ' +
    'numbers object of offensive option options oriya original paraphrase paraphrasing part participant parts passage pa person pl ' +
    'place poem political polarity pos positive premise program pt punjabi qa quality query question questions random ranking rating ' +
    'reading reason reasoning recipe relation remove replace response reverse review reviews role ru sarcasm science section select ' +
    'selection semantic sentence sentiment sequence shortest short similarity simple size smallest social span spanish speech ' +
    'split spanish sql stance story string structured style subject summarization summary swahili ta tamil task te telugu test text ' +
    'the time title topic toxicity train transfer translate translation tweet twitter type unanswerable urdu ur validation valid ' +
    'verification vi wikipedia word words wrong yes yo zh'
  ).split(' '),
);

/** A first word of so many letters names its data by itself, whatever follows. */
const TELLING = 6;

export interface NamedSource {
  key: string;
  /** As it is written. */
  name: string;
}

/** A data set that the field knows, at the start of a task's name: the longest. */
export function knownInName(name: string): NamedSource | undefined {
  const words = wordsOf(name);
  for (let count = Math.min(words.length, 6); count > 0; count--) {
    const start = words.slice(0, count).join('_');
    const key = knownDataSet(spelling(start));
    if (key) return { key, name: start };
  }
  return undefined;
}

function wordsOf(name: string): string[] {
  return name
    .replace(NUMBERED, '')
    .replace(PREFIX, '')
    .split(/[_\-/\s]+/u)
    .filter((word) => word !== '');
}

/**
 * The data that a task's name tells: a data set that the field knows, else what the convention of the name says.
 * A name without one is the data's name as a whole.
 */
export function sourceInName(name: string): NamedSource | undefined {
  const known = knownInName(name);
  if (known) return known;
  const words = wordsOf(name);
  if (NUMBERED.test(name)) return guessed(words);
  const whole = words.join('_');
  return words.every((word) => GENERIC.has(word.toLowerCase()))
    ? undefined
    : { key: spelling(whole), name: whole };
}

/** The words before the one that says what is asked. */
function guessed(words: readonly string[]): NamedSource | undefined {
  const end = words.findIndex((word) => GENERIC.has(word.toLowerCase()));
  const own = end < 0 ? words : words.slice(0, end);
  const start = (own[0]?.length ?? 0) >= TELLING && own[0] !== 'semeval' ? own.slice(0, 1) : own;
  const name = start.join('_');
  const key = spelling(name);
  return key.length < 3 || /^\d+$/u.test(key) ? undefined : { key, name };
}
