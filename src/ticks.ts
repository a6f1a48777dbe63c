import * as vscode from 'vscode';

export interface TickItem extends vscode.QuickPickItem {
  /** At most one of the items of a group is ticked: ticking another takes its place. */
  oneOf?: string;
}

/** A heading among the items. */
export function heading(label: string): vscode.QuickPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** Asks for a filter by ticking; the ticked items, or undefined when the person leaves it as it was. */
export function pickTicks<Item extends TickItem>(
  title: string,
  items: readonly Item[],
  ticked: (item: Item) => boolean,
): Promise<Item[] | undefined> {
  return new Promise((resolve) => {
    const pick = vscode.window.createQuickPick<Item>();
    pick.title = title;
    pick.placeholder = vscode.l10n.t('Tick what to show; nothing ticked shows all');
    pick.canSelectMany = true;
    pick.items = items;
    let last: readonly Item[] = items.filter(ticked);
    pick.selectedItems = last;
    pick.onDidChangeSelection((selected) => {
      const added = selected.find((item) => item.oneOf !== undefined && !last.includes(item));
      last = added ? selected.filter((item) => item === added || item.oneOf !== added.oneOf) : selected;
      if (last.length !== selected.length) pick.selectedItems = last;
    });
    let answer: Item[] | undefined;
    pick.onDidAccept(() => {
      answer = [...pick.selectedItems];
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      resolve(answer);
    });
    pick.show();
  });
}
