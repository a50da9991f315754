/** Asks for one of several things. */
import * as vscode from 'vscode';

export interface Question {
  readonly title?: string;
  readonly placeHolder?: string;
  readonly matchOnDescription?: boolean;
  readonly matchOnDetail?: boolean;
}

/**
 * As `showQuickPick`, which shows the question before the choices: an Enter in between, of a hand that knows what comes,
 * closes it unanswered. Here both are there at once.
 *
 * @returns undefined when the person left
 */
export function pickOne<Item extends vscode.QuickPickItem>(
  items: readonly Item[],
  { title, placeHolder, matchOnDescription = false, matchOnDetail = false }: Question,
): Promise<Item | undefined> {
  const list = vscode.window.createQuickPick<Item>();
  list.title = title;
  list.placeholder = placeHolder;
  list.matchOnDescription = matchOnDescription;
  list.matchOnDetail = matchOnDetail;
  list.items = items;
  return new Promise((done) => {
    list.onDidAccept(() => {
      const [item] = list.selectedItems;
      // What was typed fits nothing: the question stays.
      if (!item) return;
      done(item);
      list.hide();
    });
    list.onDidHide(() => {
      done(undefined);
      list.dispose();
    });
    list.show();
  });
}
