/** The open projects: one engine a workspace folder, opened at first use, closed with the window. */
import * as vscode from 'vscode';
import { Engine } from '../engine/engine.ts';
import { offerToOpenFolder } from './notices.ts';

export class Projects implements vscode.Disposable {
  readonly #engines = new Map<string, Promise<Engine>>();
  readonly #log: vscode.LogOutputChannel;
  readonly #opened = new vscode.EventEmitter<Engine>();
  /** Fires for each engine that has opened. */
  readonly onOpened = this.#opened.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** The folder to work in: the only one, the one of `resource`, or the one the person picks. */
  async chooseFolder(resource?: vscode.Uri): Promise<vscode.WorkspaceFolder | undefined> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(
      (folder) => folder.uri.scheme === 'file',
    );
    if (folders.length === 0) {
      await offerToOpenFolder();
      return undefined;
    }
    const own = resource && vscode.workspace.getWorkspaceFolder(resource);
    if (own) return own;
    if (folders.length === 1) return folders[0];
    return vscode.window.showWorkspaceFolderPick({ placeHolder: 'Which folder do you want to label?' });
  }

  /** @throws UserError `no-project` when the folder has no project file yet */
  engine(folder: vscode.WorkspaceFolder): Promise<Engine> {
    const path = folder.uri.fsPath;
    let engine = this.#engines.get(path);
    if (!engine) {
      engine = this.#open(folder);
      this.#engines.set(path, engine);
      // A folder that could not be opened can be tried again.
      engine.catch(() => this.#engines.delete(path));
    }
    return engine;
  }

  async #open(folder: vscode.WorkspaceFolder): Promise<Engine> {
    const settings = vscode.workspace.getConfiguration('inkling', folder.uri);
    const engine = await Engine.open(folder.uri.fsPath, {
      annotator: settings.get<string>('annotator') || undefined,
      cacheFolder: settings.get<string>('cacheFolder') || undefined,
      report: (error) => this.#log.error(error instanceof Error ? error : String(error)),
    });
    this.#opened.fire(engine);
    return engine;
  }

  /** Nothing waits for this: every acknowledged label is on disk already. */
  dispose(): void {
    for (const engine of this.#engines.values()) engine.then((open) => open.close()).catch(() => {});
    this.#engines.clear();
    this.#opened.dispose();
  }
}
