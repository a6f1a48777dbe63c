import type * as z from 'zod';
import '../base/fault-words.ts';
import { InputError } from '../base/problem.ts';

/** What a verb's options ask for; one line with the option's name where a value is out of bounds. */
export function askedFor<T>(schema: z.ZodType<T>, options: unknown): T {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const option = String(issue?.path[0] ?? '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new InputError(`--${option} ${issue?.message ?? 'is not valid'}`);
}
