import { readPatterns } from '../../collections/formats/flan-templates.ts';
import type { TaskFacts } from '../../collections/types.ts';
import type { Finding } from '../types.ts';
import { FILE_START, LineTable, type PlacedTask, type TemplateFile } from './template-file.ts';

/** Reads a FLAN module's patterns as Python literals; nothing of it is executed. */
export function readFlan(file: string, source: string): TemplateFile {
  const lines = new LineTable(source);
  const faults: Finding[] = [];
  const tasks: PlacedTask[] = [];
  readPatterns(source, file, {
    task: (facts) => tasks.push(placed(file, facts, lines)),
    skip: ({ line, reason }) => {
      const at = line > 0 ? lines.line(line) : FILE_START;
      faults.push({ file, ...at, code: 'template-incomplete', severity: 'error', score: 1, message: reason });
    },
  });
  return { file, tasks, faults };
}

function placed(file: string, facts: TaskFacts, lines: LineTable): PlacedTask {
  const templates = facts.templates.map((template, index) => {
    const at = lines.line(template.line ?? 1);
    const next = facts.templates[index + 1]?.line;
    const entry = next === undefined ? at : { ...at, endLine: next, endColumn: 1 };
    return { template, at, entry, texts: [], textAt: () => at, valueAt: () => undefined };
  });
  return { task: facts.name, file, at: templates[0]?.at ?? FILE_START, templates };
}
