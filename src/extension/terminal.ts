/** Puts `inkling`, the same engine without an editor, on the PATH of VS Code's terminals. */
import { delimiter } from 'node:path';
import * as vscode from 'vscode';

/** The launchers in dist/bin run dist/cli.js with the program that INKLING_NODE names: the one that runs us. */
export function putOnTerminalPath({
  extensionUri,
  environmentVariableCollection: environment,
}: vscode.ExtensionContext): void {
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'bin').fsPath;
  environment.description = vscode.l10n.t(
    'Finds the command `inkling`: index, label, curve, export and more, without the editor',
  );
  // Last on the PATH, so that it hides no program of the person's own.
  environment.append('PATH', `${delimiter}${folder}`, {
    applyAtProcessCreation: true,
    applyAtShellIntegration: true,
  });
  environment.replace('INKLING_NODE', process.execPath);
}
