/** The side bar: the project, its labels with counts and keys, the latest answers. Costs nothing until it is opened. */

import * as vscode from 'vscode';
import { count, decimal, percent, sayOf } from '../core/say.ts';
import { UserError } from '../core/user-error.ts';
import { cardLabels } from '../engine/card-labels.ts';
import type { Engine } from '../engine/engine.ts';
import { answersWith } from '../protocol/curve.ts';
import { labelIcon, oneLine, shownAnswer } from './answer-words.ts';
import { saidOf } from './notices.ts';
import { localFolders, type Projects } from './projects.ts';
import { Throttle } from './throttle.ts';

export const PROJECT_VIEW = 'inkling.project';

const RECENT = 20;
/** A burst of answers redraws the tree this often, in milliseconds. */
const PAUSE = 400;

/** A row of the tree, and what is under it. */
interface Branch {
  readonly item: vscode.TreeItem;
  children?(): Branch[] | Promise<Branch[]>;
}

export class ProjectView implements vscode.TreeDataProvider<Branch>, vscode.Disposable {
  readonly #projects: Projects;
  readonly #report: (error: unknown) => void;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #owned: vscode.Disposable[] = [];

  constructor(projects: Projects, report: (error: unknown) => void) {
    this.#projects = projects;
    this.#report = report;
    const view = vscode.window.createTreeView(PROJECT_VIEW, { treeDataProvider: this });
    const redraw = new Throttle(PAUSE, () => {
      if (view.visible) this.#changed.fire();
    });
    this.#owned.push(
      view,
      redraw,
      this.#changed,
      // What changed while it was hidden; a folder may have got its project meanwhile.
      view.onDidChangeVisibility(redraw.ask),
      vscode.workspace.onDidChangeWorkspaceFolders(redraw.ask),
      projects.onOpened((engine) => {
        tell('hasProject', true);
        redraw.ask();
        this.#owned.push({ dispose: engine.onChange(redraw.ask) }, tellOfAnswers(engine));
      }),
    );
  }

  dispose(): void {
    for (const owned of this.#owned.splice(0)) owned.dispose();
  }

  getTreeItem({ item }: Branch): vscode.TreeItem {
    return item;
  }

  getChildren(branch?: Branch): Branch[] | Promise<Branch[]> {
    return branch ? (branch.children?.() ?? []) : this.#roots();
  }

  async #roots(): Promise<Branch[]> {
    const folders = localFolders();
    const roots: { folder: vscode.WorkspaceFolder; children: () => Branch[] }[] = [];
    for (const folder of folders) {
      try {
        const engine = await this.#projects.openIfThere(folder);
        if (engine) roots.push({ folder, children: () => projectBranches(folder, engine) });
      } catch (error) {
        if (!(error instanceof UserError)) this.#report(error);
        roots.push({ folder, children: () => [brokenBranch(folder, error)] });
      }
    }
    tell('hasProject', roots.length > 0);
    if (folders.length <= 1) return roots[0]?.children() ?? [];
    return roots.map(({ folder, children }) => ({
      item: row(folder, 'folder', folder.name, {
        iconPath: vscode.ThemeIcon.Folder,
        collapsibleState: vscode.TreeItemCollapsibleState.Expanded,
      }),
      children,
    }));
  }
}

/** For the `when` clauses of menus and the steps of the walkthrough. */
function tell(key: 'hasProject' | 'hasAnswers', value: boolean): void {
  void vscode.commands.executeCommand('setContext', `inkling.${key}`, value);
}

function tellOfAnswers(engine: Engine): vscode.Disposable {
  let stop = () => {};
  const look = () => {
    if (engine.summary().counts.labelled === 0) return;
    tell('hasAnswers', true);
    stop();
  };
  stop = engine.onChange(look);
  look();
  return { dispose: () => stop() };
}

function projectBranches(folder: vscode.WorkspaceFolder, engine: Engine): Branch[] {
  const { counts, indexing, accuracy, measure } = engine.summary();
  const branches: Branch[] = [
    {
      item: row(
        folder,
        'labelled',
        vscode.l10n.t('{0} of {1} labelled', count(counts.labelled), count(counts.records)),
        {
          ...(indexing ? { description: vscode.l10n.t('reading: {0} so far', count(indexing.records)) } : {}),
          iconPath: new vscode.ThemeIcon(indexing ? 'sync~spin' : 'tag'),
          tooltip: vscode.l10n.t('Go on labeling'),
          command: {
            command: 'inkling.startLabeling',
            title: vscode.l10n.t('Start Labeling'),
            arguments: [folder.uri],
          },
        },
      ),
    },
    {
      item: row(folder, 'quality', qualityWords(measure, accuracy && percent(accuracy.value)), {
        description: accuracy
          ? sayOf(counts.audited, '{1}, from 1 audit answer', '{1}, from {0} audit answers', range(accuracy))
          : vscode.l10n.t('not known yet'),
        iconPath: new vscode.ThemeIcon('graph-line'),
        tooltip: vscode.l10n.t(
          'Show the learning curve. Every tenth card measures the model and never trains it.',
        ),
        command: {
          command: 'inkling.showLearningCurve',
          title: vscode.l10n.t('Show Learning Curve'),
          arguments: [folder.uri],
        },
      }),
    },
    {
      item: row(folder, 'labels', vscode.l10n.t('Labels'), EXPANDED),
      children: () => labelBranches(folder, engine),
    },
  ];
  if (counts.labelled > 0)
    branches.push({
      item: row(folder, 'recent', vscode.l10n.t('Recent Answers'), EXPANDED),
      children: () => answerBranches(folder, engine),
    });
  // A guess is no row that was lost, so it is not counted as one.
  const guessed = engine.index.guessedEncodings;
  const unread = counts.problems - guessed;
  const showProblems = { command: 'workbench.actions.view.problems', title: vscode.l10n.t('Show Problems') };
  if (unread > 0)
    branches.push({
      item: row(folder, 'problems', sayOf(unread, '1 row could not be read', '{0} rows could not be read'), {
        iconPath: new vscode.ThemeIcon('warning'),
        tooltip: vscode.l10n.t('Show them in the Problems panel'),
        command: showProblems,
      }),
    });
  if (guessed > 0)
    branches.push({
      item: row(folder, 'encodings', sayOf(guessed, '1 encoding is a guess', '{0} encodings are guesses'), {
        iconPath: new vscode.ThemeIcon('info'),
        tooltip: vscode.l10n.t(
          'Show the files in the Problems panel. "encoding" in the project file settles it.',
        ),
        command: showProblems,
      }),
    });
  return branches;
}

function qualityWords(measure: 'accuracy' | 'micro-F1', figure: string | undefined): string {
  if (measure === 'accuracy')
    return figure ? vscode.l10n.t('Accuracy {0}', figure) : vscode.l10n.t('Accuracy');
  return figure ? vscode.l10n.t('Micro-F1 {0}', figure) : vscode.l10n.t('Micro-F1');
}

function labelBranches(folder: vscode.WorkspaceFolder, engine: Engine): Branch[] {
  const keys = new Map(cardLabels(engine.project.labels).map(({ id, key }) => [id, key]));
  return engine.stats().labels.map((label) => {
    const { id, name, trained, audited } = label;
    const answers = count(answersWith(label));
    const key = keys.get(id);
    return {
      item: row(folder, `label ${id}`, oneLine(name, 80), {
        description: key === undefined ? answers : vscode.l10n.t('{0}  ·  key {1}', answers, key),
        iconPath: labelIcon(engine.project.labels, id),
        tooltip: vscode.l10n.t(
          '{0}: {1} to train on, {2} to measure with',
          name,
          count(trained),
          count(audited),
        ),
      }),
    };
  });
}

async function answerBranches(folder: vscode.WorkspaceFolder, engine: Engine): Promise<Branch[]> {
  const rows = engine.latestAnswers(RECENT).reverse();
  const contents = await Promise.all(rows.map((at) => engine.index.content(at)));
  return rows.flatMap((at, position) => {
    const record = engine.index.record(at);
    const answer = shownAnswer(engine.stateOf(at), engine.project.labels);
    if (!record || !answer) return [];
    const where = `${record.src}:${record.line}`;
    const text = contents[position]?.text;
    const start = new vscode.Position(record.line - 1, 0);
    return [
      {
        item: row(folder, `answer ${at}`, answer.words, {
          description: (text && oneLine(text, 120)) || where,
          iconPath: labelIcon(engine.project.labels, answer.label),
          tooltip: `${answer.words}\n${where}${text ? `\n\n${text.slice(0, 500)}` : ''}`,
          command: {
            command: 'vscode.open',
            title: vscode.l10n.t('Open Record in Its File'),
            arguments: [
              vscode.Uri.joinPath(folder.uri, record.src),
              {
                selection: new vscode.Range(start, start),
                preview: true,
              } satisfies vscode.TextDocumentShowOptions,
            ],
          },
        }),
      },
    ];
  });
}

/** A project file that can't be used: said where the project would be, with the way to mend it. */
function brokenBranch(folder: vscode.WorkspaceFolder, error: unknown): Branch {
  const sentence =
    error instanceof UserError
      ? saidOf(error)
      : vscode.l10n.t('This project could not be opened. See the log.');
  const isOurs = !(error instanceof UserError);
  return {
    item: row(folder, 'broken', sentence, {
      iconPath: new vscode.ThemeIcon('error'),
      tooltip: sentence,
      command: isOurs
        ? { command: 'inkling.showLog', title: vscode.l10n.t('Show Log') }
        : {
            command: 'vscode.open',
            title: vscode.l10n.t('Open Project File'),
            arguments: [vscode.Uri.joinPath(folder.uri, '.inkling', 'project.json')],
          },
    }),
  };
}

const EXPANDED = { collapsibleState: vscode.TreeItemCollapsibleState.Expanded };

/** The id keeps what is folded folded when the tree is drawn anew. */
function row(
  folder: vscode.WorkspaceFolder,
  id: string,
  label: string,
  look: Partial<vscode.TreeItem>,
): vscode.TreeItem {
  return Object.assign(new vscode.TreeItem(label, look.collapsibleState), look, {
    id: `${folder.uri.toString()} ${id}`,
  });
}

/** `85–95 %` */
function range({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${decimal(low * 100, 0)}–${percent(high)}`;
}
