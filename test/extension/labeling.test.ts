/** The commands inside a real extension host: panels open on a project, problems are listed, settings are known. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { eventually } from '../support/until.ts';

const folder = () => vscode.workspace.workspaceFolders![0]!.uri.fsPath;

suite('a folder that is a project', () => {
  suiteSetup(() => {
    mkdirSync(join(folder(), '.inkling'), { recursive: true });
    writeFileSync(
      join(folder(), '.inkling', 'project.json'),
      JSON.stringify({
        version: 1,
        name: 'test',
        salt: '00112233445566778899aabbccddeeff',
        sources: [{ include: ['made/*.jsonl'], text: 'text' }],
        labels: [
          { id: 'La', name: 'a' },
          { id: 'Lb', name: 'b' },
        ],
      }),
    );
    mkdirSync(join(folder(), 'made'), { recursive: true });
    const rows = Array.from({ length: 50 }, (_, i) =>
      JSON.stringify({ text: `record number ${i} of the test` }),
    );
    writeFileSync(join(folder(), 'made', 'rows.jsonl'), [...rows, '{"text": 12}', ''].join('\n'));
  });

  test('Start Labeling opens the queue in a tab of its own, and a second time shows the same tab', async () => {
    await vscode.commands.executeCommand('inkling.startLabeling');
    await eventually(() => assert.equal(tabs('inkling.queue').length, 1));
    await vscode.commands.executeCommand('inkling.startLabeling');
    assert.equal(tabs('inkling.queue').length, 1);
  });

  test('a row that cannot be read is in the Problems panel at its line', async () => {
    const rows = vscode.Uri.file(join(folder(), 'made', 'rows.jsonl'));
    await eventually(() => {
      const [problem] = vscode.languages.getDiagnostics(rows);
      assert.equal(problem?.source, 'Inkling');
      assert.equal(problem.range.start.line, 50);
      assert.equal(problem.code, 'text-not-string');
    });
  });

  test('Show Learning Curve opens the curve', async () => {
    await vscode.commands.executeCommand('inkling.showLearningCurve');
    await eventually(() => assert.equal(tabs('inkling.curve').length, 1));
  });

  test('nothing of the project is written outside .inkling', async () => {
    const found = await vscode.workspace.findFiles('**/*.{db,db-wal,db-shm,sqlite}');
    assert.deepEqual(found.map(String), []);
  });

  test('the label journal is made by the first answer, not before', async () => {
    const found = await vscode.workspace.findFiles('.inkling/labels/*');
    assert.deepEqual(found.map(String), []);
  });
});

function tabs(viewType: string): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(viewType));
}
