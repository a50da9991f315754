/**
 * Asks for one or some of several things: as `showQuickPick`, which shows the question before the choices, so that an Enter in
 * between, of a hand that knows what comes, closes it unanswered or with nothing chosen. Here both are there at once.
 */
import * as vscode from 'vscode';

export interface Question {
  readonly title?: string;
  readonly placeHolder?: string;
  readonly matchOnDescription?: boolean;
  readonly matchOnDetail?: boolean;
}

/** @returns undefined when the person left */
export async function pickOne<Item extends vscode.QuickPickItem>(
  items: readonly Item[],
  question: Question,
): Promise<Item | undefined> {
  return (await picked(listOf(items, question)))?.[0];
}

/**
 * @param items those that are `picked` are chosen at first
 * @returns undefined when the person left
 */
export async function pickMany<Item extends vscode.QuickPickItem>(
  items: readonly Item[],
  question: Question,
): Promise<Item[] | undefined> {
  const list = listOf(items, question);
  list.canSelectMany = true;
  list.selectedItems = items.filter((item) => item.picked);
  const chosen = await picked(list);
  return chosen && items.filter((item) => chosen.includes(item));
}

function listOf<Item extends vscode.QuickPickItem>(
  items: readonly Item[],
  { title, placeHolder, matchOnDescription = false, matchOnDetail = false }: Question,
): vscode.QuickPick<Item> {
  const list = vscode.window.createQuickPick<Item>();
  list.title = title;
  list.placeholder = placeHolder;
  list.matchOnDescription = matchOnDescription;
  list.matchOnDetail = matchOnDetail;
  list.items = items;
  return list;
}

function picked<Item extends vscode.QuickPickItem>(
  list: vscode.QuickPick<Item>,
): Promise<readonly Item[] | undefined> {
  return new Promise((done) => {
    list.onDidAccept(() => {
      // What was typed fits nothing: the question stays.
      if (!list.canSelectMany && list.selectedItems.length === 0) return;
      done(list.selectedItems);
      list.hide();
    });
    list.onDidHide(() => {
      done(undefined);
      list.dispose();
    });
    list.show();
  });
}
