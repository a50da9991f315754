import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { isOwnExport } from '../../../src/core/records/export-mark.ts';
import { importLabels, previewImport } from '../../../src/engine/import.ts';
import { linesOf, Project, type Row } from './project.ts';

const labels = [
  { id: 'L1', name: 'spam' },
  { id: 'L2', name: 'ham' },
];
const rows: Row[] = [
  { id: '1', text: 'one' },
  { id: '2', text: 'two' },
  { id: '3', text: 'twins' },
  { id: '4', text: 'twins' },
];
const keep = { addLabels: false };

test('an export says what was labelled, by whom, and where it is', async () => {
  await using project = await Project.open(rows, labels);
  await project.label(1, 'L2', { by: 'bob', why: { purpose: 'audit' } });
  const path = join(project.folder, 'out.jsonl');
  const report = await project.export(path, { fields: true });
  const [line] = await linesOf(path);
  const meta = line!.meta as Record<string, unknown>;
  assert.deepEqual(
    { ...line, meta: undefined },
    { id: '2', label: 'ham', meta: undefined, text: 'two', fields: { position: '2' } },
  );
  assert.deepEqual(
    [meta.annotator, meta.state, meta.src, meta.line, meta.purpose],
    ['bob', 'attached', 'data.jsonl', 2, 'audit'],
  );
  assert.deepEqual([report.written, report.stale, report.orphans], [1, 0, 0]);
  assert.ok(isOwnExport(await readFile(path)));
});

const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.constantFrom(
    'twins',
    'line one\nline two',
    '"quoted", with commas',
    '\u2028',
    '=1+1',
    '__proto__',
    '\u0000',
    '\uFEFF',
  ),
);

test('an export into a clean copy gives the same labels, whatever the texts and ids are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          text,
          id: fc.option(text, { nil: undefined }),
          label: fc.constantFrom('L1', 'L2', undefined),
        }),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      async (drawn) => {
        const source = drawn.map(({ text, id }): Row => ({ text, ...(id !== undefined && { id }) }));
        await using project = await Project.open(source, labels);
        for (const [index, { label }] of drawn.entries()) if (label) await project.label(index, label);
        const path = join(project.folder, 'out.jsonl');
        await project.export(path);

        await using copy = await Project.open(source, labels);
        const report = await importLabels(path, copy.target(), keep);
        assert.deepEqual(copy.summary(), project.summary());
        assert.equal(report.saved, project.summary().length);
        const exported = join(copy.folder, 'again.jsonl');
        await copy.export(exported);
        assert.deepEqual(await linesOf(exported), await linesOf(path));
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

test('importing the own export again adds nothing, neither here nor in the copy', async () => {
  await using project = await Project.open(rows, labels);
  for (const [index, label] of ['L1', 'L2', 'L1', 'L2'].entries()) await project.label(index, label);
  const path = join(project.folder, 'out.jsonl');
  await project.export(path);
  assert.equal((await importLabels(path, project.target(), keep)).known, 4);
  assert.equal(await project.journalLines(), 4);

  await using copy = await Project.open(rows, labels);
  assert.equal((await importLabels(path, copy.target(), keep)).saved, 4);
  const again = await importLabels(path, copy.target(), keep);
  assert.deepEqual([again.saved, again.known], [0, 4]);
  assert.equal(await copy.journalLines(), 4);
});

test('a label that was undone or changed since the export stays as it is', async () => {
  await using project = await Project.open(rows, labels);
  await project.label(0, 'L1');
  const path = join(project.folder, 'out.jsonl');
  await project.export(path);
  await project.label(0, 'L2');
  await importLabels(path, project.target(), keep);
  assert.deepEqual(project.summary(), ['one: L2 (attached)']);

  await using other = await Project.open(rows, labels);
  await other.label(0, 'L2');
  const report = await importLabels(path, other.target(), keep);
  assert.deepEqual(
    report.refused.map(({ reason, rows }) => [reason, rows]),
    [['answered-otherwise', 1]],
  );
  assert.deepEqual(other.summary(), ['one: L2 (attached)']);
});

test('a stale label stays stale on its way through an export', async () => {
  await using project = await Project.open(rows, labels);
  await project.label(0, 'L1');
  project.rows = [{ id: '1', text: 'one, edited' }];
  const path = join(project.folder, 'out.jsonl');
  const report = await project.export(path);
  assert.equal(report.stale, 1);
  const [line] = await linesOf(path);
  assert.equal(line!.text, 'one, edited');
  await using copy = await Project.open(project.rows, labels);
  await importLabels(path, copy.target(), keep);
  assert.deepEqual(copy.summary(), ['one, edited: L1 (stale)']);
});

test('labels without a record are exported on request only, without a text', async () => {
  await using project = await Project.open(rows, labels);
  await project.label(0, 'L1');
  project.rows = [];
  const path = join(project.folder, 'out.jsonl');
  assert.equal((await project.export(path)).written, 0);
  assert.equal((await project.export(path, { orphans: true })).orphans, 1);
  const [line] = await linesOf(path);
  assert.deepEqual([line!.text, (line!.meta as { state: string }).state], [null, 'orphan']);
});

test('renaming a label changes nothing for exports made before', async () => {
  await using project = await Project.open(rows, labels);
  await project.label(0, 'L1');
  const path = join(project.folder, 'out.jsonl');
  await project.export(path);
  await using copy = await Project.open(rows, [
    { id: 'L1', name: 'ham' },
    { id: 'L2', name: 'spam' },
  ]);
  await importLabels(path, copy.target(), keep);
  assert.deepEqual(copy.summary(), ['one: L1 (attached)']);
});

test('a text that changed since it was indexed stops the export, and the old export stays', async () => {
  await using project = await Project.open(rows, labels);
  await project.label(0, 'L1');
  const path = join(project.folder, 'out.jsonl');
  await project.export(path);
  const before = await readFile(path, 'utf8');
  project.rows = [{ id: '1', text: 'other' }];
  const records = [...(await linesOf(path))];
  const { exportLabels } = await import('../../../src/engine/export.ts');
  const meta = records[0]!.meta as { hash: string; src: string; line: number; n: number };
  await assert.rejects(
    exportLabels({
      path,
      records: [
        {
          decision: { by: 'ann', at: '', lam: 1, eventId: 'x', labels: ['L1'], standing: 'attached' },
          ref: meta,
          record: { ...meta, row: 1, offset: 0, length: 1, auditRank: 0 },
        },
      ],
      read: async () => ({ text: 'other', fields: [] }),
      labels,
      multiLabel: false,
      fields: false,
      overwrite: false,
    }),
    { code: 'source-changed' },
  );
  assert.equal(await readFile(path, 'utf8'), before);
  assert.deepEqual(
    (await readdir(project.folder)).filter((name) => name.includes('tmp')),
    [],
  );
});

test('a file that is not an export of Inkling is replaced only when that is asked for', async () => {
  await using project = await Project.open(rows, labels);
  await project.label(0, 'L1');
  const path = join(project.folder, 'notes.jsonl');
  await writeFile(path, '{"id":"1","text":"mine"}\n');
  await assert.rejects(project.export(path), { code: 'not-own-export' });
  assert.equal(await readFile(path, 'utf8'), '{"id":"1","text":"mine"}\n');
  await project.export(path, { overwrite: true });
  await project.export(path);
  assert.equal((await linesOf(path)).length, 1);

  await mkdir(join(project.folder, 'folder.jsonl'));
  await symlink(path, join(project.folder, 'link.jsonl'));
  for (const name of ['folder.jsonl', 'link.jsonl']) {
    await assert.rejects(project.export(join(project.folder, name), { overwrite: true }), {
      code: 'not-a-file',
    });
  }
  await assert.rejects(project.export(join(project.folder, 'no/such/folder.jsonl')), {
    code: 'not-exported',
  });
});

const strangers: Record<
  string,
  { file: string; content: string; expected: string[]; refused?: Record<string, number> }
> = {
  'JSON Lines with ids and labels': {
    file: 'a.jsonl',
    content: '{"id":1,"label":"spam"}\n{"id":"2","label":"ham"}\n',
    expected: ['one: L1 (attached)', 'two: L2 (attached)'],
  },
  'JSON Lines with texts and numbers, gaps and faults': {
    file: 'a.jsonl',
    content:
      '{"text":"one","label":"spam"}\n\n{"text":"nobody","label":"ham"}\nnot json\n{"text":"two"}\n{"text":"two","label":"eggs"}\n{"label":"ham"}\n',
    expected: ['one: L1 (attached)'],
    refused: { 'no-record': 1, unreadable: 1, 'no-label': 1, 'unknown-label': 1, 'no-key': 1 },
  },
  'CSV with a mark, quotes and CRLF': {
    file: 'a.csv',
    content: '\uFEFFid,text,label\r\n1,"one",spam\r\n2,"two",ham\r\n3,"one",ham\r\n4,"twins",\r\n',
    expected: ['one: L1 (attached)', 'two: L2 (attached)'],
    refused: { 'other-text': 1, unreadable: 1 },
  },
  'equal texts, a row each': {
    file: 'a.tsv',
    content: 'text\tcategory\ntwins\tspam\ntwins\tham\ntwins\tham\n',
    expected: ['twins: L1 (attached)', 'twins: L2 (attached)'],
  },
};

for (const [name, { file, content, expected, refused = {} }] of Object.entries(strangers)) {
  test(`labels come in from ${name}`, async () => {
    await using project = await Project.open(rows, labels);
    const path = join(project.folder, file);
    await writeFile(path, content);
    const preview = await previewImport(path, project.target(), keep);
    assert.equal(await project.journalLines(), 0);
    const report = await importLabels(path, project.target(), keep);
    assert.deepEqual(project.summary(), expected);
    assert.deepEqual(Object.fromEntries(report.refused.map(({ reason, rows }) => [reason, rows])), refused);
    assert.deepEqual(preview.matches, report.saved);
    const total = report.saved + report.known + report.refused.reduce((sum, { rows }) => sum + rows, 0);
    assert.equal(report.rows, total, 'every row is accounted for');
    assert.equal((await importLabels(path, project.target(), keep)).saved, 0);
  });
}

test('label names that the project lacks are added only when that is asked for', async () => {
  await using project = await Project.open(rows, labels);
  const path = join(project.folder, 'a.jsonl');
  await writeFile(path, '{"id":1,"label":"eggs"}\n{"id":2,"label":"eggs"}\n');
  const preview = await previewImport(path, project.target(), { addLabels: true });
  assert.deepEqual([preview.matches, preview.unknownLabels], [2, [{ name: 'eggs', rows: 2 }]]);
  assert.equal(project.labels.length, 2);
  assert.equal((await importLabels(path, project.target(), { addLabels: true })).saved, 2);
  assert.deepEqual(project.summary(), ['one: Leggs (attached)', 'two: Leggs (attached)']);
});

test('sets of labels, and that none applies, go out as lists and come back in', async () => {
  await using project = await Project.open(rows, labels);
  project.multiLabel = true;
  await project.label(0, 'L1', { labels: ['L2', 'L1'] });
  await project.label(1, 'L1', { labels: [] });
  await project.label(2, 'L2');
  const path = join(project.folder, 'labels.jsonl');
  await project.export(path);
  const written = [...(await linesOf(path))];
  assert.deepEqual(
    written.map((line) => line.labels),
    [
      labels
        .map(({ name }) => name)
        .slice(0, 2)
        .toReversed(),
      [],
      [labels[1]!.name],
    ],
  );
  await using copy = await Project.open(rows, labels);
  copy.multiLabel = true;
  const report = await importLabels(path, copy.target(), { addLabels: false });
  assert.equal(report.saved, 3);
  assert.deepEqual(copy.summary(), project.summary());
});

const lists = {
  'a list': { labels: ['praise', 'complaint'] },
  'a text with semicolons': { labels: 'praise; complaint' },
  'a list as Python writes it': { label: "['praise', 'complaint']" },
  'known names with a comma': { label: 'praise, complaint' },
};

for (const [name, given] of Object.entries(lists)) {
  test(`several labels come in from ${name}, and are refused where a record has one`, async () => {
    const two = [
      { id: 'L1', name: 'praise' },
      { id: 'L2', name: 'complaint' },
    ];
    await using project = await Project.open(rows, two);
    const path = join(project.folder, 'given.jsonl');
    await writeFile(path, `${JSON.stringify({ text: rows[0]!.text, ...given })}\n`);
    const refused = await previewImport(path, project.target(), { addLabels: false });
    assert.equal(refused.matches, 0);
    project.multiLabel = true;
    assert.equal((await importLabels(path, project.target(), { addLabels: false })).saved, 1);
    assert.deepEqual(project.summary(), [`${rows[0]!.text}: L1,L2 (attached)`]);
  });
}
