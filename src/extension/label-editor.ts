/** *Inkling: Edit Labels…*: changes the label set in the middle of a project, says what each change does, and takes it back. */

import * as vscode from 'vscode';
import { defined } from '../core/defined.ts';
import type { LabelEdit } from '../core/records/label-edits.ts';
import type { Label } from '../core/records/label-set.ts';
import { sayOf } from '../core/say.ts';
import type { Engine } from '../engine/engine.ts';
import { newLabel } from '../engine/project-file.ts';
import { answersWith } from '../protocol/curve.ts';
import { pickOne } from './pick.ts';

interface Choice extends vscode.QuickPickItem {
  readonly run: () => Promise<LabelEdit | undefined>;
}

export async function editLabelSet(_: vscode.WorkspaceFolder, engine: Engine): Promise<void> {
  const edit = await askForEdit(engine);
  if (!edit) return;
  const before = engine.project.labels;
  await engine.changeLabels(edit);
  const takeBack = vscode.l10n.t('Take Back');
  const chosen = await vscode.window.showInformationMessage(saidOf(edit, before), takeBack);
  if (chosen === takeBack) await engine.restoreLabels(before);
}

async function askForEdit(engine: Engine): Promise<LabelEdit | undefined> {
  const { labels } = engine.project;
  const counts = new Map(engine.stats().labels.map((label) => [label.id, answersWith(label)]));
  const items: Choice[] = [
    { label: `$(add) ${vscode.l10n.t('Add a label…')}`, run: () => askToAdd() },
    ...engine.activeLabels().map((label, position) => ({
      label: label.name,
      description: answers(counts.get(label.id) ?? 0),
      ...defined({ detail: label.description }),
      run: () => askAboutLabel(engine, label, position, counts.get(label.id) ?? 0),
    })),
    ...labels
      .filter((label) => label.retired || label.mergedInto !== undefined)
      .map((label) => ({
        label: `$(history) ${label.name}`,
        description: hiddenBecause(labels, label),
        run: () => askToRevive(label),
      })),
  ];
  const picked = await pickOne(items, {
    title: vscode.l10n.t('Edit Labels'),
    placeHolder: vscode.l10n.t('A label to change; every change can be taken back, and no answer is lost'),
    matchOnDescription: true,
  });
  return picked?.run();
}

async function askToAdd(): Promise<LabelEdit | undefined> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Add a Label'),
    prompt: vscode.l10n.t('Its name'),
  });
  return name === undefined ? undefined : { kind: 'add', added: newLabel(name) };
}

async function askToRevive({ id, name }: Label): Promise<LabelEdit | undefined> {
  const back = {
    label: vscode.l10n.t('Bring "{0}" back', name),
    detail: vscode.l10n.t('Its answers count for it again'),
  };
  return (await pickOne([back], { title: name })) && { kind: 'revive', label: id };
}

async function askAboutLabel(
  engine: Engine,
  label: Label,
  position: number,
  count: number,
): Promise<LabelEdit | undefined> {
  const { id, name } = label;
  const ask = async (title: string, prompt: string, value: string | undefined) =>
    vscode.window.showInputBox({ title, prompt, value: value ?? '' });
  const items: Choice[] = [
    {
      label: vscode.l10n.t('Rename…'),
      detail: goingAlong(engine.activeLabels(), label, count),
      run: async () => {
        const given = await ask(vscode.l10n.t('Rename "{0}"', name), vscode.l10n.t('The new name'), name);
        return given === undefined ? undefined : { kind: 'rename', label: id, name: given };
      },
    },
    {
      label: vscode.l10n.t('Describe…'),
      detail: vscode.l10n.t('Shown beside the label on the card'),
      run: async () => {
        const given = await ask(
          vscode.l10n.t('Describe "{0}"', name),
          vscode.l10n.t('When does it apply?'),
          label.description,
        );
        return given === undefined ? undefined : { kind: 'describe', label: id, description: given };
      },
    },
    {
      label: vscode.l10n.t('Change its key…'),
      run: async () => {
        const given = await ask(
          vscode.l10n.t('Key of "{0}"', name),
          vscode.l10n.t('One character; empty: the digit of its place'),
          label.key,
        );
        return given === undefined ? undefined : { kind: 'rekey', label: id, key: given };
      },
    },
    {
      label: vscode.l10n.t('Change its color…'),
      run: async () => {
        const given = await ask(
          vscode.l10n.t('Color of "{0}"', name),
          vscode.l10n.t('As #rrggbb; empty: the color of its place'),
          label.color,
        );
        return given === undefined ? undefined : { kind: 'recolor', label: id, color: given };
      },
    },
    { label: vscode.l10n.t('Move up'), run: async () => ({ kind: 'move', label: id, to: position - 1 }) },
    { label: vscode.l10n.t('Move down'), run: async () => ({ kind: 'move', label: id, to: position + 1 }) },
    {
      label: vscode.l10n.t('Merge into another label…'),
      detail: sayOf(count, '1 answer will count for that label', '{0} answers will count for that label'),
      run: async () => {
        const others = engine.activeLabels().filter((other) => other.id !== id);
        const into = await pickOne(
          others.map((other) => ({ label: other.name, id: other.id })),
          { title: vscode.l10n.t('Merge "{0}" into', name) },
        );
        return into && { kind: 'merge', label: id, into: into.id };
      },
    },
    {
      label: vscode.l10n.t('Split into several labels…'),
      detail: sayOf(
        count,
        'The 1 record with it is asked about again',
        'The {0} records with it are asked about again',
      ),
      run: () => askToSplit(id, name),
    },
    {
      label: vscode.l10n.t('Retire'),
      detail: sayOf(
        count,
        'No new answers; 1 answer stays, and no longer trains the model',
        'No new answers; {0} answers stay, and no longer train the model',
      ),
      run: async () => ({ kind: 'retire', label: id }),
    },
  ];
  return (await pickOne(items, { title: name }))?.run();
}

async function askToSplit(id: string, name: string): Promise<LabelEdit | undefined> {
  const given = await vscode.window.showInputBox({
    title: vscode.l10n.t('Split "{0}"', name),
    prompt: vscode.l10n.t('The new labels, with commas between them'),
    validateInput: (value) =>
      namesIn(value).length < 2 ? vscode.l10n.t('Name at least two labels.') : undefined,
  });
  return given === undefined
    ? undefined
    : { kind: 'split', label: id, into: namesIn(given).map((label) => newLabel(label)) };
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** What a change has done, for the notification that offers to take it back. */
function saidOf(edit: LabelEdit, before: readonly Label[]): string {
  if (edit.kind === 'add') return vscode.l10n.t('Added the label "{0}".', edit.added.name);
  const name = nameOf(before, edit.label);
  switch (edit.kind) {
    case 'rename':
      return vscode.l10n.t('"{0}" is now "{1}".', name, edit.name.trim());
    case 'merge':
      return vscode.l10n.t('The answers of "{0}" count for "{1}" now.', name, nameOf(before, edit.into));
    case 'split':
      return vscode.l10n.t('"{0}" is split: the records that have it are asked about again.', name);
    case 'retire':
      return vscode.l10n.t('"{0}" takes no new answers.', name);
    case 'revive':
      return vscode.l10n.t('"{0}" is back.', name);
    case 'move':
      return vscode.l10n.t('Moved "{0}".', name);
    default:
      return vscode.l10n.t('Changed "{0}".', name);
  }
}

function hiddenBecause(labels: readonly Label[], label: Label): string {
  if (label.mergedInto !== undefined)
    return vscode.l10n.t('merged into {0}', nameOf(labels, label.mergedInto));
  const into = label.splitInto?.map((id) => nameOf(labels, id));
  return into ? vscode.l10n.t('split into {0}', into.join(', ')) : vscode.l10n.t('retired');
}

function nameOf(labels: readonly Label[], id: string): string {
  return labels.find((label) => label.id === id)?.name ?? id;
}

function goingAlong(labels: readonly Label[], { id, name }: Label, count: number): string {
  const under = labels.filter((label) => label.id !== id && label.name.startsWith(`${name}/`)).length;
  return under === 0
    ? sayOf(count, '1 answer goes by the new name', '{0} answers go by the new name')
    : sayOf(
        count,
        '1 answer goes by the new name, and so do the labels under it ({1})',
        '{0} answers go by the new name, and so do the labels under it ({1})',
        under,
      );
}

function answers(count: number): string {
  return sayOf(count, '1 answer', '{0} answers');
}
