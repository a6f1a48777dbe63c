import * as vscode from 'vscode';
import {
  type BenchDiff,
  diffQuery,
  type ParamsOf,
  type Subject,
  type TaskDiff,
} from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { PlainDocuments } from '../plain-documents.ts';

const SCHEME = 'heldout-diff';

/** The address of a comparison as a plain document. */
export function diffUri(sides: ParamsOf<'diff'>): vscode.Uri {
  const path = `/${vscode.l10n.t('Comparison')}.txt`;
  return vscode.Uri.from({ scheme: SCHEME, path, query: JSON.stringify(sides) });
}

/** Gives comparisons as plain read-only documents. */
export function diffDocuments(context: Context): PlainDocuments {
  return new PlainDocuments(context, {
    scheme: SCHEME,
    follows: ['tasks', 'decisions'],
    read: async (query, token) => documentOf(await context.server.ask('diff', diffQuery.parse(query), token)),
  });
}

function documentOf(diff: BenchDiff): string {
  const lines = [vscode.l10n.t('From {0}', diff.a), vscode.l10n.t('To {0}', diff.b)];
  for (const split of diff.instances ? (['train', 'dev', 'test'] as const) : []) {
    const { a, b } = diff.instances!;
    lines.push(vscode.l10n.t('Instances in {0}: {1} → {2}', split, a[split], b[split]));
  }
  if (diff.options.length > 0) {
    const parts = diff.options.map(({ what, from, to }) => `${what} ${from} → ${to}`);
    lines.push(vscode.l10n.t('Built with: {0}', parts.join(', ')));
  }
  const groups: [string, TaskDiff[]][] = [
    [vscode.l10n.t('Entered'), diff.entered],
    [vscode.l10n.t('Left'), diff.left],
    [vscode.l10n.t('Changed'), diff.changed],
  ];
  for (const [name, tasks] of groups) {
    lines.push('', `${name}: ${tasks.length}`, ...tasks.flatMap((task) => taskLines(task, diff)));
  }
  if (diff.files.length > 0) {
    const told = vscode.l10n.t(
      'Files of collections that changed: {0} (tasks are those of the last import)',
      diff.files.length,
    );
    lines.push('', told, ...diff.files.map(({ file, change }) => `  ${change} ${file}`));
  }
  lines.push('', vscode.l10n.t('The same: {0}', diff.same), '');
  return lines.join('\n');
}

function subjectWord(subject: Subject): string {
  if (subject.kind === 'pair') return `${subject.train} × ${subject.eval}`;
  if (subject.kind === 'source') return subject.source;
  return subject.kind === 'category' ? subject.category : subject.task;
}

function taskLines(
  { task, category, split, level, changes, by }: TaskDiff,
  { options }: BenchDiff,
): string[] {
  const lines = [`  ${task} (${[category, split, level].filter(Boolean).join(', ')})`];
  for (const { what, from, to } of changes) {
    if (what !== 'templates') lines.push(`    ${what}: ${from} → ${to}`);
    if (what === 'templates' && from) lines.push(`    ${vscode.l10n.t('templates without {0}', from)}`);
    if (what === 'templates' && to) lines.push(`    ${vscode.l10n.t('templates with {0}', to)}`);
  }
  for (const { kind, verdict, subject, reviewer, reason, time } of by) {
    // What and why come first: names of reviewers are long, and lines run out of sight.
    const what = `${verdict}, ${subjectWord(subject)}: ${reason}`;
    const when = time.slice(0, 16).replace('T', ' ');
    lines.push(
      kind === 'made'
        ? `    ${vscode.l10n.t('{0} (by {1}, {2})', what, reviewer, when)}`
        : `    ${vscode.l10n.t('no longer in force: {0} (of {1}, {2})', what, reviewer, when)}`,
    );
  }
  if (by.length === 0) {
    lines.push(
      options.length > 0
        ? `    ${vscode.l10n.t('no decision: what it was built with, or the files of the bench, did it')}`
        : `    ${vscode.l10n.t('no decision: the files of the bench did it')}`,
    );
  }
  return lines;
}
