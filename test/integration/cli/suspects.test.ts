/** `inkling review --suspects`: slips among many answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProject, writeProject } from '../../../src/engine/project-file.ts';
import { testFolder } from '../../support/project.ts';

const topics = [
  'parcel courier late doorstep tracking shipped box van driver address'.split(' '),
  'invoice amount paid bank refund card charge statement balance fee'.split(' '),
];

test('answers that were slips of the hand are listed first, with the label they should have had', async (t) => {
  const folder = testFolder(t);
  const slips = new Set([11, 30, 57, 84]);
  const texts = Array.from({ length: 120 }, (_, at) => {
    const own = topics[at % 2]!;
    return Array.from({ length: 6 }, (_, word) => own[(at * 3 + word * (1 + (at % 7))) % 10]).join(' ');
  });
  folder.write('a.jsonl', texts.map((text, id) => JSON.stringify({ id, text })).join('\n'));
  const init = [
    'init',
    folder.path,
    '--source',
    'a.jsonl',
    '--text',
    'text',
    '--id',
    'id',
    '--labels',
    'post,money',
  ];
  assert.equal((await folder.inkling(init)).code, 0);
  // Answers that measure teach nothing, and which do is drawn by a salt of the project's own.
  await writeProject(folder.path, { ...(await readProject(folder.path)), audit: { share: 0 } });
  const next = await folder.inkling(['next', folder.path, '-n', '120', '--no-audit', '--json']);
  const answers = next.lines.map((line) => {
    const { key, id } = JSON.parse(line) as { key: string; id: string };
    const at = Number(id);
    const isPost = (at % 2 === 0) !== slips.has(at);
    return JSON.stringify({ key, label: isPost ? 'post' : 'money' });
  });
  const saved = await folder.inkling(
    ['label', folder.path, '--stdin', '--annotator', 'Ada'],
    answers.join('\n'),
  );
  assert.equal(saved.code, 0, saved.err);

  const listed = await folder.inkling(['review', folder.path, '--suspects', '--json']);
  assert.equal(listed.code, 0, listed.err);
  const items = listed.lines.map(
    (line) => JSON.parse(line) as { state: string; id: string; likely: { label: string; p: number } },
  );
  const first = items.slice(0, slips.size);
  const found = first.filter(({ id }) => slips.has(Number(id)));
  assert.equal(found.length, slips.size, JSON.stringify(first));
  for (const { state, id, likely } of found) {
    assert.equal(state, 'suspect');
    assert.equal(likely.label, Number(id) % 2 === 0 ? 'post' : 'money');
    assert.ok(likely.p > 0.5 && likely.p <= 1);
  }
  const without = await folder.inkling(['review', folder.path]);
  assert.match(without.out, /Nothing needs a second look/);
});

test('with few answers nobody is doubted', async (t) => {
  const folder = testFolder(t);
  folder.write('a.txt', topics.flat().join('\n'));
  const init = ['init', folder.path, '--source', 'a.txt', '--labels', 'post,money'];
  assert.equal((await folder.inkling(init)).code, 0);
  const { out, code } = await folder.inkling(['review', folder.path, '--suspects']);
  assert.deepEqual([out.trim(), code], ['Nothing needs a second look.', 0]);
});
