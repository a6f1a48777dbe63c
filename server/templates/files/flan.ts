import { type PatternPlace, readPatterns } from '../../collections/formats/flan-patterns.ts';
import type { TaskFacts, Template } from '../../collections/types.ts';
import type { Finding } from '../types.ts';
import {
  FILE_START,
  LineTable,
  type PlacedTask,
  type PlacedTemplate,
  type TemplateFile,
} from './template-file.ts';

/** Reads a FLAN module's patterns as Python literals; nothing of it is executed. */
export function readFlan(file: string, source: string): TemplateFile {
  const lines = new LineTable(source);
  const faults: Finding[] = [];
  const tasks: PlacedTask[] = [];
  const places = new Map<Template, PatternPlace>();
  readPatterns(
    source,
    file,
    {
      task: (facts) => tasks.push(placed(file, facts, lines, places)),
      skip: ({ line, reason }) => {
        const at = line > 0 ? lines.line(line) : FILE_START;
        faults.push({
          file,
          ...at,
          code: 'template-incomplete',
          severity: 'error',
          score: 1,
          message: reason,
        });
      },
    },
    (template, place) => places.set(template, place),
  );
  return { file, tasks, faults };
}

function placed(
  file: string,
  facts: TaskFacts,
  lines: LineTable,
  places: ReadonlyMap<Template, PatternPlace>,
): PlacedTask {
  const templates = facts.templates.map((template): PlacedTemplate => {
    const place = places.get(template)!;
    const [source = place, target = place] = place.parts;
    const separator = template.text.indexOf('|||');
    return {
      template,
      at: lines.range(source.from, source.to),
      entry: lines.range(place.from, place.to),
      texts: [],
      // A string's escapes and joins are not followed: the whole string stands for what is in it.
      textAt: (from) => {
        if (from === undefined) return lines.range(place.from, place.to);
        const part = from <= separator ? source : target;
        return lines.range(part.from, part.to);
      },
      valueAt: () => undefined,
    };
  });
  return { task: facts.name, file, at: templates[0]?.at ?? FILE_START, templates };
}
