/** The export and import commands: which file, what will happen, what has happened. */
import * as vscode from 'vscode';
import { UserError } from '../core/user-error.ts';
import type { Engine } from '../engine/engine.ts';
import { askToImport, askToReplace, exported, imported } from './notices.ts';

export async function exportLabels(folder: vscode.WorkspaceFolder, engine: Engine): Promise<void> {
  const file = await vscode.window.showSaveDialog({
    title: 'Export Labels',
    saveLabel: 'Export',
    defaultUri: vscode.Uri.joinPath(folder.uri, 'labels.jsonl'),
    filters: { JSONL: ['jsonl'] },
  });
  if (!file) return;
  const write = (overwrite: boolean) =>
    vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: 'Inkling: exporting…' },
      () => engine.exportLabels(file.fsPath, { fields: false, orphans: false, overwrite }),
    );
  try {
    await exported((await write(false)).written, file);
  } catch (error) {
    if (!(error instanceof UserError && error.code === 'not-own-export')) throw error;
    if (await askToReplace(file)) await exported((await write(true)).written, file);
  }
}

export async function importLabels(folder: vscode.WorkspaceFolder, engine: Engine): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Import Labels',
      openLabel: 'Import',
      defaultUri: folder.uri,
      filters: { 'JSONL and CSV': ['jsonl', 'ndjson', 'csv', 'tsv'] },
    })) ?? [];
  if (!file) return;
  const preview = await engine.previewImport(file.fsPath, { addLabels: false });
  if (!(await askToImport(preview.sentences, preview.matches))) return;
  const report = await engine.importLabels(file.fsPath, { addLabels: false });
  await imported(report.saved);
}
