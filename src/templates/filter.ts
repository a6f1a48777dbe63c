import * as vscode from 'vscode';
import type { TemplateCheck, TemplateFilter, TemplateState } from '../../server/protocol.ts';
import { heading, pickTicks, type TickItem } from '../ticks.ts';
import { numberWord, stateWord } from '../words.ts';
import { codeWord } from './words.ts';

interface FilterItem extends TickItem {
  state?: TemplateState;
  code?: string;
}

/** Each code of findings with the number of templates that have it, the most frequent first. */
function codesOf(checks: readonly TemplateCheck[]): [code: string, templates: number][] {
  const counts = new Map<string, number>();
  for (const { findings } of checks) {
    for (const code of new Set(findings.map((finding) => finding.code))) {
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

/** Asks for the queue's filter by ticking; `checks` are all that the queue holds. Undefined when it stays as it was. */
export async function pickTemplateFilter(
  current: TemplateFilter,
  checks: readonly TemplateCheck[],
): Promise<TemplateFilter | undefined> {
  const states: TemplateState[] = ['open', 'stale', 'decided', 'conflict', 'clean'];
  const items: FilterItem[] = [
    heading(vscode.l10n.t('State')),
    ...states.map((state) => ({ label: stateWord(state), state })),
    heading(vscode.l10n.t('Finding (one of these)')),
    ...codesOf(checks).map(([code, templates]) => ({
      label: codeWord(code),
      description: numberWord(templates),
      code,
      oneOf: 'code',
    })),
  ];
  const ticked = await pickTicks(
    vscode.l10n.t('Filter Templates'),
    items,
    (item) =>
      (item.state !== undefined && current.state?.includes(item.state) === true) ||
      (item.code !== undefined && current.code === item.code),
  );
  if (!ticked) return undefined;
  const state = ticked.flatMap((item) => item.state ?? []);
  return {
    ...current,
    state: state.length > 0 ? state : undefined,
    code: ticked.find((item) => item.code)?.code,
  };
}
