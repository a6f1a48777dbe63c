import { plainFacts } from './facts.ts';
import { lineSpans } from './lines.ts';
import { ending, splitOf } from './names.ts';
import type { OpenFile } from './reader.ts';
import { asObject } from './record.ts';
import type { Fields, Instructions, Record } from './types.ts';

const JSON_LINES = new Set(['.jsonl', '.ndjson', '.json']);

/** JSON Lines, by its ending; `.json` too, as some collections call it so. */
export function isJsonLines(path: string): boolean {
  return JSON_LINES.has(ending(path));
}

export interface LineRecords {
  path: string;
  task: OpenFile['task'];
  record(fields: Fields): Record;
  instructions: Instructions;
  template: string;
  inputs: string[];
  targets: string[];
}

/** A file of one JSON object a line, one task's or several tasks'. */
export function jsonLines(records: LineRecords): OpenFile {
  const { record, instructions, template, inputs, targets } = records;
  return {
    spans: lineSpans(),
    parse: (text) => record(asObject(JSON.parse(text))),
    task: records.task,
    facts: (task) => plainFacts(task, instructions, template, inputs, targets),
    split: splitOf(records.path),
    lined: true,
  };
}

/** A file of one tab-separated record a line, without quoting rules. */
export function tabLines(
  records: Omit<LineRecords, 'record'> & { record(cells: string[]): Record },
): OpenFile {
  const { record, instructions, template, inputs, targets } = records;
  return {
    spans: lineSpans(),
    parse: (text) => record(text.split('\t')),
    task: records.task,
    facts: (task) => plainFacts(task, instructions, template, inputs, targets),
    split: splitOf(records.path),
    lined: true,
  };
}
