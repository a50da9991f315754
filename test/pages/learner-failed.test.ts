/** What a person sees when the model cannot learn: the real page on a real project whose learner fails. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Engine } from '../../src/engine/engine.ts';
import { QueueSession } from '../../src/engine/queue-session.ts';
import type { QueueView } from '../../src/protocol/queue.ts';
import { connect, type Port, serve } from '../../src/protocol/rpc.ts';
import { testFolder, testProject, twoTopics } from '../support/project.ts';
import { until } from '../support/until.ts';
import { startRig } from './support/pages.ts';

test('a learner that fails is said with its reason, records drawn at random are asked and answered, and it learns once that is mended', async (t) => {
  const folder = testFolder(t);
  folder.write('data/a.jsonl', twoTopics(200));
  await testProject(folder, {
    sources: [{ include: ['data/*.jsonl'], text: 'text' }],
    labels: ['parcel', 'invoice'],
  });
  // As a newer Inkling, or a typing error, leaves it.
  const file = join(folder.path, '.inkling', 'project.json');
  const project = JSON.parse(readFileSync(file, 'utf8')) as object;
  const learnBy = (strategy: string) =>
    writeFileSync(file, JSON.stringify({ ...project, learning: { strategy, classifier: 'logistic' } }));
  learnBy('clairvoyance');
  Object.assign(process.env, folder.env);
  const reported: unknown[] = [];
  const engine = await Engine.open(folder.path, {
    annotator: 'Ada',
    report: (error) => reported.push(error),
  });
  folder.own(() => engine.close());

  const rig = await startRig();
  try {
    const session = new QueueSession(engine, { showGuess: () => true, sittingGoal: () => 0 });
    const { page, complaints, close } = await rig.open('queue', (port: Port) => {
      const view = connect<QueueView>(port);
      t.after(session.onChange((snapshot) => void view.show(snapshot).catch(() => {})));
      serve(port, Object.assign(session, { inputFocus: () => {} }), (error) => reported.push(error));
    });
    await engine.goLive();
    const text = page.locator('.card .text');
    const learning = page.locator('.learning');
    await text.filter({ hasText: 'number' }).waitFor();
    await learning
      .filter({
        hasText:
          'Learning has stopped: "clairvoyance" is not a query strategy. Labeling goes on with records drawn at random.',
      })
      .waitFor();
    assert.ok(reported.length > 0, 'the log has it, too');

    const asked: string[] = [];
    for (let count = 1; count <= 12; count++) {
      const shown = (await text.textContent())!;
      asked.push(shown);
      assert.equal(await page.locator('.guess .name').count(), 0, 'nothing is guessed');
      await page.keyboard.press(shown.includes('parcel') || shown.includes('courier') ? '1' : '2');
      await until('the answer is saved', () => engine.stats().labelled === count);
      await until('the next record is asked', async () => (await text.textContent()) !== shown);
    }
    const number = (shown: string) => Number(/number (\d+)/.exec(shown)?.[1]);
    const inOrder = asked.every((shown, at) => at === 0 || number(shown) > number(asked[at - 1]!));
    assert.equal(inOrder, false, `drawn at random, not in the order of the file: ${asked.map(number)}`);
    assert.match((await session.open()).upcoming[0]!.why, /^Drawn at random: the model can't learn/);
    assert.match((await learning.textContent())!, /Learning has stopped/);

    learnBy('margin');
    await until('the project file is read', () => engine.project.learning.strategy === 'margin');
    const shown = await text.textContent();
    await page.keyboard.press('1');
    await until('the next record is asked', async () => (await text.textContent()) !== shown);
    await learning.filter({ hasText: /^\s*Model \d/ }).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  } finally {
    await rig.close();
  }
});
