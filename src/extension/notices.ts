/** Every notification's words, and what its buttons do. Rare, calm, and never without a way on. */
import * as vscode from 'vscode';
import { sayAgain, sayOf } from '../core/say.ts';
import { UserError } from '../core/user-error.ts';
import { RemoteError } from '../protocol/rpc.ts';

/** Tells of an error: what a person can mend as it is, our own bugs as one calm sentence and the log. */
export async function showError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (error instanceof UserError) {
    await vscode.window.showErrorMessage(saidOf(error));
    return;
  }
  if (error instanceof RemoteError && error.wayOut) {
    await vscode.window.showErrorMessage(saidOf(error));
    return;
  }
  log.error(error instanceof Error ? error : String(error));
  const showLog = vscode.l10n.t('Show Log');
  const chosen = await vscode.window.showErrorMessage(
    vscode.l10n.t('Inkling ran into a problem of its own. Your labels are safe on disk.'),
    showLog,
  );
  if (chosen === showLog) log.show();
}

/** An error that a person can mend, in their language: what happened, and what to do. */
export function saidOf({ message, wayOut = '' }: { message: string; wayOut?: string | undefined }): string {
  return `${sayAgain(message).replace(/[.!?]?$/, '.')} ${sayAgain(wayOut)}`.trim();
}

export async function offerToOpenFolder(): Promise<void> {
  const open = vscode.l10n.t('Open Folder…');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('Inkling labels the text records of a folder. Open one first.'),
    open,
  );
  if (chosen === open) await vscode.commands.executeCommand('vscode.openFolder');
}

/** There is nothing to work on yet: the way to make it. */
export async function offerToStart(folder: vscode.WorkspaceFolder | undefined): Promise<void> {
  const start = vscode.l10n.t('Start Labeling');
  const chosen = await vscode.window.showInformationMessage(
    folder
      ? vscode.l10n.t('There is no Inkling project in {0} yet. Three short questions make one.', folder.name)
      : vscode.l10n.t('There is no Inkling project in this window yet. Three short questions make one.'),
    start,
  );
  if (chosen === start) await vscode.commands.executeCommand('inkling.startLabeling', folder?.uri);
}

/** Records are labelled as they are on disk. @returns whether the file is saved now */
export async function askToSave(document: vscode.TextDocument): Promise<boolean> {
  const save = vscode.l10n.t('Save File');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      '{0} has changes that are not saved. Records are labelled as they are on disk.',
      vscode.workspace.asRelativePath(document.uri),
    ),
    save,
  );
  return chosen === save && (await document.save());
}

export async function exported(count: number, file: vscode.Uri): Promise<void> {
  const open = vscode.l10n.t('Open File');
  const chosen = await vscode.window.showInformationMessage(
    sayOf(count, 'Wrote 1 label to {1}.', 'Wrote {0} labels to {1}.', vscode.workspace.asRelativePath(file)),
    open,
  );
  if (chosen === open) await vscode.window.showTextDocument(file);
}

/** Whether to replace a file that Inkling did not write. */
export async function askToReplace(file: vscode.Uri): Promise<boolean> {
  const replace = vscode.l10n.t('Replace File');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} is not an export of Inkling. Replace it?', vscode.workspace.asRelativePath(file)),
    { modal: true, detail: vscode.l10n.t('What is in the file now will be lost.') },
    replace,
  );
  return chosen === replace;
}

/** Whether to import, after the preview. */
export async function askToImport(sentences: readonly string[], matches: number): Promise<boolean> {
  if (matches === 0) {
    await vscode.window.showWarningMessage(vscode.l10n.t('Nothing in this file matches the project.'), {
      modal: true,
      detail: sentences.join('\n'),
    });
    return false;
  }
  const save = sayOf(matches, 'Import 1 Label', 'Import {0} Labels');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('Import labels?'),
    { modal: true, detail: sentences.join('\n') },
    save,
  );
  return chosen === save;
}

export function imported(count: number): Thenable<unknown> {
  return vscode.window.showInformationMessage(sayOf(count, 'Imported 1 label.', 'Imported {0} labels.'));
}
