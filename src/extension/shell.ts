/** The VS Code shell behind the activation: commands in, engine out. */
import * as vscode from 'vscode';
import { count, sayOf, speak } from '../core/say.ts';
import type { Engine } from '../engine/engine.ts';
import { hasProject } from '../engine/project-file.ts';
import type { IndexingProgress, QueueAction } from '../protocol/queue.ts';
import { CURVE_VIEW, type GeneralCommand } from './commands.ts';
import { CursorLens } from './cursor-lens.ts';
import { CurvePanels } from './curve-panel.ts';
import { EditorMarks } from './editor-marks.ts';
import { exportLabels, importLabels } from './export-import.ts';
import { labelAtCursor } from './label-at-cursor.ts';
import { editLabelSet } from './label-editor.ts';
import { showError } from './notices.ts';
import { showProblems } from './problems.ts';
import { ProjectView } from './project-view.ts';
import { Projects } from './projects.ts';
import { QueuePanels } from './queue-panel.ts';
import { showInStatusBar } from './status-bar.ts';
import { putOnTerminalPath } from './terminal.ts';
import { makeProject } from './wizard.ts';

/** What is read within this time, in milliseconds, is not worth a notification. */
const MOMENT = 1500;

/** What the registrations of `extension.ts` lead to. */
export interface Shell {
  /** @param argument what VS Code gives a command; a file or folder where one was clicked */
  run(command: GeneralCommand, argument: unknown): Promise<void>;
  /** Acts on the card on screen. */
  perform(action: QueueAction): Promise<void>;
  /** Fills a tab that was open when the window was last closed. */
  restore(panel: vscode.WebviewPanel, state: unknown): Promise<void>;
}

/** Puts views and marks where they belong, and opens what projects there are. */
export function startShell(context: vscode.ExtensionContext): Shell {
  // Before anything is said, and before a worker starts that says something.
  speak(vscode.l10n.bundle);
  const own = <Item extends vscode.Disposable>(item: Item): Item => {
    context.subscriptions.push(item);
    return item;
  };
  const log = own(vscode.window.createOutputChannel('Inkling', { log: true }));
  const report = (error: unknown) => log.error(error instanceof Error ? error : String(error));
  const projects = own(new Projects(log));
  const queues = new QueuePanels(context, report);
  const curves = new CurvePanels(context, report, (folder, engine, query) =>
    queues.show(folder, engine, query),
  );

  projects.onOpened((engine) => {
    own(showInStatusBar(engine));
    own(showProblems(engine));
    readRecords(engine, (tell) => engine.goLive(tell)).catch(report);
  });

  own(new ProjectView(projects, report));
  own(new EditorMarks(projects, report));
  own(new CursorLens(projects));
  putOnTerminalPath(context);

  const inProject =
    (work: (folder: vscode.WorkspaceFolder, engine: Engine) => Promise<void>): Command =>
    async (resource) => {
      const folder = await projects.chooseProject(resource);
      if (folder) await work(folder, await projects.engine(folder));
    };
  const commands: Record<GeneralCommand, Command> = {
    async startLabeling(resource) {
      const folder = await projects.chooseFolder(resource);
      if (!folder) return;
      if (!(await hasProject(folder.uri.fsPath)) && !(await makeProject(folder, resource))) return;
      await queues.show(folder, await projects.engine(folder));
    },
    showLearningCurve: inProject(async (folder, engine) => curves.show(folder, engine)),
    exportLabels: inProject(exportLabels),
    importLabels: inProject(importLabels),
    editLabels: inProject(editLabelSet),
    updateIndex: inProject((_, engine) => readRecords(engine, (tell) => engine.updateIndex(tell))),
    // Without opening the project: its file may be what has to be mended.
    async editProject(resource) {
      const folder = await projects.chooseProject(resource);
      if (folder)
        await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, '.inkling', 'project.json'));
    },
    labelAtCursor: () => labelAtCursor(projects),
    showLog: async () => log.show(),
  };

  return {
    run: (name, argument) =>
      commands[name](argument instanceof vscode.Uri ? argument : undefined).catch((error) =>
        showError(error, log),
      ),

    perform: async (action) => queues.perform(action),

    async restore(panel, state) {
      const folders = vscode.workspace.workspaceFolders ?? [];
      const folder = folders.find(({ name }) => panel.title.endsWith(`: ${name}`)) ?? folders[0];
      const panels = panel.viewType.endsWith(CURVE_VIEW) ? curves : queues;
      try {
        if (!folder || !(await hasProject(folder.uri.fsPath)))
          throw new Error(
            `no project for ${(state as { folder?: string } | undefined)?.folder ?? panel.title}`,
          );
        await panels.attach(panel, folder, await projects.engine(folder));
      } catch (error) {
        report(error);
        panel.dispose();
      }
    },
  };
}

type Command = (resource: vscode.Uri | undefined) => Promise<void>;

/**
 * Reads what has changed. The status bar counts along; when it takes longer than a moment there is a notification too,
 * with a way to cancel.
 */
async function readRecords(
  engine: Engine,
  read: (tell: (progress: IndexingProgress) => void) => Promise<unknown>,
): Promise<void> {
  let shown: vscode.Progress<{ message: string }> | undefined;
  const reading = read(({ files, filesDone, records }) => {
    const message = sayOf(
      files,
      '{1} in {2} of 1 file',
      '{1} in {2} of {0} files',
      count(records),
      count(filesDone),
    );
    shown?.report({ message });
  });
  if (await endsWithin(MOMENT, reading)) return;
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Inkling: reading records'),
      cancellable: true,
    },
    async (progress, token) => {
      shown = progress;
      token.onCancellationRequested(() => void engine.index.cancel());
      await reading;
    },
  );
}

async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const moment = new Promise<false>((done) => {
    timer = setTimeout(() => done(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true as const), moment]);
  } finally {
    clearTimeout(timer);
  }
}
