/**
 * Records in open files: which lines are theirs, what the CodeLens says, and answering at the cursor. Runs in the
 * project that labeling.test.ts has made.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { FileLayout } from '../../src/core/formats/format.ts';
import { lastLineOf } from '../../src/extension/record-lines.ts';
import { eventually } from '../support/until.ts';

const folder = () => vscode.workspace.workspaceFolders![0]!.uri.fsPath;

suite('records in open files', () => {
  const csv: FileLayout = { format: 'csv', textField: 'text' };

  for (const [name, eol] of Object.entries({ LF: '\n', 'CR LF': '\r\n' })) {
    test(`a row over several lines ends where its last line does, with ${name}`, async () => {
      const rows = ['text,n', '"één, two', 'and three",1', 'short,2', ''];
      mkdirSync(join(folder(), 'other'), { recursive: true });
      const path = join(folder(), 'other', `${eol.length}.csv`);
      writeFileSync(path, `\uFEFF${rows.join(eol)}`);
      const document = await vscode.workspace.openTextDocument(path);
      const first = Buffer.byteLength(`${rows[1]}${eol}${rows[2]}`);
      assert.equal(lastLineOf(document, { line: 2, length: first }, csv), 2);
      assert.equal(lastLineOf(document, { line: 4, length: 7 }, csv), 3);
      assert.equal(
        lastLineOf(document, { line: 2, length: first + 1 }, csv),
        undefined,
        'another text is there',
      );
      assert.equal(lastLineOf(document, { line: 99, length: 7 }, csv), undefined);
    });
  }

  test('the CodeLens is on the line of the cursor alone, and says what the record was answered with', async () => {
    const editor = await openRows();
    await at(editor, 6);
    await eventually(async () => assert.deepEqual(await lenses(editor), [[6, 'Label this record']]));
    await at(editor, 50);
    await eventually(async () => assert.deepEqual(await lenses(editor), [], 'a row that could not be read'));
  });

  test('Label Record at Cursor offers the labels, saves the answer as one that was looked for, and the lens knows', async () => {
    const editor = await openRows();
    await at(editor, 6);
    await answerAtCursor();
    await eventually(async () => assert.deepEqual(await lenses(editor), [[6, 'a · change…']]));
    const [event] = journal();
    assert.equal(event?.op, 'label');
    assert.deepEqual(event.labels, ['La']);
    assert.equal(event.rec?.line, 7);
    assert.equal(event.why?.purpose, 'search');
  });

  test('after the lines have moved, the answer is still its record’s', async () => {
    const editor = await openRows();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '{"text":"a new first record"}\n'));
    assert.deepEqual(await lenses(editor), [], 'nothing is said of lines that the index does not know');
    await editor.document.save();
    await at(editor, 7);
    await eventually(async () => assert.deepEqual(await lenses(editor), [[7, 'a · change…']]));
  });

  test('with inkling.editorMarks off, nothing is drawn into files', async () => {
    const editor = await openRows();
    await at(editor, 7);
    const settings = vscode.workspace.getConfiguration('inkling');
    await settings.update('editorMarks', false, vscode.ConfigurationTarget.Global);
    try {
      assert.deepEqual(await lenses(editor), []);
    } finally {
      await settings.update('editorMarks', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});

function openRows(): Thenable<vscode.TextEditor> {
  return vscode.window.showTextDocument(vscode.Uri.file(join(folder(), 'made', 'rows.jsonl')));
}

/** Puts the cursor on a line, 0-based. */
async function at(editor: vscode.TextEditor, line: number): Promise<void> {
  editor.selection = new vscode.Selection(line, 0, line, 0);
  await eventually(() => assert.equal(editor.selection.active.line, line));
}

async function lenses(editor: vscode.TextEditor): Promise<(readonly [line: number, title: string])[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    editor.document.uri,
  );
  return found
    .filter(({ command }) => command?.command.startsWith('inkling.'))
    .map(({ range, command }) => [range.start.line, command!.title] as const);
}

/** Runs the command and takes the first label of its list. */
async function answerAtCursor(): Promise<void> {
  const answered = vscode.commands.executeCommand('inkling.labelAtCursor');
  let done = false;
  answered.then(() => {
    done = true;
  });
  // The list takes a moment to come; until it is there, accepting does nothing.
  while (!done) {
    await new Promise((next) => setTimeout(next, 100));
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  }
  await answered;
}

type Event = { op: string; labels?: string[]; rec?: { line: number }; why?: { purpose?: string } };

function journal(): Event[] {
  const labels = join(folder(), '.inkling', 'labels');
  return readdirSync(labels)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(labels, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as Event);
}
