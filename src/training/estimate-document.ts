import path from 'node:path';
import * as vscode from 'vscode';
import { type RunEstimate, type RunQuery, runQuery } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { PlainDocuments } from '../plain-documents.ts';
import { numberWord, percentWord } from '../words.ts';

const SCHEME = 'heldout-estimate';
const GIB = 2 ** 30;

/** The address of an estimate as a plain document: another each time, since the spec may have changed. */
export function estimateUri(query: RunQuery): vscode.Uri {
  const name = path.basename(query.spec, '.run.yaml');
  const title = `/${vscode.l10n.t('Estimate of {0}', name)}.txt`;
  return vscode.Uri.from({
    scheme: SCHEME,
    path: title,
    query: JSON.stringify(query),
    fragment: String(Date.now()),
  });
}

/** Gives estimates as plain read-only documents; they follow the bench. */
export function estimateDocuments(context: Context): PlainDocuments {
  return new PlainDocuments(context, {
    scheme: SCHEME,
    follows: ['tasks', 'decisions'],
    read: async (query, token) =>
      documentOf(await context.server.ask('estimate', runQuery.parse(query), token)),
  });
}

function documentOf(estimate: RunEstimate): string {
  const { memory, time, stream } = estimate;
  const rows: [string, string][] = [
    [
      vscode.l10n.t('Model'),
      vscode.l10n.t(
        '{0} parameters, {1} trained',
        numberWord(estimate.parameters),
        numberWord(estimate.trainedParameters),
      ),
    ],
    [vscode.l10n.t('Devices'), `${estimate.devices} × ${estimate.device} (${estimate.launcher})`],
    [
      vscode.l10n.t('Steps'),
      vscode.l10n.t(
        '{0} of {1} sequences of {2} tokens',
        ...[estimate.steps, estimate.batch, estimate.length].map(numberWord),
      ),
    ],
    [
      vscode.l10n.t('Tokens'),
      vscode.l10n.t(
        '{0}; {1} take loss, {2} are padding',
        numberWord(estimate.tokens),
        percentWord(stream.loss),
        percentWord(stream.padding),
      ),
    ],
    [
      vscode.l10n.t('Examples'),
      vscode.l10n.t('{0}; {1} are cut', numberWord(stream.examples), percentWord(stream.truncated)),
    ],
    [
      vscode.l10n.t('Time'),
      `${time.seconds === null ? vscode.l10n.t('not known') : timeWord(time.seconds)} (${time.rests})`,
    ],
    [
      vscode.l10n.t('Memory'),
      memory.available === null
        ? vscode.l10n.t('{0} a device', gib(memory.bytes))
        : vscode.l10n.t('{0} of {1} a device', gib(memory.bytes), gib(memory.available)),
    ],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(12)}${value}`);
  for (const { what, bytes, formula } of memory.parts) {
    if (bytes > 0) lines.push(`${' '.repeat(12)}${what.padEnd(12)}${gib(bytes).padStart(12)}  ${formula}`);
  }
  lines.push('', vscode.l10n.t('Epochs'));
  for (const { collection, epochs } of estimate.epochs)
    lines.push(`  ${collection.padEnd(32)}${epochs.toFixed(2)}`);
  if (estimate.warnings.length > 0) lines.push('', ...estimate.warnings.map((warning) => `⚠ ${warning}`));
  return `${lines.join('\n')}\n`;
}

function gib(bytes: number): string {
  const [value, unit] = bytes < GIB / 10 ? [bytes / 2 ** 20, 'MiB'] : [bytes / GIB, 'GiB'];
  return `${value.toLocaleString(vscode.env.language, { maximumFractionDigits: 1 })} ${unit}`;
}

function timeWord(seconds: number): string {
  if (seconds < 90) return vscode.l10n.t('{0} s', Math.ceil(seconds));
  if (seconds < 5400) return vscode.l10n.t('{0} min', Math.round(seconds / 60));
  return vscode.l10n.t('{0} h', (seconds / 3600).toFixed(1));
}
