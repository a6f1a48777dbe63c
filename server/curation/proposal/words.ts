import { stemsOf } from '../../templates/features/words.ts';

/** The stems of a name's words: `task001_quoref_questionGeneration` without its number. */
export function stemsOfName(name: string): string[] {
  const apart = name
    .replace(/^task\d+[_-]/iu, '')
    .replace(/(\p{Ll})(?=\p{Lu}\p{Ll})/gu, '$1 ')
    .replace(/[_./:&]+/gu, ' ');
  return stemsOf(apart);
}

/** The same as one text. */
export function phraseOf(name: string): string {
  return stemsOfName(name).join(' ');
}
