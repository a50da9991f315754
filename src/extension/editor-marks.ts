/**
 * Answers beside their records in open files: a mark in the gutter and the label at the line's end, or before the line
 * where lines reach out of sight. For the lines in sight and a few more; batched, capped, and never more often than an
 * eye can follow.
 */
import * as vscode from 'vscode';
import type { Engine } from '../engine/engine.ts';
import { dot, labelColor, shownAnswer } from './answer-words.ts';
import type { Projects } from './projects.ts';
import { lastLineOf } from './record-lines.ts';
import { Throttle } from './throttle.ts';

/** Lines above and below the visible ones that are marked too, so that scrolling finds them there. */
const AROUND = 200;
/** Marks in one editor at most: VS Code gets slow with many decorations. */
const MOST = 1000;
const PAUSE = 150;
/** Lines longer than this end out of sight in most windows, in characters. */
const LONG = 110;

/** Files that hold records as a rule: opening one opens its folder's project, if there is one. */
const USUAL = /\.(jsonl|ndjson|csv|tsv|txt)$/i;

export class EditorMarks implements vscode.Disposable {
  readonly #projects: Projects;
  readonly #report: (error: unknown) => void;
  readonly #owned: vscode.Disposable[] = [];
  readonly #soon: Throttle;
  /** By colour, made when first needed. */
  readonly #types = new Map<string, vscode.TextEditorDecorationType>();
  readonly #asked = new Set<string>();

  constructor(projects: Projects, report: (error: unknown) => void) {
    this.#projects = projects;
    this.#report = report;
    this.#soon = new Throttle(PAUSE, () => this.#update());
    const { ask } = this.#soon;
    this.#owned.push(
      this.#soon,
      vscode.window.onDidChangeVisibleTextEditors(ask),
      vscode.window.onDidChangeTextEditorVisibleRanges(ask),
      vscode.workspace.onDidChangeTextDocument(ask),
      vscode.workspace.onDidSaveTextDocument(ask),
      vscode.workspace.onDidGrantWorkspaceTrust(ask),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('inkling.editorMarks')) ask();
      }),
      projects.onOpened((engine) => {
        ask();
        this.#owned.push({ dispose: engine.onChange(ask) });
      }),
    );
    ask();
  }

  dispose(): void {
    for (const owned of this.#owned.splice(0)) owned.dispose();
    for (const type of this.#types.values()) type.dispose();
    this.#types.clear();
  }

  #update(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.scheme !== 'file') continue;
      try {
        this.#mark(editor);
      } catch (error) {
        this.#report(error);
      }
    }
  }

  #mark(editor: vscode.TextEditor): void {
    const { document } = editor;
    const isWanted = vscode.workspace.getConfiguration('inkling', document.uri).get('editorMarks', true);
    if (!isWanted) {
      this.#show(editor, new Map());
      return;
    }
    const place = this.#projects.placeOf(document.uri);
    if (!place) this.#openProjectOf(document.uri);
    // While a file is being edited VS Code moves the marks along with their lines.
    else if (!document.isDirty) this.#show(editor, this.#marksOf(editor, place));
  }

  #marksOf(
    { document, visibleRanges }: vscode.TextEditor,
    { engine, src }: { engine: Engine; src: string },
  ): Map<string, vscode.DecorationOptions[]> {
    const marks = new Map<string, vscode.DecorationOptions[]>();
    const layout = engine.index.layoutOf(src);
    if (!layout || visibleRanges.length === 0) return marks;
    const top = Math.min(...visibleRanges.map(({ start }) => start.line)) - AROUND;
    const bottom = Math.max(...visibleRanges.map(({ end }) => end.line)) + AROUND;
    const { labels } = engine.project;
    const records = engine.index
      .recordsInLines(src, Math.max(top, 0) + 1, bottom + 1, MOST)
      .filter((record) => lastLineOf(document, record, layout) !== undefined);
    const comesFirst = reachOutOfSight(document, records);
    for (const { row, line } of records) {
      const state = engine.stateOf(row);
      const answer = shownAnswer(state, labels);
      if (!state || !answer) continue;
      const { start, end } = document.lineAt(line - 1).range;
      const { light, dark } = labelColor(labels, answer.label);
      const type = this.#typeOf(answer.label === undefined ? 'none' : `${light} ${dark}`, light, dark);
      // In the look of inlay hints, which nobody takes for text of the file.
      const words = {
        contentText: `\u00a0${answer.words}\u00a0`,
        color: new vscode.ThemeColor('editorInlayHint.foreground'),
        backgroundColor: new vscode.ThemeColor('editorInlayHint.background'),
      };
      const options: vscode.DecorationOptions = {
        range: comesFirst ? new vscode.Range(start, start) : new vscode.Range(end, end),
        hoverMessage: new vscode.MarkdownString().appendText(`Inkling: ${answer.words} (${state.last.by})`),
        renderOptions: comesFirst
          ? { before: { ...words, margin: '0 1em 0 0' } }
          : { after: { ...words, margin: '0 0 0 2em' } },
      };
      const alike = marks.get(type);
      if (alike) alike.push(options);
      else marks.set(type, [options]);
    }
    return marks;
  }

  #show(editor: vscode.TextEditor, marks: ReadonlyMap<string, vscode.DecorationOptions[]>): void {
    for (const [key, type] of this.#types) editor.setDecorations(type, marks.get(key) ?? []);
  }

  /** The decoration for a pair of colours. @returns its key */
  #typeOf(key: string, light: string, dark: string): string {
    if (!this.#types.has(key)) {
      const picture = (color: string) => (key === 'none' ? dot('#888888', { hollow: true }) : dot(color));
      this.#types.set(
        key,
        vscode.window.createTextEditorDecorationType({
          light: { gutterIconPath: picture(light) },
          dark: { gutterIconPath: picture(dark) },
          gutterIconSize: 'contain',
          rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        }),
      );
    }
    return key;
  }

  /** Once a folder; in Restricted Mode nothing is opened that nobody asked for. */
  #openProjectOf(file: vscode.Uri): void {
    const folder = vscode.workspace.getWorkspaceFolder(file);
    if (!folder || !vscode.workspace.isTrusted || !USUAL.test(file.path)) return;
    if (this.#asked.has(folder.uri.fsPath)) return;
    this.#asked.add(folder.uri.fsPath);
    this.#projects.openIfThere(folder).catch(this.#report);
  }
}

/** Whether most of these lines end where nobody looks. Decided for all of them alike, so that labels stand in one place. */
function reachOutOfSight(
  document: vscode.TextDocument,
  records: readonly { readonly line: number }[],
): boolean {
  if (vscode.workspace.getConfiguration('editor', document).get('wordWrap') !== 'off') return false;
  const long = records.filter(({ line }) => document.lineAt(line - 1).text.length > LONG);
  return long.length * 2 > records.length;
}
