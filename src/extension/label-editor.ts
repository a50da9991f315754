/** *Inkling: Edit Labels…*: changes the label set in the middle of a project, says what each change does, and takes it back. */
import * as vscode from 'vscode';
import { defined } from '../core/defined.ts';
import type { LabelEdit } from '../core/records/label-edits.ts';
import { isUnder, type Label } from '../core/records/label-set.ts';
import type { Engine } from '../engine/engine.ts';
import { newLabel } from '../engine/project-file.ts';

interface Choice extends vscode.QuickPickItem {
  readonly run: () => Promise<LabelEdit | undefined>;
}

export async function editLabelSet(_: vscode.WorkspaceFolder, engine: Engine): Promise<void> {
  const edit = await askForEdit(engine);
  if (!edit) return;
  const before = engine.project.labels;
  await engine.changeLabels(edit);
  const takeBack = 'Take Back';
  const chosen = await vscode.window.showInformationMessage(saidOf(edit, before), takeBack);
  if (chosen === takeBack) await engine.restoreLabels(before);
}

async function askForEdit(engine: Engine): Promise<LabelEdit | undefined> {
  const { labels } = engine.project;
  const counts = new Map(engine.stats().labels.map(({ id, trained, audited }) => [id, trained + audited]));
  const items: Choice[] = [
    { label: '$(add) Add a label…', run: () => askToAdd() },
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
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Edit Labels',
    placeHolder: 'A label to change; every change can be taken back, and no answer is lost',
    matchOnDescription: true,
  });
  return picked?.run();
}

async function askToAdd(): Promise<LabelEdit | undefined> {
  const name = await vscode.window.showInputBox({ title: 'Add a Label', prompt: 'Its name' });
  return name === undefined ? undefined : { kind: 'add', added: newLabel(name) };
}

async function askToRevive({ id, name }: Label): Promise<LabelEdit | undefined> {
  const back = { label: `Bring "${name}" back`, detail: 'Its answers count for it again' };
  return (await vscode.window.showQuickPick([back], { title: name })) && { kind: 'revive', label: id };
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
      label: 'Rename…',
      detail: goingAlong(engine.activeLabels(), label, count),
      run: async () => {
        const given = await ask(`Rename "${name}"`, 'The new name', name);
        return given === undefined ? undefined : { kind: 'rename', label: id, name: given };
      },
    },
    {
      label: 'Describe…',
      detail: 'Shown beside the label on the card',
      run: async () => {
        const given = await ask(`Describe "${name}"`, 'When does it apply?', label.description);
        return given === undefined ? undefined : { kind: 'describe', label: id, description: given };
      },
    },
    {
      label: 'Change its key…',
      run: async () => {
        const given = await ask(
          `Key of "${name}"`,
          'One character; empty: the digit of its place',
          label.key,
        );
        return given === undefined ? undefined : { kind: 'rekey', label: id, key: given };
      },
    },
    {
      label: 'Change its color…',
      run: async () => {
        const given = await ask(
          `Color of "${name}"`,
          'As #rrggbb; empty: the color of its place',
          label.color,
        );
        return given === undefined ? undefined : { kind: 'recolor', label: id, color: given };
      },
    },
    { label: 'Move up', run: async () => ({ kind: 'move', label: id, to: position - 1 }) },
    { label: 'Move down', run: async () => ({ kind: 'move', label: id, to: position + 1 }) },
    {
      label: 'Merge into another label…',
      detail: `${answers(count)} will count for that label`,
      run: async () => {
        const others = engine.activeLabels().filter((other) => other.id !== id);
        const into = await vscode.window.showQuickPick(
          others.map((other) => ({ label: other.name, id: other.id })),
          { title: `Merge "${name}" into` },
        );
        return into && { kind: 'merge', label: id, into: into.id };
      },
    },
    {
      label: 'Split into several labels…',
      detail: `The ${records(count)} with it are asked about again`,
      run: () => askToSplit(id, name),
    },
    {
      label: 'Retire',
      detail: `No new answers; ${answers(count)} stay, and no longer train the model`,
      run: async () => ({ kind: 'retire', label: id }),
    },
  ];
  return (await vscode.window.showQuickPick(items, { title: name }))?.run();
}

async function askToSplit(id: string, name: string): Promise<LabelEdit | undefined> {
  const given = await vscode.window.showInputBox({
    title: `Split "${name}"`,
    prompt: 'The new labels, with commas between them',
    validateInput: (value) => (namesIn(value).length < 2 ? 'Name at least two labels.' : undefined),
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
  if (edit.kind === 'add') return `Added the label "${edit.added.name}".`;
  const name = nameOf(before, edit.label);
  switch (edit.kind) {
    case 'rename':
      return `"${name}" is now "${edit.name.trim()}".`;
    case 'merge':
      return `The answers of "${name}" count for "${nameOf(before, edit.into)}" now.`;
    case 'split':
      return `"${name}" is split: the records that have it are asked about again.`;
    case 'retire':
      return `"${name}" takes no new answers.`;
    case 'revive':
      return `"${name}" is back.`;
    case 'move':
      return `Moved "${name}".`;
    default:
      return `Changed "${name}".`;
  }
}

function hiddenBecause(labels: readonly Label[], label: Label): string {
  if (label.mergedInto !== undefined) return `merged into ${nameOf(labels, label.mergedInto)}`;
  const into = label.splitInto?.map((id) => nameOf(labels, id));
  return into ? `split into ${into.join(', ')}` : 'retired';
}

function nameOf(labels: readonly Label[], id: string): string {
  return labels.find((label) => label.id === id)?.name ?? id;
}

function goingAlong(labels: readonly Label[], { id, name }: Label, count: number): string {
  const under = labels.filter((label) => label.id !== id && isUnder(label.name, name)).length;
  const along = under === 0 ? '' : `, and so do the ${under} under it`;
  return `${answers(count)} go by the new name${along}`;
}

function records(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'record' : 'records'}`;
}

function answers(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'answer' : 'answers'}`;
}
