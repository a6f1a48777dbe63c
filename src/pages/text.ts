import * as vscode from 'vscode';
import { type InstanceQuery, type InstanceView, instanceQuery, type Segment } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { PlainDocuments } from '../plain-documents.ts';
import { shortTask } from '../words.ts';

const SCHEME = 'heldout-prompt';

/** The address of an instance as a plain document; its name is what the tab shows. */
export function promptUri(query: InstanceQuery): vscode.Uri {
  const name = shortTask(query.task).replaceAll(/[^\w.-]+/g, '_');
  return vscode.Uri.from({
    scheme: SCHEME,
    path: `/${name} ${(query.example ?? 0) + 1}.txt`,
    query: JSON.stringify(query),
  });
}

/** Gives instances as plain read-only documents. */
export function promptDocuments(context: Context): PlainDocuments {
  return new PlainDocuments(context, {
    scheme: SCHEME,
    follows: ['tasks'],
    read: async (query, token) =>
      documentOf(await context.server.ask('instance', instanceQuery.parse(query), token)),
  });
}

function documentOf(view: InstanceView): string {
  const heading = vscode.l10n.t(
    '{0} · example {1} of {2} · template “{3}” · {4} shots · seed {5}',
    view.task,
    view.example + 1,
    view.examples,
    view.template,
    view.shots,
    view.seed,
  );
  if (view.error) return `${heading}\n\n${view.error}\n`;
  const textOf = (segments: Segment[]) => segments.map((segment) => segment.text).join('');
  const part = (name: string, text: string) => `--- ${name} ---\n${text}\n`;
  const parts = [
    part(vscode.l10n.t('source'), textOf(view.source)),
    part(vscode.l10n.t('target'), textOf(view.target)),
  ];
  if (view.candidates) parts.push(part(vscode.l10n.t('candidates'), view.candidates.join('\n')));
  parts.push(part(vscode.l10n.t('references'), view.references.join('\n')));
  return [`${heading}\n`, ...parts].join('\n');
}
