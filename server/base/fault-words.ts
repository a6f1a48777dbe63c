import * as z from 'zod';
import en from 'zod/v4/locales/en.js';

const english = en().localeError;

/** What a value should be, for a person who wrote a file or an option; loading this file has zod say it so. */
export function faultInWords(issue: z.core.$ZodRawIssue): ReturnType<typeof english> {
  switch (issue.code) {
    case 'invalid_type':
      return `should be ${KINDS[issue.expected] ?? issue.expected}${givenInWords(issue.input)}`;
    case 'invalid_value':
      return `should be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}${givenInWords(issue.input)}`;
    case 'too_small':
      return boundInWords(issue.origin, issue.inclusive ? 'at least' : 'more than', Number(issue.minimum));
    case 'too_big':
      return boundInWords(issue.origin, issue.inclusive ? 'at most' : 'less than', Number(issue.maximum));
    default:
      return english(issue);
  }
}

/** Where the first fault of a value stands, and what is wrong there; `whole` names the value itself. */
export function firstFault({ issues: [issue] }: z.ZodError, whole: string): string {
  return `${issue?.path.map(String).join('.') || whole}: ${issue?.message ?? 'is not valid'}`;
}

const KINDS: Partial<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function boundInWords(origin: string, how: string, bound: number): string {
  if (origin === 'string')
    return how === 'at least' && bound === 1 ? 'is empty' : `should have ${how} ${bound} letters`;
  if (origin === 'array' || origin === 'set')
    return how === 'at least' && bound === 1 ? 'is empty' : `should have ${how} ${bound} entries`;
  return `should be ${how} ${bound}`;
}

function givenInWords(given: unknown): string {
  if (given === undefined) return '';
  if (typeof given === 'object' && given !== null)
    return Array.isArray(given) ? ', not a list' : ', not a mapping';
  return `, not ${JSON.stringify(given)}`;
}

z.config({ localeError: faultInWords });
