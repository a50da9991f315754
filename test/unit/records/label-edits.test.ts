import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editLabels, type LabelEdit } from '../../../src/core/records/label-edits.ts';
import { activeLabels, currentLabelId, type Label } from '../../../src/core/records/label-set.ts';

const LABELS: readonly Label[] = [
  { id: 'La', name: 'a' },
  { id: 'Lold', name: 'old', retired: true },
  { id: 'Lb', name: 'b', key: 'x', color: '#112233', description: 'about b' },
  { id: 'Lc', name: 'c' },
];

const show = (labels: readonly Label[]) =>
  activeLabels(labels)
    .map(({ name }) => name)
    .join(' ');

for (const [edit, expected] of [
  [{ kind: 'add', added: { id: 'Ld', name: ' d ' } }, 'a b c d'],
  [{ kind: 'rename', label: 'La', name: 'alpha' }, 'alpha b c'],
  [{ kind: 'move', label: 'Lc', to: 0 }, 'c a b'],
  [{ kind: 'move', label: 'La', to: 1 }, 'b a c'],
  [{ kind: 'move', label: 'La', to: 99 }, 'b c a'],
  [{ kind: 'retire', label: 'Lb' }, 'a c'],
  [{ kind: 'revive', label: 'Lold' }, 'a old b c'],
  [{ kind: 'merge', label: 'La', into: 'Lc' }, 'b c'],
  [
    {
      kind: 'split',
      label: 'La',
      into: [
        { id: 'Le', name: 'e' },
        { id: 'Lf', name: 'f' },
      ],
    },
    'e f b c',
  ],
] satisfies [LabelEdit, string][]) {
  test(`${edit.kind}: the labels in use are "${expected}", every id is kept, and the set given is untouched`, () => {
    const before = structuredClone(LABELS);
    const after = editLabels(LABELS, edit);
    assert.equal(show(after), expected);
    for (const { id } of LABELS) assert.ok(after.some((label) => label.id === id));
    assert.deepEqual(LABELS, before);
  });
}

test('after a merge the old answers count for the other label, and bringing the label back undoes that', () => {
  const merged = editLabels(LABELS, { kind: 'merge', label: 'La', into: 'Lc' });
  assert.equal(currentLabelId(merged, 'La'), 'Lc');
  assert.equal(currentLabelId(editLabels(merged, { kind: 'revive', label: 'La' }), 'La'), 'La');
});

test('an empty key, color or description takes the own one away', () => {
  const plain = (['rekey', 'recolor', 'describe'] as const).reduce<readonly Label[]>(
    (labels, kind) =>
      editLabels(labels, { kind, label: 'Lb', key: '', color: '', description: '' } as LabelEdit),
    LABELS,
  );
  assert.deepEqual(plain[2], { id: 'Lb', name: 'b' });
});

for (const [edit, code] of [
  [{ kind: 'rename', label: 'nobody', name: 'x' }, 'unknown-label'],
  [{ kind: 'rename', label: 'La', name: '  ' }, 'label-name'],
  [{ kind: 'rename', label: 'La', name: 'b' }, 'label-taken'],
  [{ kind: 'add', added: { id: 'Ln', name: 'old' } }, 'label-taken'],
  [{ kind: 'rekey', label: 'La', key: 'x' }, 'label-key'],
  [{ kind: 'rekey', label: 'La', key: 'xy' }, 'label-key'],
  [{ kind: 'recolor', label: 'La', color: 'red' }, 'label-color'],
  [{ kind: 'merge', label: 'La', into: 'La' }, 'label-merge'],
  [{ kind: 'merge', label: 'La', into: 'Lold' }, 'label-merge'],
] satisfies [LabelEdit, string][]) {
  test(`${JSON.stringify(edit)} is refused as ${code}, with a way out`, () => {
    assert.throws(
      () => editLabels(LABELS, edit),
      (error: Error & { code?: string; wayOut?: string }) => error.code === code && Boolean(error.wayOut),
    );
  });
}

test('a merge in a circle is refused', () => {
  const merged = editLabels(LABELS, { kind: 'merge', label: 'La', into: 'Lc' });
  assert.throws(() => editLabels(merged, { kind: 'merge', label: 'Lc', into: 'La' }), {
    code: 'label-merge',
  });
});

test('renaming a label takes those under it along, and nothing that only begins alike', () => {
  const labels = ['billing', 'billing/refund', 'billing/refund/late', 'billings'].map((name) => ({
    id: `L${name}`,
    name,
  }));
  const renamed = editLabels(labels, { kind: 'rename', label: 'Lbilling', name: 'money' });
  assert.equal(show(renamed), 'money money/refund money/refund/late billings');
});
