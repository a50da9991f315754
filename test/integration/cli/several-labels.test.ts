/** A project whose records can have several labels, by the command line alone. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { testFolder } from '../../support/project.ts';

test('init, label, find, stats, next, curve, export and import take and give lists of labels', async (t) => {
  const folder = testFolder(t);
  const rows = Array.from({ length: 40 }, (_, i) => {
    const said = [i % 2 ? 'parcel late' : '', i % 3 ? 'invoice paid' : ''].filter(Boolean).join(' and ');
    return JSON.stringify({ id: `r${i}`, text: `message ${i} ${said || 'hello'}` });
  });
  folder.write('data.jsonl', `${rows.join('\n')}\n`);
  const made = await folder.inkling([
    'init',
    folder.path,
    '--labels',
    'parcel,invoice',
    '--multi-label',
    '--json',
  ]);
  assert.equal(JSON.parse(made.out).multiLabel, true);

  const keys = (await folder.inkling(['next', folder.path, '-n', '40', '--json'])).lines.map((line) => {
    const { key, text } = JSON.parse(line) as { key: string; text: string };
    return { key, labels: ['parcel', 'invoice'].filter((name) => text.includes(name)) };
  });
  const answers = keys.slice(0, 30).map((answer) => JSON.stringify(answer));
  const more = [
    JSON.stringify({ key: keys[0]!.key, label: 'parcel' }),
    JSON.stringify({ key: keys[1]!.key, label: null }),
    JSON.stringify({ key: keys[2]!.key, labels: ['parcel', 'nothing such'] }),
  ];
  const saved = await folder.inkling(
    ['label', folder.path, '--stdin', '--annotator', 'Ada'],
    [...answers, ...more].join('\n'),
  );
  assert.equal(saved.lines.filter((line) => line.startsWith('ACK')).length, 32);
  assert.match(saved.lines.at(-1)!, /^ERR unknown-label/);

  const { labelled, none } = JSON.parse((await folder.inkling(['stats', folder.path, '--json'])).out);
  assert.equal(labelled, 29);
  const expected = keys.slice(2, 30).filter(({ labels }) => labels.length === 0).length;
  assert.equal(none, expected);
  assert.match((await folder.inkling(['stats', folder.path])).out, new RegExp(`none of them: ${expected}`));

  const found = await folder.inkling(['find', folder.path, 'label:parcel', '-n', '99', '--json']);
  for (const line of found.lines) assert.ok(JSON.parse(line).labels.includes('parcel'));

  const guessed = await folder.inkling(['next', folder.path, '-n', '3', '--strategy', 'cvirs', '--json']);
  assert.ok(guessed.lines.map((line) => JSON.parse(line)).some(({ guesses }) => Array.isArray(guesses)));
  const refused = await folder.inkling(['next', folder.path, '--strategy', 'margin']);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /no strategy for records that can have several labels/);

  const curve = await folder.inkling(['curve', folder.path]);
  assert.equal(curve.code, 0);
  assert.match(curve.out, /micro-F1|honest figure|audit answers? so far/);

  const exported = join(folder.path, 'out', 'labels.jsonl');
  folder.write('out/.keep', '');
  assert.equal((await folder.inkling(['export', folder.path, '-o', exported])).code, 0);
  const lines = readFileSync(exported, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, 29);
  for (const { labels, label } of lines) assert.ok(Array.isArray(labels) && label === undefined);
  const again = await folder.inkling(['import', folder.path, exported, '--json']);
  assert.equal(JSON.parse(again.out).known, 29);
});
