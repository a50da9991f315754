/** Workers that die, hang or run out of memory: labeling goes on, and they come back or are given up with a word. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type TestFolder, testFolder, testProject, twoTopics } from '../../support/project.ts';
import { until } from '../../support/until.ts';
import { openWindow, type Window } from '../../support/window.ts';

async function hurtWindow(t: TestContext, hurt: string): Promise<{ folder: TestFolder; window: Window }> {
  const folder = testFolder(t);
  folder.write('data/a.jsonl', twoTopics(200));
  await testProject(folder, {
    sources: [{ include: ['data/*.jsonl'], text: 'text' }],
    labels: ['parcel', 'invoice'],
  });
  const hurtFile = join(import.meta.dirname, 'hurt.ts');
  const window = openWindow(folder, ['--import', hurtFile], {
    INKLING_HURT: hurt,
    INKLING_HURT_COUNT: join(folder.path, '..', 'hurts'),
  });
  return { folder, window };
}

async function answerAll(window: Window, count: number): Promise<void> {
  for (let answers = 1; answers <= count; answers++) {
    window.child.stdin!.write('\n');
    await until('an answer is acknowledged', () => window.count('ACK') === answers);
  }
}

for (const hurt of ['throw', 'hang', 'fill-memory']) {
  test(`labeling goes on while the learner dies twice (${hurt}), and it learns again afterwards`, async (t) => {
    const { folder, window } = await hurtWindow(t, `learner ${hurt} 2`);
    await until('there are cards', () => window.last('SEEN') === '0 200');
    // So many that both labels are among them, whichever cards are drawn.
    await answerAll(window, 16);
    await until('the model is taught', () => window.last('STATE')?.startsWith('ready') === true);
    assert.equal(window.last('STATE'), 'ready ', 'no banner is left');
    assert.equal((await folder.inkling(['verify', folder.path])).code, 0);
  });
}

test('a learner that dies each time is given up with a banner, and labeling goes on with cards drawn at random', async (t) => {
  const { window } = await hurtWindow(t, 'learner throw 1000');
  await until('it is given up', () => window.last('STATE')?.includes('The model has stopped') === true);
  await answerAll(window, 15);
  assert.match(window.last('STATE')!, /^failed The model has stopped\. Labels are saved as before/);
});

test('an indexer that dies is started again, reads the folder and follows it', async (t) => {
  const { folder, window } = await hurtWindow(t, 'indexer throw 2');
  await until('the records are there', () => window.last('SEEN') === '0 200');
  folder.write('data/b.jsonl', twoTopics(30).replaceAll('number', 'later'));
  await until('a change is followed', () => window.last('SEEN') === '0 230');
  assert.equal(window.last('STATE')?.includes('Reading the files'), false);
});

test('an indexer that dies each time is given up with a banner', async (t) => {
  const { window } = await hurtWindow(t, 'indexer throw 1000');
  await until(
    'it is given up',
    () => window.last('STATE')?.includes('Reading the files has stopped') === true,
  );
});
