import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { firstFault } from '../base/fault-words.ts';
import { InputError, messageOf } from '../base/problem.ts';
import type { Declaration } from '../templates/types.ts';

const entry = z.object({
  task: z.string(),
  inputs: z.array(z.string()).default([]),
  targets: z.array(z.string()).max(3),
});

/**
 * Reads declarations from JSON (a list of `{task, inputs, targets}`) or JSONL (one of them a line). Throws
 * InputError with the line of what is wrong.
 */
export function readDeclarations(given: string): Map<string, Declaration> {
  const file = resolve(given);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`cannot be read (${messageOf(error)})`, { file });
  }
  const entries = text.trimStart().startsWith('[') ? fromList(file, text) : fromLines(file, text);
  const declarations = new Map<string, Declaration>();
  for (const { value, line } of entries) {
    const checked = entry.safeParse(value);
    if (!checked.success) {
      const fault = firstFault(checked.error, 'the entry');
      throw new InputError(`not a declaration {task, inputs, targets}: ${fault}`, { file, line });
    }
    const { task, inputs, targets } = checked.data;
    if (declarations.has(task)) throw new InputError(`"${task}" is declared twice`, { file, line });
    declarations.set(task, { inputs, targets });
  }
  return declarations;
}

function fromList(file: string, text: string): { value: unknown; line?: number }[] {
  return (parsed(file, text) as unknown[]).map((value) => ({ value }));
}

function fromLines(file: string, text: string): { value: unknown; line: number }[] {
  return text
    .split('\n')
    .map((row, index) => ({ row: row.trim(), line: index + 1 }))
    .filter(({ row }) => row !== '')
    .map(({ row, line }) => ({ value: parsed(file, row, line), line }));
}

function parsed(file: string, text: string, line?: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`not JSON: ${messageOf(error)}`, { file, line });
  }
}
