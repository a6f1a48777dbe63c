import * as vscode from 'vscode';
import type { Level, Split, TaskFilter } from '../../server/protocol.ts';
import { heading, pickTicks, type TickItem } from '../ticks.ts';
import { levelWord, splitWord } from '../words.ts';

type Only = NonNullable<TaskFilter['only']>;

/** Time from the last key stroke to the question: short enough to feel live, long enough to skip half words. */
export const TYPING_MS = 90;

function onlyWord(only: Only): string {
  switch (only) {
    case 'open-pairs':
      return vscode.l10n.t('with open pairs');
    case 'findings':
      return vscode.l10n.t('with findings');
    case 'decided':
      return vscode.l10n.t('with a decision');
  }
}

/** What a filter lets through, in a few words. */
export function filterWords(filter: TaskFilter): string[] {
  const words: string[] = [];
  if (filter.search) words.push(`“${filter.search}”`);
  for (const split of filter.split ?? []) words.push(splitWord(split));
  for (const level of filter.level ?? []) words.push(levelWord(level));
  if (filter.only) words.push(onlyWord(filter.only));
  return words;
}

/**
 * An input box whose text is applied as it is typed. Enter keeps the search, Escape brings the old one back.
 */
export function searchAsYouType(
  options: { title: string; placeholder: string; value: string },
  apply: (text: string) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const input = vscode.window.createInputBox();
    input.title = options.title;
    input.placeholder = options.placeholder;
    input.value = options.value;
    // A page that takes the focus, as one that loads its next pair, doesn't end a search.
    input.ignoreFocusOut = true;
    let accepted = false;
    let timer: NodeJS.Timeout | undefined;
    const settle = (text: string) => {
      clearTimeout(timer);
      apply(text.trim());
    };
    input.onDidChangeValue((text) => {
      clearTimeout(timer);
      timer = setTimeout(() => apply(text.trim()), TYPING_MS);
    });
    input.onDidAccept(() => {
      accepted = true;
      settle(input.value);
      input.hide();
    });
    input.onDidHide(() => {
      if (!accepted) settle(options.value);
      input.dispose();
      resolve();
    });
    input.show();
  });
}

interface FilterItem extends TickItem {
  split?: Split;
  level?: Level;
  only?: Only;
}

/** Asks for the filter by ticking; undefined when the person leaves it as it was. */
export async function pickFilter(current: TaskFilter): Promise<TaskFilter | undefined> {
  const splits: Split[] = ['train', 'dev', 'test', 'none'];
  const levels: Level[] = ['fully-held-out', 'partially-held-out', 'fully-supervised'];
  const onlys: Only[] = ['open-pairs', 'findings', 'decided'];
  const items: FilterItem[] = [
    heading(vscode.l10n.t('Split')),
    ...splits.map((split) => ({ label: splitWord(split), split })),
    heading(vscode.l10n.t('Level')),
    ...levels.map((level) => ({ label: levelWord(level), level })),
    heading(vscode.l10n.t('Only tasks (one of these)')),
    ...onlys.map((only) => ({ label: onlyWord(only), only, oneOf: 'only' })),
  ];
  const ticked = await pickTicks(
    vscode.l10n.t('Filter Tasks'),
    items,
    (item) =>
      (item.split !== undefined && current.split?.includes(item.split) === true) ||
      (item.level !== undefined && current.level?.includes(item.level) === true) ||
      (item.only !== undefined && current.only === item.only),
  );
  if (!ticked) return undefined;
  const split = ticked.flatMap((item) => item.split ?? []);
  const level = ticked.flatMap((item) => item.level ?? []);
  return {
    ...current,
    split: split.length > 0 ? split : undefined,
    level: level.length > 0 ? level : undefined,
    only: ticked.find((item) => item.only)?.only,
  };
}
