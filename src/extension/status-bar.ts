/** The one status-bar item: how many answers, how good the model is, and the way to the curve. */
import * as vscode from 'vscode';
import type { Engine } from '../engine/engine.ts';

export function showInStatusBar(engine: Engine): vscode.Disposable {
  // In a window of several folders there may be several, and each says whose it is.
  const isOneOfMany = (vscode.workspace.workspaceFolders ?? []).length > 1;
  const id = isOneOfMany ? `inkling.progress ${engine.folder}` : 'inkling.progress';
  const item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, 50);
  const whose = isOneOfMany ? `${engine.project.name}: ` : '';
  item.name = isOneOfMany ? `Inkling (${engine.project.name})` : 'Inkling';
  item.command = {
    command: 'inkling.showLearningCurve',
    title: 'Show Learning Curve',
    arguments: [vscode.Uri.file(engine.folder)],
  };
  const update = () => {
    const { counts, indexing, accuracy } = engine.summary();
    const reading = indexing ? `$(sync~spin) ${indexing.records.toLocaleString()} read · ` : '';
    const quality = accuracy
      ? ` · ${Math.round(accuracy.value * 100)} % (${Math.round(accuracy.low * 100)}–${Math.round(accuracy.high * 100)})`
      : '';
    item.text = `$(tag) ${whose}${reading}${counts.labelled.toLocaleString()} labelled${quality}`;
    item.tooltip = new vscode.MarkdownString(
      [
        `**${counts.labelled.toLocaleString()}** of ${counts.records.toLocaleString()} records labelled`,
        accuracy
          ? `Audited accuracy ${(accuracy.value * 100).toFixed(1)} %, 95 % interval ${(accuracy.low * 100).toFixed(1)}–${(accuracy.high * 100).toFixed(1)} %`
          : 'No audited accuracy yet: every tenth card measures it',
        'Click for the learning curve',
      ].join('\n\n'),
    );
    item.show();
  };
  update();
  const stop = engine.onChange(update);
  return vscode.Disposable.from(item, { dispose: stop });
}
