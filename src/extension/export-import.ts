/** The export and import commands: which file, what will happen, what has happened. */
import * as vscode from 'vscode';
import { count, sayOf } from '../core/say.ts';
import { UserError } from '../core/user-error.ts';
import type { Engine } from '../engine/engine.ts';
import { askToImport, askToReplace, exported, imported } from './notices.ts';
import { pickOne } from './pick.ts';

export async function exportLabels(folder: vscode.WorkspaceFolder, engine: Engine): Promise<void> {
  const content = await pickContent(engine);
  if (!content) return;
  const file = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Labels'),
    saveLabel: vscode.l10n.t('Export'),
    defaultUri: vscode.Uri.joinPath(folder.uri, 'labels.jsonl'),
    filters: { JSONL: ['jsonl'] },
  });
  if (!file) return;
  const write = (overwrite: boolean) =>
    vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Inkling: exporting…') },
      () => engine.exportLabels(file.fsPath, { ...content, overwrite }),
    );
  try {
    await exported((await write(false)).written, file);
  } catch (error) {
    if (!(error instanceof UserError && error.code === 'not-own-export')) throw error;
    if (await askToReplace(file)) await exported((await write(true)).written, file);
  }
}

/** What goes into the file; the plain choice first, so that Enter takes it. */
async function pickContent(engine: Engine): Promise<{ fields: boolean; orphans: boolean } | undefined> {
  const { labelled, orphans } = engine.stats();
  const items = [
    {
      label: vscode.l10n.t('Labels'),
      description: sayOf(labelled, '1 record', '{0} records'),
      detail: vscode.l10n.t('id, text, label and where it came from'),
      content: { fields: false, orphans: false },
    },
    {
      label: vscode.l10n.t('Labels and all fields'),
      detail: vscode.l10n.t("The records' other fields besides"),
      content: { fields: true, orphans: false },
    },
    ...(orphans > 0
      ? [
          {
            label: vscode.l10n.t('Labels, also of records that are gone'),
            description: vscode.l10n.t('{0} more', count(orphans)),
            detail: vscode.l10n.t('Their text is not known any more'),
            content: { fields: false, orphans: true },
          },
        ]
      : []),
  ];
  return (
    await pickOne(items, {
      title: vscode.l10n.t('Export Labels: what goes into the file?'),
    })
  )?.content;
}

export async function importLabels(folder: vscode.WorkspaceFolder, engine: Engine): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Import Labels'),
      openLabel: vscode.l10n.t('Import'),
      defaultUri: folder.uri,
      filters: { [vscode.l10n.t('JSONL and CSV')]: ['jsonl', 'ndjson', 'csv', 'tsv'] },
    })) ?? [];
  if (!file) return;
  const { unknownLabels } = await engine.previewImport(file.fsPath, { addLabels: false });
  const addLabels = unknownLabels.length > 0 ? await askToAdd(unknownLabels.map(({ name }) => name)) : false;
  if (addLabels === undefined) return;
  const preview = await engine.previewImport(file.fsPath, { addLabels });
  if (!(await askToImport(preview.sentences, preview.matches))) return;
  const report = await engine.importLabels(file.fsPath, { addLabels });
  await imported(report.saved);
}

/** Whether label names that the project does not know are added to it; undefined when the person left. */
async function askToAdd(names: readonly string[]): Promise<boolean | undefined> {
  const items = [
    { label: vscode.l10n.t('Add these labels to the project'), detail: names.join(', '), add: true },
    {
      label: vscode.l10n.t('Leave their rows out'),
      detail: vscode.l10n.t('Only rows with labels of this project are taken'),
      add: false,
    },
  ];
  const title = sayOf(names.length, 'Import Labels: 1 unknown label', 'Import Labels: {0} unknown labels');
  return (await pickOne(items, { title }))?.add;
}
