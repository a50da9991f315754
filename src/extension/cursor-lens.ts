/** One CodeLens, on the line of the cursor: what the record there was answered with, and the way to change it. */
import * as vscode from 'vscode';
import { shownAnswer } from './answer-words.ts';
import type { Projects } from './projects.ts';
import { recordAtLine } from './record-lines.ts';
import { Throttle } from './throttle.ts';

/** The cursor has to rest this long, in milliseconds, or the text would jump under every arrow key. */
const PAUSE = 250;

export class CursorLens implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #projects: Projects;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #owned: vscode.Disposable[] = [];
  #shownAt = '';

  constructor(projects: Projects) {
    this.#projects = projects;
    const soon = new Throttle(PAUSE, () => this.#changed.fire());
    this.#owned.push(
      this.#changed,
      soon,
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (placeOf(textEditor) !== this.#shownAt && projects.placeOf(textEditor.document.uri)) soon.ask();
      }),
      // The lens goes with the cursor, out of the file that is left too.
      vscode.window.onDidChangeActiveTextEditor(soon.ask),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('inkling.editorMarks')) soon.ask();
      }),
      projects.onOpened((engine) => {
        soon.ask();
        this.#owned.push({ dispose: engine.onChange(soon.ask) });
      }),
      vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this),
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const editor = vscode.window.activeTextEditor;
    if (!editor || editor.document !== document || document.isDirty) return [];
    if (!vscode.workspace.getConfiguration('inkling', document.uri).get('editorMarks', true)) return [];
    const place = this.#projects.placeOf(document.uri);
    if (!place) return [];
    const { line } = editor.selection.active;
    this.#shownAt = placeOf(editor);
    const record = recordAtLine(document, line, place);
    if (!record) return [];
    const answer = shownAnswer(place.engine.stateOf(record.row), place.engine.project.labels);
    return [
      new vscode.CodeLens(document.lineAt(line).range, {
        title: answer ? vscode.l10n.t('{0} · change…', answer.words) : vscode.l10n.t('Label this record'),
        tooltip: vscode.l10n.t('Inkling: Label Record at Cursor'),
        command: 'inkling.labelAtCursor',
      }),
    ];
  }

  dispose(): void {
    for (const owned of this.#owned.splice(0)) owned.dispose();
  }
}

function placeOf({ document, selection }: vscode.TextEditor): string {
  return `${selection.active.line} ${document.uri.toString()}`;
}
