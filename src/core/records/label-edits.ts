/**
 * Changes to a project's label set, as pure functions from one label set to the next. Ids stay and nothing is deleted,
 * so that every answer ever given keeps its meaning: renaming changes a name, retiring hides, merging maps, splitting
 * asks again.
 */
import { UserError } from '../user-error.ts';
import { activeLabels, currentLabelId, isUnder, type Label } from './label-set.ts';

/** A change, with the label's id in `label` where it concerns one. */
export type LabelEdit =
  | { readonly kind: 'add'; readonly added: Label }
  | { readonly kind: 'rename'; readonly label: string; readonly name: string }
  | { readonly kind: 'describe'; readonly label: string; readonly description: string }
  /** An empty key gives the label the key of its place again. */
  | { readonly kind: 'rekey'; readonly label: string; readonly key: string }
  /** `#rrggbb`, or empty for the color of its place. */
  | { readonly kind: 'recolor'; readonly label: string; readonly color: string }
  /** To a place among the labels in use, from 0. */
  | { readonly kind: 'move'; readonly label: string; readonly to: number }
  | { readonly kind: 'retire'; readonly label: string }
  | { readonly kind: 'revive'; readonly label: string }
  /** From now on `into` answers for `label`. */
  | { readonly kind: 'merge'; readonly label: string; readonly into: string }
  /** Retires it in favour of several new labels, which take its place: the records that have it are asked again. */
  | { readonly kind: 'split'; readonly label: string; readonly into: readonly Label[] };

const LONGEST_NAME = 200;

/**
 * The label set after the change; the given one is not touched.
 *
 * @throws UserError `unknown-label`, `label-name`, `label-taken`, `label-key`, `label-color`, `label-merge`, `label-split`
 */
export function editLabels(labels: readonly Label[], edit: LabelEdit): Label[] {
  switch (edit.kind) {
    case 'add':
      return [...labels, { ...edit.added, name: freeName(labels, edit.added.name, edit.added.id) }];
    case 'rename':
      return rename(labels, edit.label, edit.name);
    case 'describe':
      return change(labels, edit.label, ({ description: _, ...label }) => {
        const description = edit.description.trim();
        return description === '' ? label : { ...label, description };
      });
    case 'rekey':
      return change(labels, edit.label, ({ key: _, ...label }) => {
        const key = freeKey(labels, edit.key, label.id);
        return key === '' ? label : { ...label, key };
      });
    case 'recolor':
      return change(labels, edit.label, ({ color: _, ...label }) => {
        if (edit.color === '') return label;
        if (/^#[0-9a-f]{6}$/i.test(edit.color)) return { ...label, color: edit.color.toLowerCase() };
        throw new UserError(
          'label-color',
          `"${edit.color}" is not a color`,
          'Give one as #rrggbb, such as #2f81f7.',
        );
      });
    case 'move':
      return move(labels, edit.label, edit.to);
    case 'retire':
      return change(labels, edit.label, (label) => ({ ...label, retired: true }));
    case 'revive':
      return change(labels, edit.label, ({ retired: _, mergedInto: __, splitInto: ___, ...label }) => ({
        ...label,
        name: freeName(labels, label.name, label.id),
      }));
    case 'merge':
      return merge(labels, edit.label, edit.into);
    case 'split':
      return split(labels, edit.label, edit.into);
  }
}

function split(labels: readonly Label[], id: string, into: readonly Label[]): Label[] {
  if (into.length < 2) {
    throw new UserError('label-split', 'A label is split into two or more', 'Name at least two labels.');
  }
  const place = labels.indexOf(labelById(labels, id)) + 1;
  const retired = change(labels, id, ({ key: _, ...label }) => ({
    ...label,
    retired: true,
    splitInto: into.map((label) => label.id),
  }));
  return into.reduce<Label[]>(
    (set, label, position) =>
      set.toSpliced(place + position, 0, { ...label, name: freeName(set, label.name, label.id) }),
    retired,
  );
}

/** A label with others under it (`billing/refund`) takes these along. */
function rename(labels: readonly Label[], id: string, given: string): Label[] {
  const { name: before } = labelById(labels, id);
  const renamed = change(labels, id, (label) => ({ ...label, name: freeName(labels, given, id) }));
  const after = labelById(renamed, id).name;
  return labels
    .filter((label) => label.id !== id && isUnder(label.name, before))
    .reduce<Label[]>(
      (set, { id: under, name }) =>
        change(set, under, (label) => ({
          ...label,
          name: freeName(set, after + name.slice(before.length), under),
        })),
      renamed,
    );
}

function move(labels: readonly Label[], id: string, to: number): Label[] {
  const moved = labelById(labels, id);
  const others = labels.filter((label) => label !== moved);
  // Places are counted among the labels in use; hidden ones keep theirs.
  const next = activeLabels(others)[Math.max(0, to)];
  const at = next ? others.indexOf(next) : others.length;
  return [...others.slice(0, at), moved, ...others.slice(at)];
}

function merge(labels: readonly Label[], id: string, into: string): Label[] {
  const target = labelById(labels, into);
  if (currentLabelId(labels, into) === id || id === into) {
    throw new UserError(
      'label-merge',
      'A label cannot be merged into itself',
      'Choose another label to merge into.',
    );
  }
  if (target.retired || target.mergedInto !== undefined) {
    throw new UserError(
      'label-merge',
      `"${target.name}" is not in use any more`,
      'Choose a label that is in use.',
    );
  }
  return change(labels, id, (label) => ({ ...label, mergedInto: into }));
}

function change(labels: readonly Label[], id: string, changed: (label: Label) => Label): Label[] {
  const found = labelById(labels, id);
  return labels.map((label) => (label === found ? changed(label) : label));
}

function labelById(labels: readonly Label[], id: string): Label {
  const found = labels.find((label) => label.id === id);
  if (found) return found;
  throw new UserError(
    'unknown-label',
    `There is no label "${id.slice(0, 80)}"`,
    'Choose one of the project.',
  );
}

function freeName(labels: readonly Label[], given: string, id: string): string {
  const name = given.trim();
  if (name === '' || name.length > LONGEST_NAME) {
    throw new UserError('label-name', 'A label needs a name of 1 to 200 characters', 'Type another name.');
  }
  const taken = labels.find((label) => label.name === name && label.id !== id);
  if (!taken) return name;
  if (taken.retired || taken.mergedInto !== undefined) {
    throw new UserError(
      'label-taken',
      `"${name}" was the name of a label that is no longer in use`,
      'Bring that label back instead: its answers come with it.',
    );
  }
  throw new UserError('label-taken', `There is a label "${name}" already`, 'Type another name.');
}

function freeKey(labels: readonly Label[], given: string, id: string): string {
  const key = given.trim();
  if ([...key].length > 1)
    throw new UserError('label-key', `"${key}" is more than one key`, 'Give one character.');
  const taken = activeLabels(labels).find((label) => label.key === key && label.id !== id);
  if (key !== '' && taken) {
    throw new UserError('label-key', `The key "${key}" is that of "${taken.name}"`, 'Choose another key.');
  }
  return key;
}
