/** The VS Code shell: commands in, engine out. Activation registers and opens nothing. */
import * as vscode from 'vscode';
import { count, sayOf, speak } from '../core/say.ts';
import type { Engine } from '../engine/engine.ts';
import { hasProject } from '../engine/project-file.ts';
import type { IndexingProgress } from '../protocol/queue.ts';
import { CursorLens } from './cursor-lens.ts';
import { CURVE_VIEW, CurvePanels } from './curve-panel.ts';
import { EditorMarks } from './editor-marks.ts';
import { exportLabels, importLabels } from './export-import.ts';
import { labelAtCursor } from './label-at-cursor.ts';
import { editLabelSet } from './label-editor.ts';
import { showError } from './notices.ts';
import { showProblems } from './problems.ts';
import { ProjectView } from './project-view.ts';
import { Projects } from './projects.ts';
import { QUEUE_ACTIONS, QUEUE_VIEW, QueuePanels } from './queue-panel.ts';
import { showInStatusBar } from './status-bar.ts';
import { putOnTerminalPath } from './terminal.ts';
import { makeProject } from './wizard.ts';

/** What is read within this time, in milliseconds, is not worth a notification. */
const MOMENT = 1500;

export function activate(context: vscode.ExtensionContext): void {
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

  const command = (name: string, run: (resource?: vscode.Uri) => Promise<void>) =>
    own(
      vscode.commands.registerCommand(`inkling.${name}`, (resource?: vscode.Uri) =>
        run(resource instanceof vscode.Uri ? resource : undefined).catch((error) => showError(error, log)),
      ),
    );

  command('startLabeling', async (resource) => {
    const folder = await projects.chooseFolder(resource);
    if (!folder) return;
    if (!(await hasProject(folder.uri.fsPath)) && !(await makeProject(folder, resource))) return;
    await queues.show(folder, await projects.engine(folder));
  });
  const inProject =
    (work: (folder: vscode.WorkspaceFolder, engine: Engine) => Promise<void>) =>
    async (resource?: vscode.Uri) => {
      const folder = await projects.chooseProject(resource);
      if (folder) await work(folder, await projects.engine(folder));
    };
  command(
    'showLearningCurve',
    inProject(async (folder, engine) => curves.show(folder, engine)),
  );
  command('exportLabels', inProject(exportLabels));
  command('importLabels', inProject(importLabels));
  command('editLabels', inProject(editLabelSet));
  command(
    'updateIndex',
    inProject((_, engine) => readRecords(engine, (tell) => engine.updateIndex(tell))),
  );
  // Without opening the project: its file may be what has to be mended.
  command('editProject', async (resource) => {
    const folder = await projects.chooseProject(resource);
    if (folder)
      await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, '.inkling', 'project.json'));
  });
  command('labelAtCursor', () => labelAtCursor(projects));
  command('showLog', async () => log.show());
  for (const action of QUEUE_ACTIONS) {
    own(vscode.commands.registerCommand(`inkling.${action}`, () => queues.perform(action)));
  }

  const restore = (
    viewType: string,
    panels: {
      attach(
        panel: vscode.WebviewPanel,
        folder: vscode.WorkspaceFolder,
        engine: Engine,
      ): void | Promise<void>;
    },
  ) =>
    own(
      vscode.window.registerWebviewPanelSerializer(viewType, {
        async deserializeWebviewPanel(panel, state: { folder?: string } | undefined) {
          const folders = vscode.workspace.workspaceFolders ?? [];
          const folder = folders.find(({ name }) => panel.title.endsWith(`: ${name}`)) ?? folders[0];
          try {
            if (!folder || !(await hasProject(folder.uri.fsPath)))
              throw new Error(`no project for ${state?.folder ?? panel.title}`);
            await panels.attach(panel, folder, await projects.engine(folder));
          } catch (error) {
            report(error);
            panel.dispose();
          }
        },
      }),
    );
  restore(QUEUE_VIEW, queues);
  restore(CURVE_VIEW, curves);
}

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
