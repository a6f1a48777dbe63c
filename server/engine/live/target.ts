import { relative, sep } from 'node:path';
import type { CatalogTask } from '../../catalog/catalog.ts';
import { readers } from '../../collections/registry.ts';
import type { FormatName } from '../../collections/types.ts';
import { LineTable } from '../../templates/files/template-file.ts';
import type { Session } from '../session.ts';
import { type JsonFields, jsonTexts } from './json-texts.ts';
import type { PieceText } from './pieces.ts';
import { csvTexts, tsvTexts } from './table-texts.ts';
import { promptSourceTexts, pythonTexts, yamlTexts } from './template-texts.ts';

/** A file of the train side: what is known of it, and how its texts are read. */
export interface LiveTarget {
  format: FormatName;
  /** Its train tasks; none while it was not imported. */
  tasks: readonly CatalogTask[];
}

/** What a file is to the bench; undefined where it is no file of a train task. */
export function liveTarget(session: Session, path: string): LiveTarget | undefined {
  const known = session.catalog.tasksOfFile(path);
  const collection =
    known.length > 0
      ? session.bench.collections.find(({ name }) => name === known[0]!.collection)
      : session.bench.collections.find(({ root, format }) => {
          const below = relative(root, path);
          if (below === '' || below.startsWith('..')) return false;
          return readers.get(format)?.accepts(below.split(sep).join('/')) ?? false;
        });
  if (!collection) return undefined;
  const placements = session.placements();
  const tasks = known.filter(({ id }) => {
    const placement = placements.get(id);
    return !placement || (placement.side === 'train' && !placement.leftOut);
  });
  const isTrain = known.length > 0 ? tasks.length > 0 : collection.use !== 'eval';
  return isTrain ? { format: collection.format, tasks } : undefined;
}

/** The texts of a train file as it stands in an editor; undefined where its kind is not read. */
export function liveTexts(path: string, source: string, target: LiveTarget): PieceText[] | undefined {
  const lines = new LineTable(source);
  const ending = /\.[^./\\]+$/.exec(path)?.[0].toLowerCase();
  switch (ending) {
    case '.json':
      return jsonTexts(source, lines, jsonFields(target), target.format !== 'natural-instructions');
    case '.jsonl':
    case '.ndjson':
      return jsonTexts(source, lines, jsonFields(target), true);
    case '.tsv':
      return tsvTexts(source, lines);
    case '.csv':
      return csvTexts(source, lines);
    case '.py':
      return pythonTexts(source, lines);
    case '.yaml':
    case '.yml':
      return target.format === 'promptsource' ? promptSourceTexts(path, source) : yamlTexts(source, lines);
    default:
      return undefined;
  }
}

function jsonFields({ format, tasks }: LiveTarget): JsonFields {
  if (format === 'natural-instructions') {
    // The worked examples stand in prompts as demonstrations, which are not part of the overlap text.
    const passed = ['Positive Examples', 'Negative Examples'];
    return { record: ['input', 'output'], alone: ['Definition'], passed };
  }
  const columns = tasks.flatMap(({ facts }) => [...facts.inputs, ...facts.targets]);
  // `a.b` reaches into an object.
  const record = [...new Set(columns.map((column) => column.split('.').at(-1)!))];
  return { record, alone: [], passed: [] };
}
