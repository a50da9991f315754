import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createProject } from '../../../src/engine/project-file.ts';
import { readAnswered, readProjectAnswers } from '../../../src/engine/simulate/records.ts';
import { testFolder } from '../../support/project.ts';

const formats: readonly [name: string, content: string, fields: object][] = [
  ['a.jsonl', '{"text":"one","label":"x"}\n\n{"text":"","label":"y"}\n', {}],
  [
    'b.jsonl',
    '\uFEFF{"body":"one","meta":{"topic":"x"}}\r\n{"body":"","meta":{"topic":"y"}}',
    { text: 'body', label: 'meta.topic' },
  ],
  ['c.csv', 'text,label\n"one",x\nfour,y\n', {}],
  ['d.tsv', 'kind\tbody\nx\tone\ny\tfour\n', { text: 'body', label: 'kind' }],
  ['e.json', '[{"text":"one","label":"x"},{"text":"four","label":"y"}]', {}],
];
for (const [name, content, fields] of formats) {
  test(`${name}: texts and labels are found in the fields that are named`, async (t) => {
    const { texts, labels } = await readAnswered(testFolder(t).write(name, content), fields);
    assert.equal(texts[0], 'one');
    assert.equal(texts.length, 2);
    assert.deepEqual(labels, ['x', 'y']);
  });
}

test('a number is a label, and so is a recorded answer beside the true one', async (t) => {
  const path = testFolder(t).write('a.jsonl', '{"text":"one","label":5,"said":true}\n');
  const { labels, recorded } = await readAnswered(path, { recorded: 'said' });
  assert.deepEqual([labels, recorded], [['5'], ['true']]);
});

const faults: readonly [title: string, content: string, fields: object, message: RegExp][] = [
  ['a row without a label', '{"text":"one","label":"a"}\n{"text":"two"}\n', {}, /Line 2 of .*a\.jsonl/],
  ['a line that is no JSON', '{"text":"one","label":"a"}\n{"text":\n', {}, /Line 2/],
  ['an empty label', '{"text":"one","label":" "}\n', {}, /Line 1/],
  ['a field that is not there', '{"text":"one","label":"a"}\n', { label: 'kind' }, /Line 1/],
  ['a row without a recorded answer', '{"text":"one","label":"a"}\n', { recorded: 'said' }, /Line 1/],
  ['no rows', '\n', {}, /no records/],
];
for (const [title, content, fields, message] of faults) {
  test(`${title} is named with its line`, async (t) => {
    const path = testFolder(t).write('a.jsonl', content);
    await assert.rejects(readAnswered(path, fields), { code: 'answer-missing', message });
  });
}

test('a file that is not there is named', async (t) => {
  await assert.rejects(readAnswered(`${testFolder(t).path}/none.jsonl`), { code: 'file-unreadable' });
});

async function project(t: TestContext) {
  const folder = testFolder(t);
  folder.write('data/a.jsonl', '{"text":"one","topic":"x"}\n{"text":"two"}\n');
  folder.write('data/b.csv', 'text,topic\nthree,y\nfour,\n');
  await createProject(folder.path, { sources: [{ include: ['data/*'], text: 'text' }], labels: ['x', 'y'] });
  return folder;
}

test('the labelled records of a project are read from all its sources, and the others counted', async (t) => {
  const { path } = await project(t);
  assert.deepEqual(await readProjectAnswers(path, { label: 'topic' }), {
    texts: ['one', 'three'],
    labels: ['x', 'y'],
    unlabelled: 2,
    files: 2,
  });
});

test('a project in which no record has such a field says so', async (t) => {
  const { path } = await project(t);
  await assert.rejects(readProjectAnswers(path, { label: 'mood' }), {
    code: 'answer-missing',
    message: /None of the 4 records.*"mood"/,
  });
});
