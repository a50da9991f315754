/** What could not be read, in VS Code's Problems panel at its file, line and column. */
import * as vscode from 'vscode';
import { sayAgain } from '../core/say.ts';
import type { Engine } from '../engine/engine.ts';

/** More would bury what else is in the panel; `inkling index --json` lists all. */
const SHOWN = 500;

export function showProblems(engine: Engine): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('inkling');
  let generation = -1;
  const update = () => {
    if (engine.index.generation === generation) return;
    generation = engine.index.generation;
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const { src, line, column, code, message } of engine.index.problems(SHOWN)) {
      const position = new vscode.Position(line - 1, column - 1);
      const diagnostic = new vscode.Diagnostic(
        new vscode.Range(position, position),
        sayAgain(message),
        code === 'encoding-guessed'
          ? vscode.DiagnosticSeverity.Information
          : vscode.DiagnosticSeverity.Warning,
      );
      diagnostic.source = 'Inkling';
      diagnostic.code = code;
      const list = byFile.get(src) ?? [];
      list.push(diagnostic);
      byFile.set(src, list);
    }
    collection.clear();
    for (const [src, list] of byFile)
      collection.set(vscode.Uri.joinPath(vscode.Uri.file(engine.folder), src), list);
  };
  update();
  const stop = engine.onChange(update);
  return vscode.Disposable.from(collection, { dispose: stop });
}
