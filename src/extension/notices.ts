/** Every notification's words, and what its buttons do. Rare, calm, and never without a way on. */
import * as vscode from 'vscode';
import { UserError } from '../core/user-error.ts';
import { RemoteError } from '../protocol/rpc.ts';

/** Tells of an error: what a person can mend as it is, our own bugs as one calm sentence and the log. */
export async function showError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (error instanceof UserError) {
    await vscode.window.showErrorMessage(error.sentence);
    return;
  }
  if (error instanceof RemoteError && error.wayOut) {
    await vscode.window.showErrorMessage(`${error.message} ${error.wayOut}`);
    return;
  }
  log.error(error instanceof Error ? error : String(error));
  const showLog = 'Show Log';
  const chosen = await vscode.window.showErrorMessage(
    'Inkling ran into a problem of its own. Your labels are safe on disk.',
    showLog,
  );
  if (chosen === showLog) log.show();
}

export async function offerToOpenFolder(): Promise<void> {
  const open = 'Open Folder…';
  const chosen = await vscode.window.showInformationMessage(
    'Inkling labels the text records of a folder. Open one first.',
    open,
  );
  if (chosen === open) await vscode.commands.executeCommand('vscode.openFolder');
}

/** There is nothing to work on yet: the way to make it. */
export async function offerToStart(folder: vscode.WorkspaceFolder | undefined): Promise<void> {
  const start = 'Start Labeling';
  const chosen = await vscode.window.showInformationMessage(
    `There is no Inkling project in ${folder ? folder.name : 'this window'} yet. Three short questions make one.`,
    start,
  );
  if (chosen === start) await vscode.commands.executeCommand('inkling.startLabeling', folder?.uri);
}

/** Records are labelled as they are on disk. @returns whether the file is saved now */
export async function askToSave(document: vscode.TextDocument): Promise<boolean> {
  const save = 'Save File';
  const chosen = await vscode.window.showInformationMessage(
    `${vscode.workspace.asRelativePath(document.uri)} has changes that are not saved. Records are labelled as they are on disk.`,
    save,
  );
  return chosen === save && (await document.save());
}

export async function exported(count: number, file: vscode.Uri): Promise<void> {
  const open = 'Open File';
  const chosen = await vscode.window.showInformationMessage(
    `Wrote ${count.toLocaleString()} ${count === 1 ? 'label' : 'labels'} to ${vscode.workspace.asRelativePath(file)}.`,
    open,
  );
  if (chosen === open) await vscode.window.showTextDocument(file);
}

/** Whether to replace a file that Inkling did not write. */
export async function askToReplace(file: vscode.Uri): Promise<boolean> {
  const replace = 'Replace File';
  const chosen = await vscode.window.showWarningMessage(
    `${vscode.workspace.asRelativePath(file)} is not an export of Inkling. Replace it?`,
    { modal: true, detail: 'What is in the file now will be lost.' },
    replace,
  );
  return chosen === replace;
}

/** Whether to import, after the preview. */
export async function askToImport(sentences: readonly string[], matches: number): Promise<boolean> {
  if (matches === 0) {
    await vscode.window.showWarningMessage('Nothing in this file matches the project.', {
      modal: true,
      detail: sentences.join('\n'),
    });
    return false;
  }
  const save = `Import ${matches.toLocaleString()} ${matches === 1 ? 'Label' : 'Labels'}`;
  const chosen = await vscode.window.showInformationMessage(
    'Import labels?',
    { modal: true, detail: sentences.join('\n') },
    save,
  );
  return chosen === save;
}

export function imported(count: number): Thenable<unknown> {
  return vscode.window.showInformationMessage(
    `Imported ${count.toLocaleString()} ${count === 1 ? 'label' : 'labels'}.`,
  );
}
