/** One webview panel that shows a page and speaks the typed protocol with it. Destroyed when hidden; state stays here. */
import * as vscode from 'vscode';
import { sayAgain } from '../core/say.ts';
import { connect, type Port, type Remote, serve } from '../protocol/rpc.ts';
import { type Fault, guarded, type Messages } from './messages.ts';
import { pageHtml } from './page-html.ts';

export interface PageOptions<Service extends object> {
  readonly extension: vscode.Uri;
  readonly name: 'queue' | 'curve';
  readonly title: string;
  /** Answers the page's calls. */
  readonly service: Service;
  /** What the page may call, and with what. */
  readonly messages: Messages<Service>;
  report(error: unknown): void;
}

export class Page<View extends object, Service extends object> implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly view: Remote<View>;
  readonly #closed: (() => void)[] = [];

  constructor(panel: vscode.WebviewPanel, options: PageOptions<Service>) {
    this.panel = panel;
    const bare: Port = {
      post: (message) => {
        panel.webview.postMessage(translated(message)).then(undefined, options.report);
      },
      onMessage: (listener) => {
        panel.webview.onDidReceiveMessage(listener);
      },
      onClose: (listener) => {
        this.#closed.push(listener);
      },
    };
    panel.onDidDispose(() => {
      for (const listener of this.#closed.splice(0)) listener();
    });
    const port = guarded(bare, options.messages, countDropped(options));
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

/** A refusal's reason and way out in the person's language; any other message as it is. */
function translated(message: unknown): unknown {
  const { err } = message as Partial<Refusal>;
  if (!err) return message;
  const { message: reason, wayOut } = err;
  const said = { message: sayAgain(reason), ...(wayOut === undefined ? {} : { wayOut: sayAgain(wayOut) }) };
  return { ...(message as Refusal), err: { ...err, ...said } };
}

interface Refusal {
  readonly err: { readonly message: string; readonly wayOut?: string };
}

/** Puts the count into the log, at the first message and then ever more rarely: a flood must not fill the disk. */
function countDropped({ name, report }: { name: string; report(error: unknown): void }) {
  let count = 0;
  return (fault: Fault) => {
    count++;
    if (Number.isInteger(Math.log10(count)))
      report(`Dropped ${count} messages from the ${name} page that are none of ours; the latest: ${fault}.`);
  };
}
