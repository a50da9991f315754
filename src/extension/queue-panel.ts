/** The queue in an editor tab: one a folder, restored after a reload. */
import * as vscode from 'vscode';
import type { Engine } from '../engine/engine.ts';
import { QueueSession } from '../engine/queue-session.ts';
import type { QueueAction, QueueService, QueueView } from '../protocol/queue.ts';
import { QUEUE_VIEW } from './commands.ts';
import { labelAllFound } from './label-all.ts';
import { queueMessages } from './messages.ts';
import { Page } from './page.ts';

export class QueuePanels {
  readonly #context: vscode.ExtensionContext;
  readonly #report: (error: unknown) => void;
  readonly #open = new Map<string, Page<QueueView, QueueService>>();

  constructor(context: vscode.ExtensionContext, report: (error: unknown) => void) {
    this.#context = context;
    this.#report = report;
  }

  /** @param query what to search for; absent: what is on the page stays */
  async show(folder: vscode.WorkspaceFolder, engine: Engine, query?: string): Promise<void> {
    const open = this.#open.get(folder.uri.fsPath);
    if (open) {
      open.panel.reveal();
      if (query !== undefined) await open.view.find(query).catch(ignoreClosed(this.#report));
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      QUEUE_VIEW,
      vscode.l10n.t('Label: {0}', folder.name),
      vscode.ViewColumn.Active,
    );
    await this.attach(panel, folder, engine, query);
  }

  /** Fills a panel, new or restored. */
  async attach(
    panel: vscode.WebviewPanel,
    folder: vscode.WorkspaceFolder,
    engine: Engine,
    query = '',
  ): Promise<void> {
    const setting = <Value>(name: string, otherwise: Value) =>
      vscode.workspace.getConfiguration('inkling', folder.uri).get<Value>(name, otherwise);
    const session = new QueueSession(engine, {
      showGuess: () => setting('showGuess', true),
      sittingGoal: () => setting('sessionGoal', 0),
    });
    // Before the page asks what to show.
    if (query !== '') await session.search(query);
    const openBeside = async (src: string, line: number) => {
      const position = new vscode.Position(line - 1, 0);
      await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, src), {
        selection: new vscode.Range(position, position),
        viewColumn: vscode.ViewColumn.Beside,
      });
    };
    const service: QueueService = {
      open: () => session.open(),
      label: (answer) => session.label(answer),
      mark: (mark) => session.mark(mark),
      search: (query) => session.search(query),
      labelAllFound: async () => {
        // Not awaited: the person is asked, and the page's call must not wait for the answer.
        labelAllFound(session, engine).catch(this.#report);
      },
      undo: () => session.undo(),
      redo: () => session.redo(),
      explain: (key, label) => session.explain(key, label),
      guidelines: () => engine.guidelines(),
      editGuidelines: async () => openBeside(await engine.startGuidelines(), 1),
      openSource: (key) => {
        const { src, line } = session.source(key);
        return openBeside(src, line);
      },
      inputFocus: async (focused) => {
        await vscode.commands.executeCommand('setContext', 'inkling.inputFocus', focused);
      },
    };
    const page = new Page<QueueView, QueueService>(panel, {
      extension: this.#context.extensionUri,
      name: 'queue',
      title: vscode.l10n.t('Inkling queue'),
      service,
      messages: queueMessages,
      report: this.#report,
    });
    panel.iconPath = vscode.Uri.joinPath(this.#context.extensionUri, 'media', 'icon.svg');
    this.#open.set(folder.uri.fsPath, page);
    const stopShowing = session.onChange((snapshot) => {
      if (page.visible) page.view.show(snapshot).catch(ignoreClosed(this.#report));
    });
    panel.onDidDispose(() => {
      stopShowing();
      this.#open.delete(folder.uri.fsPath);
      void vscode.commands.executeCommand('setContext', 'inkling.inputFocus', false);
    });
  }

  /** Hands a command to the page in front. */
  perform(action: QueueAction): void {
    for (const page of this.#open.values()) {
      if (page.panel.active) page.view.perform(action).catch(ignoreClosed(this.#report));
    }
  }
}

/** A page that closes while it is being told something is no failure. */
export function ignoreClosed(report: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    if ((error as { code?: string }).code !== 'port-closed') report(error);
  };
}
