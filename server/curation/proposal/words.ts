import { stemsOf } from '../../templates/features/words.ts';

/** The stems of a name's words: `task001_quoref_questionGeneration` without its number. */
export function stemsOfName(name: string): string[] {
  return stemsOf(apart(name));
}

/** A name with its words apart. */
export function apart(name: string): string {
  return name
    .replace(/^task\d+[_-]/iu, '')
    .replace(/(\p{Ll})(?=\p{Lu}\p{Ll})/gu, '$1 ')
    .replace(/[_./:&]+/gu, ' ');
}

/** The words of a text that a phrase was found in by its stems; the phrase where they can't be told. */
export function asWritten(text: string, phrase: string): string {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const stems = words.map((word) => stemsOf(word).join(' '));
  const wanted = phraseOf(phrase).split(' ');
  const at = stems.findIndex((_, place) => wanted.every((stem, next) => stems[place + next] === stem));
  return at < 0 ? phrase : words.slice(at, at + wanted.length).join(' ');
}

/** The same as one text. */
export function phraseOf(name: string): string {
  return stemsOfName(name).join(' ');
}
