import path from 'node:path';
import * as vscode from 'vscode';
import type { BenchDiff, ParamsOf, TaskDiff } from '../../server/protocol.ts';
import { numberWord } from '../words.ts';
import { changeWords, optionWords, placeWords, ruledOn, rulingWord } from './comparison-words.ts';

/** A part of a line that leads somewhere. */
interface Link {
  text: string;
  to: vscode.Uri;
  tip: string;
}

/** A stretch of lines under its first one. */
export interface Section {
  name: string;
  detail: string;
  start: number;
  end: number;
  children: Section[];
}

/** A comparison as lines, with what in them leads somewhere and where its parts begin and end. */
export interface ComparisonText {
  text: string;
  links: { range: vscode.Range; to: vscode.Uri; tip: string }[];
  sections: Section[];
}

class Writer {
  readonly lines: string[] = [];
  readonly links: ComparisonText['links'] = [];

  line(indent: number, ...parts: (string | Link)[]): void {
    let text = ' '.repeat(indent);
    for (const part of parts) {
      const start = text.length;
      // A reason may have lines of its own.
      text += (typeof part === 'string' ? part : part.text).replaceAll(/\s*\n\s*/g, ' ');
      if (typeof part === 'string') continue;
      const range = new vscode.Range(this.lines.length, start, this.lines.length, text.length);
      this.links.push({ range, to: part.to, tip: part.tip });
    }
    this.lines.push(text.trimEnd());
  }

  /** Writes a part; its lines belong together. */
  section(name: string, detail: string, write: () => void, children: Section[] = []): Section {
    const start = this.lines.length;
    write();
    return { name, detail, start, end: this.lines.length - 1, children };
  }
}

const MARKS = { entered: '+', left: '-', changed: '~', added: '+', deleted: '-', modified: '~' } as const;

/** What a comparison is written for: its sides as they were asked for, and where the bench stands. */
export interface ComparisonPlace {
  sides: ParamsOf<'diff'>;
  /** The bench's folder. */
  root: string;
  /** The address of a file at a revision; none where the editor's own git is not there to read it. */
  atRevision: (file: string, revision: string) => vscode.Uri | undefined;
}

/** Writes a comparison. */
export function comparisonText(diff: BenchDiff, place: ComparisonPlace): ComparisonText {
  const { sides, root } = place;
  const writer = new Writer();
  const sections = [heading(writer, diff)];
  const gone = new Set(
    [...diff.entered, ...diff.left, ...diff.changed].filter(({ here }) => !here).map(({ task }) => task),
  );
  const groups = [
    ['entered', vscode.l10n.t('Entered')],
    ['left', vscode.l10n.t('Left')],
    ['changed', vscode.l10n.t('Changed')],
  ] as const;
  for (const [group, name] of groups) {
    const children: Section[] = [];
    const write = () => {
      writer.line(0, `${name}: ${taskCount(diff[group].length)}`);
      for (const task of diff[group])
        children.push(
          writer.section(task.task, placeWords(task), () => writeTask(writer, task, group, diff)),
        );
    };
    writer.line(0);
    sections.push(writer.section(name, taskCount(diff[group].length), write, children));
  }
  if (diff.files.length > 0) {
    const name = vscode.l10n.t('Files of collections');
    const children: Section[] = [];
    const write = () => {
      writer.line(0, `${name}: ${numberWord(diff.files.length)}`);
      for (const file of diff.files)
        children.push(writer.section(file.file, '', () => writeFile(writer, file, gone, place)));
    };
    writer.line(0);
    sections.push(writer.section(name, numberWord(diff.files.length), write, children));
  }
  if (diff.unread.length > 0) {
    const name = vscode.l10n.t('Could not be read on one side alone');
    writer.line(0);
    sections.push(
      writer.section(name, numberWord(diff.unread.length), () => {
        writer.line(0, `${name}: ${numberWord(diff.unread.length)}`);
        for (const one of diff.unread) {
          const { side, file, line, reason } = one;
          const place = line > 0 ? `${file}:${line}` : file;
          const shown = sides[side] === '.' ? fileLink(place, root, file, line) : place;
          writer.line(2, shown, ` (${diff[side]})`);
          writer.line(4, reason);
        }
      }),
    );
  }
  writer.line(0);
  writer.line(0, vscode.l10n.t('The same: {0}', taskCount(diff.same)));
  return { text: `${writer.lines.join('\n')}\n`, links: writer.links, sections };
}

function heading(writer: Writer, diff: BenchDiff): Section {
  return writer.section(vscode.l10n.t('Comparison'), `${diff.a} → ${diff.b}`, () => {
    writer.line(0, vscode.l10n.t('Comparison'));
    writer.line(2, vscode.l10n.t('from {0}', diff.a));
    writer.line(2, vscode.l10n.t('to {0}', diff.b));
    for (const split of diff.instances ? (['train', 'dev', 'test'] as const) : []) {
      const { a, b } = diff.instances!;
      const [from, to] = [numberWord(a[split]), numberWord(b[split])];
      writer.line(2, vscode.l10n.t('instances in {0}: {1} → {2}', split, from, to));
    }
    if (diff.options.length > 0) writer.line(2, vscode.l10n.t('built with: {0}', optionWords(diff)));
  });
}

function writeTask(
  writer: Writer,
  task: TaskDiff,
  group: 'entered' | 'left' | 'changed',
  { options }: BenchDiff,
): void {
  const { changes, by, here } = task;
  writer.line(2, `${MARKS[group]} `, here ? taskLink(task.task) : task.task);
  writer.line(4, group === 'left' ? vscode.l10n.t('was {0}', placeWords(task)) : placeWords(task));
  for (const change of changes) {
    // What came or went says so by the part that it stands in.
    if (group !== 'changed' && (change.what === 'split' || change.what === 'level')) continue;
    for (const words of changeWords(change)) writer.line(4, words);
  }
  for (const { id, kind, verdict, subject, reviewer, reason, time } of by) {
    const ruling = `${rulingWord(subject, verdict)}: ${reason}`;
    writer.line(4, kind === 'made' ? ruling : vscode.l10n.t('No longer in force: {0}', ruling));
    const on = ruledOn(subject);
    if (subject.kind === 'pair') {
      const tip = vscode.l10n.t('Review the pair');
      const { train, eval: evalTask } = subject;
      writer.line(6, { text: on, to: commandUri('heldout.review', { train, eval: evalTask }), tip });
    } else if (on) writer.line(6, on);
    const who = `${reviewer}, ${time.slice(0, 16).replace('T', ' ')}`;
    const tip = vscode.l10n.t('Open the decision');
    writer.line(6, { text: who, to: commandUri('heldout.openDecisions', id), tip });
  }
  if (by.length > 0) return;
  writer.line(
    4,
    options.length > 0
      ? vscode.l10n.t('no decision: what it was built with, or the files of the bench, did it')
      : vscode.l10n.t('no decision: the files of the bench did it'),
  );
}

function writeFile(
  writer: Writer,
  { file, change, tasks, here }: BenchDiff['files'][number],
  gone: ReadonlySet<string>,
  { sides, root, atRevision }: ComparisonPlace,
): void {
  const side = change === 'added' ? sides.b : sides.a;
  const then = here ? undefined : atRevision(path.join(root, file), side.replace(/^rev:/, ''));
  const tip = vscode.l10n.t('Open the file as it was in {0}', side);
  const shown = here ? fileLink(file, root, file) : then ? { text: file, to: then, tip } : file;
  writer.line(2, `${MARKS[change]} `, shown);
  for (const task of tasks) writer.line(4, gone.has(task) ? task : taskLink(task));
}

function taskCount(count: number): string {
  return count === 1 ? vscode.l10n.t('1 task') : vscode.l10n.t('{0} tasks', numberWord(count));
}

function taskLink(task: string): Link {
  return { text: task, to: commandUri('heldout.inspect', { task }), tip: vscode.l10n.t('Inspect the task') };
}

function fileLink(text: string, root: string, file: string, line = 0): Link {
  const uri = vscode.Uri.file(path.join(root, file));
  const to = line > 0 ? uri.with({ fragment: `L${line}` }) : uri;
  return { text, to, tip: vscode.l10n.t('Open the file') };
}

function commandUri(command: string, argument: unknown): vscode.Uri {
  return vscode.Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`);
}
