/**
 * *Label Record at Cursor*: a list of the labels with their keys; the first key that fits answers at once. Where a record
 * can have several labels, keys put them on and take them off, and Enter saves.
 */
import * as vscode from 'vscode';
import { UserError } from '../core/user-error.ts';
import { cardLabels } from '../engine/card-labels.ts';
import type { Engine } from '../engine/engine.ts';
import type { RecordContent } from '../engine/folder-index.ts';
import { labelIcon, oneLine, shownAnswer } from './answer-words.ts';
import { askToSave } from './notices.ts';
import type { Projects } from './projects.ts';
import { recordAtLine } from './record-lines.ts';

type LabelItem = vscode.QuickPickItem & { readonly id: string; readonly key?: string };
type Item = LabelItem | (vscode.QuickPickItem & { readonly id?: never; readonly key?: never });

/** @throws UserError when there is no record at the cursor, with what can be done */
export async function labelAtCursor(projects: Projects): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== 'file') {
    throw new UserError(
      'no-editor',
      vscode.l10n.t('No file is open to label in'),
      vscode.l10n.t('Open a file of the project first.'),
    );
  }
  const { document } = editor;
  const folder = await projects.chooseProject(document.uri);
  if (!folder) return;
  const engine = await projects.engine(folder);
  const src = projects.placeOf(document.uri)?.src;
  if (src === undefined || !engine.index.layoutOf(src)) {
    throw new UserError(
      'not-a-source',
      vscode.l10n.t(
        '{0} is not one of the files this project labels',
        vscode.workspace.asRelativePath(document.uri),
      ),
      vscode.l10n.t('They are listed as "sources" in the project file (Inkling: Edit Project File).'),
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
    ...(picked === 'clear' ? { op: 'clear' } : { op: 'label', labels: picked.map(({ id }) => id) }),
    why: { purpose: 'search' },
  });
  const said =
    picked === 'clear'
      ? vscode.l10n.t('Answer cleared')
      : picked.map(({ label }) => label).join(', ') || vscode.l10n.t('None of the labels');
  vscode.window.setStatusBarMessage(`$(tag) ${said}`, 3000);
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
    vscode.l10n.t('Line {0} holds no record', line + 1),
    vscode.l10n.t(
      'Put the cursor on a line with a record. Rows that could not be read are in the Problems panel.',
    ),
  );
}

/** The labels picked, or that the answer is cleared; undefined when the person left. */
function pick(
  engine: Engine,
  { record, text }: RecordContent,
  where: string,
): Promise<readonly LabelItem[] | 'clear' | undefined> {
  const state = engine.stateOf(record.row);
  const { labels, multiLabel } = engine.project;
  const answered = state?.answers.find(({ by }) => by === engine.annotator)?.labels;
  const own = answered ?? [];
  const hasOwn = answered !== undefined;
  const items: LabelItem[] = cardLabels(labels).map(({ id, name, key, description }) => ({
    id,
    label: oneLine(name, 80),
    ...(key === undefined ? {} : { key }),
    description: [key, own.includes(id) ? vscode.l10n.t('your answer') : ''].filter(Boolean).join('  ·  '),
    ...(description === undefined ? {} : { detail: oneLine(description, 160) }),
    iconPath: labelIcon(labels, id),
  }));
  const extra: Item[] =
    !hasOwn || multiLabel
      ? []
      : [
          { label: '', kind: vscode.QuickPickItemKind.Separator },
          { label: vscode.l10n.t('Clear the answer'), iconPath: new vscode.ThemeIcon('close') },
        ];
  const list = vscode.window.createQuickPick<Item>();
  const answer = shownAnswer(state, labels);
  list.title = titleOf(where, answer?.words, multiLabel);
  list.placeholder = oneLine(text, 150) || vscode.l10n.t('The text is empty');
  list.matchOnDetail = true;
  list.items = [...items, ...extra];
  const current = items.filter(({ id }) => own.includes(id));
  if (multiLabel) {
    list.canSelectMany = true;
    list.selectedItems = current;
    if (hasOwn) list.buttons = [clearButton()];
  } else if (current.length > 0) list.activeItems = current.slice(0, 1);
  return new Promise((done) => {
    const answerWith = (picked: readonly LabelItem[] | 'clear') => {
      done(picked);
      list.hide();
    };
    // Keys that were taken stand in the field until the editor has heard that they are to go: what a fast hand types
    // meanwhile comes after them.
    let taken = '';
    list.onDidChangeValue((typed) => {
      if (!typed.startsWith(taken)) taken = '';
      const fresh = typed.slice(taken.length);
      const byKey = [...fresh].length === 1 ? itemOfKey(items, fresh) : undefined;
      if (!byKey) return;
      if (!multiLabel) return answerWith([byKey]);
      taken = typed;
      list.value = '';
      const chosen = list.selectedItems;
      list.selectedItems = chosen.includes(byKey)
        ? chosen.filter((item) => item !== byKey)
        : [...chosen, byKey];
    });
    list.onDidTriggerButton(() => answerWith('clear'));
    list.onDidAccept(() => {
      if (multiLabel) return answerWith(items.filter((item) => list.selectedItems.includes(item)));
      const [item] = list.selectedItems;
      if (item) answerWith(item.id === undefined ? 'clear' : [item]);
    });
    list.onDidHide(() => {
      done(undefined);
      list.dispose();
    });
    list.show();
  });
}

function titleOf(where: string, answer: string | undefined, multiLabel: boolean): string {
  const title =
    answer === undefined
      ? vscode.l10n.t('Label {0}', where)
      : vscode.l10n.t('Label {0} (now: {1})', where, answer);
  return multiLabel
    ? vscode.l10n.t('{0}. Keys choose; Enter saves, with nothing chosen: none of them', title)
    : title;
}

function clearButton(): vscode.QuickInputButton {
  return { iconPath: new vscode.ThemeIcon('clear-all'), tooltip: vscode.l10n.t('Clear the answer') };
}

/** As on the cards: Caps Lock silences no label, as long as nothing else has the capital. */
function itemOfKey(items: readonly LabelItem[], typed: string): LabelItem | undefined {
  return (
    items.find(({ key }) => key === typed) ??
    items.find(({ key }) => key?.toLowerCase() === typed.toLowerCase())
  );
}
