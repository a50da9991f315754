/** The learning curve in an editor tab: one a folder, live while it is visible. */
import * as vscode from 'vscode';
import type { Engine } from '../engine/engine.ts';
import type { CurveService, CurveSnapshot, CurveView } from '../protocol/curve.ts';
import { CURVE_VIEW } from './commands.ts';
import { curveMessages } from './messages.ts';
import { Page } from './page.ts';
import { ignoreClosed } from './queue-panel.ts';

export class CurvePanels {
  readonly #context: vscode.ExtensionContext;
  readonly #report: (error: unknown) => void;
  readonly #showRecords: (folder: vscode.WorkspaceFolder, engine: Engine, query: string) => Promise<void>;
  readonly #open = new Map<string, Page<CurveView, CurveService>>();

  /** @param showRecords shows what a query finds in the folder's queue */
  constructor(
    context: vscode.ExtensionContext,
    report: (error: unknown) => void,
    showRecords: (folder: vscode.WorkspaceFolder, engine: Engine, query: string) => Promise<void>,
  ) {
    this.#context = context;
    this.#report = report;
    this.#showRecords = showRecords;
  }

  show(folder: vscode.WorkspaceFolder, engine: Engine): void {
    const open = this.#open.get(folder.uri.fsPath);
    if (open) {
      open.panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      CURVE_VIEW,
      vscode.l10n.t('Learning Curve: {0}', folder.name),
      vscode.ViewColumn.Active,
    );
    this.attach(panel, folder, engine);
  }

  /** Fills a panel, new or restored. */
  attach(panel: vscode.WebviewPanel, folder: vscode.WorkspaceFolder, engine: Engine): void {
    const snapshot = async (): Promise<CurveSnapshot> => {
      const measured = await engine.curve();
      const hourlyRate = vscode.workspace
        .getConfiguration('inkling', folder.uri)
        .get<number>('hourlyRate', 0);
      return hourlyRate > 0 ? { ...measured, spent: { ...measured.spent, hourlyRate } } : measured;
    };
    const service: CurveService = {
      open: snapshot,
      showRecords: (label, guessed) =>
        this.#showRecords(
          folder,
          engine,
          `label:${quoted(engine, label)} guess:${quoted(engine, guessed)} is:audit`,
        ),
      copy: async (text) => {
        await vscode.env.clipboard.writeText(text);
      },
    };
    const page = new Page<CurveView, CurveService>(panel, {
      extension: this.#context.extensionUri,
      name: 'curve',
      title: vscode.l10n.t('Inkling learning curve'),
      service,
      messages: curveMessages,
      report: this.#report,
    });
    panel.iconPath = vscode.Uri.joinPath(this.#context.extensionUri, 'media', 'icon.svg');
    this.#open.set(folder.uri.fsPath, page);

    // Measuring takes longer than answering: one measurement at a time, and one more if something changed meanwhile.
    let measuring = false;
    let again = false;
    const measure = async (): Promise<void> => {
      if (measuring) {
        again = true;
        return;
      }
      measuring = true;
      try {
        do {
          again = false;
          if (!page.visible) break;
          await page.view.show(await snapshot());
        } while (again);
      } finally {
        measuring = false;
      }
    };
    const stop = engine.onChange(() => {
      measure().catch(ignoreClosed(this.#report));
    });
    panel.onDidDispose(() => {
      stop();
      this.#open.delete(folder.uri.fsPath);
    });
  }
}

/** A label as a query names it: by its name, or by its id where the name would end the quotes. */
function quoted(engine: Engine, id: string): string {
  const { name } = engine.labelNamed(id);
  return name.includes('"') ? id : `"${name}"`;
}
