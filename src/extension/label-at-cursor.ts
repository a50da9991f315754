/** *Label Record at Cursor*: a list of the labels with their keys; the first key that fits answers at once. */
import * as vscode from 'vscode';
import { UserError } from '../core/user-error.ts';
import { cardLabels } from '../engine/card-labels.ts';
import type { Engine } from '../engine/engine.ts';
import type { RecordContent } from '../engine/folder-index.ts';
import { labelIcon, oneLine, shownAnswer } from './answer-words.ts';
import { askToSave } from './notices.ts';
import type { Projects } from './projects.ts';
import { recordAtLine } from './record-lines.ts';

type Item = vscode.QuickPickItem & { readonly label: string; readonly id?: string; readonly key?: string };

/** @throws UserError when there is no record at the cursor, with what can be done */
export async function labelAtCursor(projects: Projects): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== 'file') {
    throw new UserError('no-editor', 'No file is open to label in', 'Open a file of the project first.');
  }
  const { document } = editor;
  const folder = await projects.chooseProject(document.uri);
  if (!folder) return;
  const engine = await projects.engine(folder);
  const src = projects.placeOf(document.uri)?.src;
  if (src === undefined || !engine.index.layoutOf(src)) {
    throw new UserError(
      'not-a-source',
      `${vscode.workspace.asRelativePath(document.uri)} is not one of the files this project labels`,
      'They are listed as "sources" in the project file (Inkling: Edit Project File).',
    );
  }
  if (document.isDirty) {
    if (!(await askToSave(document))) return;
    await engine.updateIndex();
  }
  const found = await recordUnder(editor, engine, src);
  const picked = await pick(engine, found, `${src}:${found.record.line}`);
  if (!picked) return;
  await engine.save({
    row: found.record.row,
    ...(picked.id === undefined ? { op: 'clear' } : { op: 'label', labels: [picked.id] }),
    why: { purpose: 'search' },
  });
  vscode.window.setStatusBarMessage(
    picked.id === undefined ? '$(tag) Answer cleared' : `$(tag) ${picked.label}`,
    3000,
  );
}

/** The record as its file holds it now. An index that is behind gets one chance to catch up. */
async function recordUnder(editor: vscode.TextEditor, engine: Engine, src: string): Promise<RecordContent> {
  const { line } = editor.selection.active;
  for (const isLast of [false, true]) {
    const record = recordAtLine(editor.document, line, { engine, src });
    const content = record && (await engine.index.content(record.row));
    if (content) return content;
    if (!isLast) await engine.updateIndex();
  }
  throw new UserError(
    'no-record',
    `Line ${line + 1} holds no record`,
    'Put the cursor on a line with a record. Rows that could not be read are in the Problems panel.',
  );
}

/** The label picked; one without an id clears the answer; undefined when the person left. */
function pick(engine: Engine, { record, text }: RecordContent, where: string): Promise<Item | undefined> {
  const state = engine.stateOf(record.row);
  const { labels } = engine.project;
  const own = state?.answers.find(({ by }) => by === engine.annotator)?.labels ?? [];
  const items: Item[] = cardLabels(labels).map(({ id, name, key, description }) => ({
    id,
    label: oneLine(name, 80),
    ...(key === undefined ? {} : { key }),
    description: [key, own.includes(id) ? 'your answer' : ''].filter(Boolean).join('  ·  '),
    ...(description === undefined ? {} : { detail: oneLine(description, 160) }),
    iconPath: labelIcon(labels, id),
  }));
  const extra: Item[] =
    own.length === 0
      ? []
      : [
          { label: '', kind: vscode.QuickPickItemKind.Separator },
          { label: 'Clear the answer', iconPath: new vscode.ThemeIcon('close') },
        ];
  const list = vscode.window.createQuickPick<Item>();
  const answer = shownAnswer(state, labels);
  list.title = `Label ${where}${answer ? ` (now: ${answer.words})` : ''}`;
  list.placeholder = oneLine(text, 150) || 'The text is empty';
  list.matchOnDetail = true;
  list.items = [...items, ...extra];
  const current = items.filter(({ id }) => id === own[0]);
  if (current.length > 0) list.activeItems = current;
  return new Promise((done) => {
    const answerWith = (item: Item | undefined) => {
      done(item);
      list.hide();
    };
    list.onDidChangeValue((typed) => {
      const byKey = [...typed].length === 1 ? itemOfKey(items, typed) : undefined;
      if (byKey) answerWith(byKey);
    });
    list.onDidAccept(() => {
      const [item] = list.selectedItems;
      if (item) answerWith(item);
    });
    list.onDidHide(() => {
      done(undefined);
      list.dispose();
    });
    list.show();
  });
}

/** As on the cards: Caps Lock silences no label, as long as nothing else has the capital. */
function itemOfKey(items: readonly Item[], typed: string): Item | undefined {
  return (
    items.find(({ key }) => key === typed) ??
    items.find(({ key }) => key?.toLowerCase() === typed.toLowerCase())
  );
}
