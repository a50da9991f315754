/** The open projects: one engine a workspace folder, opened at first use, closed with the window. */
import * as vscode from 'vscode';
import { Engine } from '../engine/engine.ts';
import { hasProject } from '../engine/project-file.ts';
import { offerToOpenFolder, offerToStart } from './notices.ts';
import { pickOne } from './pick.ts';

export class Projects implements vscode.Disposable {
  readonly #engines = new Map<string, Promise<Engine>>();
  readonly #ready = new Map<string, Engine>();
  readonly #log: vscode.LogOutputChannel;
  readonly #opened = new vscode.EventEmitter<Engine>();
  /** Fires for each engine that has opened. */
  readonly onOpened = this.#opened.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** The folder to work in: the only one, the one of `resource`, or the one the person picks. */
  async chooseFolder(resource?: vscode.Uri): Promise<vscode.WorkspaceFolder | undefined> {
    const folders = localFolders();
    if (folders.length === 0) {
      await offerToOpenFolder();
      return undefined;
    }
    const own = resource && vscode.workspace.getWorkspaceFolder(resource);
    if (own) return own;
    if (folders.length === 1) return folders[0];
    return vscode.window.showWorkspaceFolderPick({
      placeHolder: vscode.l10n.t('Which folder do you want to label?'),
    });
  }

  /** As `chooseFolder`, among the folders that have a project; says how to make one when there is none. */
  async chooseProject(resource?: vscode.Uri): Promise<vscode.WorkspaceFolder | undefined> {
    const own = resource && vscode.workspace.getWorkspaceFolder(resource);
    const folders = own ? [own] : localFolders();
    if (folders.length === 0) {
      await offerToOpenFolder();
      return undefined;
    }
    const has = await Promise.all(folders.map(({ uri }) => hasProject(uri.fsPath)));
    const projects = folders.filter((_, position) => has[position]);
    if (projects.length === 0) await offerToStart(own);
    if (projects.length <= 1) return projects[0];
    const picked = await pickOne(
      projects.map((folder) => ({ label: folder.name, description: folder.uri.fsPath, folder })),
      { placeHolder: vscode.l10n.t('Which project?') },
    );
    return picked?.folder;
  }

  /** The open project that a file lies in, and the file's path in it. */
  placeOf(file: vscode.Uri): { engine: Engine; src: string } | undefined {
    const folder = vscode.workspace.getWorkspaceFolder(file);
    const engine = folder && this.#ready.get(folder.uri.fsPath);
    return engine && { engine, src: file.path.slice(folder.uri.path.replace(/\/?$/, '/').length) };
  }

  /** Opens the project of a folder that has one. */
  async openIfThere(folder: vscode.WorkspaceFolder): Promise<Engine | undefined> {
    return (await hasProject(folder.uri.fsPath)) ? this.engine(folder) : undefined;
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
    this.#ready.set(folder.uri.fsPath, engine);
    this.#opened.fire(engine);
    return engine;
  }

  /** Nothing waits for this: every acknowledged label is on disk already. */
  dispose(): void {
    for (const engine of this.#engines.values()) engine.then((open) => open.close()).catch(() => {});
    this.#engines.clear();
    this.#ready.clear();
    this.#opened.dispose();
  }
}

/** The folders of the window that lie on a disk. */
export function localFolders(): vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}
