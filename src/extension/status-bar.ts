/** The one status-bar item: how many answers, how good the model is, and the way to the curve. */
import * as vscode from 'vscode';
import { count, decimal, percent, sayOf } from '../core/say.ts';
import type { Engine } from '../engine/engine.ts';
import type { Interval } from '../protocol/curve.ts';

export function showInStatusBar(engine: Engine): vscode.Disposable {
  // In a window of several folders there may be several, and each says whose it is.
  const isOneOfMany = (vscode.workspace.workspaceFolders ?? []).length > 1;
  const id = isOneOfMany ? `inkling.progress ${engine.folder}` : 'inkling.progress';
  const item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, 50);
  const whose = isOneOfMany ? `${engine.project.name}: ` : '';
  item.name = isOneOfMany ? `Inkling (${engine.project.name})` : 'Inkling';
  item.command = {
    command: 'inkling.showLearningCurve',
    title: vscode.l10n.t('Show Learning Curve'),
    arguments: [vscode.Uri.file(engine.folder)],
  };
  const update = () => {
    const { counts, indexing, accuracy, measure } = engine.summary();
    const reading = indexing ? `$(sync~spin) ${vscode.l10n.t('{0} read', count(indexing.records))} · ` : '';
    const quality = accuracy
      ? ` · ${percent(accuracy.value)} (${decimal(accuracy.low * 100, 0)}–${decimal(accuracy.high * 100, 0)})`
      : '';
    const labelled = vscode.l10n.t('{0} labelled', count(counts.labelled));
    item.text = `$(tag) ${whose}${reading}${labelled}${quality}`;
    item.tooltip = new vscode.MarkdownString(
      [
        sayOf(
          counts.records,
          '**{1}** of 1 record labelled',
          '**{1}** of {0} records labelled',
          count(counts.labelled),
        ),
        accuracy
          ? measure === 'accuracy'
            ? vscode.l10n.t('Audited accuracy {0}, 95 % interval {1}–{2}', ...figures(accuracy))
            : vscode.l10n.t('Audited micro-F1 {0}, 95 % interval {1}–{2}', ...figures(accuracy))
          : vscode.l10n.t('No audited accuracy yet: every tenth card measures it'),
        vscode.l10n.t('Click for the learning curve'),
      ].join('\n\n'),
    );
    item.show();
  };
  update();
  const stop = engine.onChange(update);
  return vscode.Disposable.from(item, { dispose: stop });
}

function figures({ value, low, high }: Interval): [string, string, string] {
  return [percent(value, 1), decimal(low * 100, 1), percent(high, 1)];
}
