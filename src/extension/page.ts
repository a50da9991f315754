/** One webview panel that shows a page and speaks the typed protocol with it. Destroyed when hidden; state stays here. */
import * as vscode from 'vscode';
import { connect, type Port, type Remote, serve } from '../protocol/rpc.ts';
import { pageHtml } from './page-html.ts';

/** A message larger than this is no answer of ours: it is dropped. */
const MESSAGE_LIMIT = 64 * 1024;

export interface PageOptions {
  readonly extension: vscode.Uri;
  readonly name: 'queue' | 'curve';
  readonly title: string;
  /** Answers the page's calls. */
  readonly service: object;
  report(error: unknown): void;
}

export class Page<View extends object> implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly view: Remote<View>;
  readonly #closed: (() => void)[] = [];

  constructor(panel: vscode.WebviewPanel, options: PageOptions) {
    this.panel = panel;
    const port: Port = {
      post: (message) => {
        panel.webview.postMessage(message).then(undefined, options.report);
      },
      onMessage: (listener) => {
        panel.webview.onDidReceiveMessage((message) => {
          if (JSON.stringify(message).length <= MESSAGE_LIMIT) listener(message);
        });
      },
      onClose: (listener) => {
        this.#closed.push(listener);
      },
    };
    panel.onDidDispose(() => {
      for (const listener of this.#closed.splice(0)) listener();
    });
    serve(port, options.service, options.report);
    this.view = connect<View>(port);
    panel.webview.options = {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: [vscode.Uri.joinPath(options.extension, 'dist')],
    };
    panel.webview.html = pageHtml(panel.webview, options.extension, options.name, options.title);
  }

  /** Shows a fresh snapshot, if anybody is looking: a hidden page asks again when it is shown. */
  get visible(): boolean {
    return this.panel.visible;
  }

  dispose(): void {
    this.panel.dispose();
  }
}
