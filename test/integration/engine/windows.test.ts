/** Several windows and the command line on one folder: one leads the index, another takes over, all see all labels. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testFolder, testProject, twoTopics } from '../../support/project.ts';
import { until } from '../../support/until.ts';
import { openWindow, type Window } from '../../support/window.ts';

const seen = (window: Window, labelled: number, records: number) => () =>
  window.last('SEEN') === `${labelled} ${records}`;

test('when the window that leads the index is killed another takes over in seconds, and all labels are seen', async (t) => {
  const folder = testFolder(t);
  folder.write('data/a.jsonl', twoTopics(100));
  await testProject(folder, {
    sources: [{ include: ['data/*.jsonl'], text: 'text' }],
    labels: ['parcel', 'invoice'],
  });
  const leader = openWindow(folder);
  await until('the first window leads', () => leader.last('READY') === 'true');
  const windows = [openWindow(folder), openWindow(folder)] as const;
  for (const window of windows) await until('the others follow', () => window.last('READY') === 'false');

  leader.child.stdin!.write('\n');
  await until('the leader answers', () => leader.last('ACK') !== undefined);
  for (const window of windows) {
    const ms = await until('its answer is seen', seen(window, 1, 100));
    t.diagnostic(`an answer was seen by another window after ${ms} ms`);
  }

  leader.child.kill('SIGKILL');
  folder.write('data/b.jsonl', twoTopics(50).replaceAll('number', 'later'));
  for (const window of windows) {
    const ms = await until('a new file is read after the leader is gone', seen(window, 1, 150));
    t.diagnostic(`the new file was seen ${ms} ms later`);
  }

  // Both go on labeling, and the command line with them; each sees what the others did.
  for (const window of windows) window.child.stdin!.write('\n');
  for (const window of windows) await until('both answer', () => window.last('ACK') !== undefined);
  const next = await folder.inkling(['next', folder.path, '-n', '1', '--json']);
  const { key } = JSON.parse(next.out) as { key: string };
  const label = await folder.inkling(
    ['label', folder.path, '--stdin'],
    JSON.stringify({ key, label: 'invoice' }),
  );
  assert.equal(label.code, 0, label.err);
  const stats = await folder.inkling(['stats', folder.path, '--json']);
  const { labelled, records } = JSON.parse(stats.out) as { labelled: number; records: number };
  // Both windows may have had the same card in front.
  assert.ok(labelled === 4 || labelled === 3, stats.out);
  assert.equal(records, 150);
  for (const window of windows) await until('all is seen', seen(window, labelled, 150));
  assert.equal((await folder.inkling(['verify', folder.path])).code, 0);
});
