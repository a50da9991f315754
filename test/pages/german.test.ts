/** The pages in German, at 200 % zoom where longer words need room, under the policy that the extension sets. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './support/accessibility.ts';
import { CurveHost, snapshotOf } from './support/curve-host.ts';
import { type PageRig, startRig } from './support/pages.ts';
import { cardsOf, labelsNamed, QueueHost } from './support/queue-host.ts';

let rig: PageRig;
before(async () => {
  rig = await startRig();
});
after(() => rig.close());

const NARROW = { width: 900, height: 700, zoom: 2, german: true };

async function assertFits(page: Page): Promise<void> {
  const [width, needed] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  assert.ok(needed! <= width!, `${needed} of ${width} pixels`);
}

test('the queue speaks German: progress, acts, answers and keys, with nothing out of sight', async () => {
  const host = new QueueHost(
    cardsOf(Array.from({ length: 50 }, (_, index) => `Message ${index}`)),
    labelsNamed('billing', 'refund'),
  );
  const { page, complaints, close } = await rig.open('queue', host.attach, NARROW);
  try {
    await page.locator('.card .text').first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
    await page.getByText(/0 von 50 Datensätzen gelabelt/).waitFor();
    await page.getByRole('button', { name: 'Warum dieser Datensatz?' }).waitFor();
    await page.getByRole('button', { name: /^Überspringen/ }).waitFor();
    await page.keyboard.press('2');
    await page.getByText('Gelabelt: refund, gespeichert').waitFor();
    assert.match((await page.getByRole('status').textContent()) ?? '', /Als Nächstes: Message 1/);
    await assertFits(page);
    await assertAccessible(page, 'German queue');

    await host.perform('toggleKeys');
    await page.getByRole('heading', { name: 'Tasten' }).waitFor();
    await page.getByText('zurückblicken und wieder nach vorn').waitFor();
    await assertFits(page);
    await assertAccessible(page, 'German keys');
    await host.perform('toggleKeys');

    await host.perform('find');
    await page.getByRole('searchbox', { name: 'Datensätze suchen' }).waitFor();
    await page.keyboard.type('Message 3');
    await page.keyboard.press('Enter');
    await page.getByText('11 Datensätze gefunden').waitFor();
    await assertFits(page);
    assert.deepEqual(complaints, []);
  } finally {
    await close();
  }
});

test('the curve speaks German: what it says, its sections and its numbers, with nothing out of sight', async () => {
  const host = new CurveHost(snapshotOf(13, 200));
  const { page, complaints, close } = await rig.open('curve', host.attach, NARROW);
  try {
    await page.locator('.point').first().waitFor();
    assert.match(
      (await page.locator('.readout').textContent()) ?? '',
      /Nach 733 Antworten: 94,1\s%, zwischen/,
    );
    for (const heading of [
      'Was als Nächstes kommt',
      'Genügt es?',
      'Was womit verwechselt wird',
      'Zeit und Kosten',
    ])
      await page.getByRole('heading', { name: heading }).waitFor();
    await page.getByText(/bringen voraussichtlich \+0,4\s*Punkte/).waitFor();
    await page.getByText(/vorhanden: 50\.000 Datensätze/).waitFor();
    await page.getByRole('button', { name: 'Tabelle anzeigen' }).click();
    await page.getByText(/Die Intervalle sind 95-%-Intervalle/).waitFor();
    for (const fold of await page.locator('summary').all()) await fold.click();
    await assertFits(page);
    await assertAccessible(page, 'German curve');
    assert.deepEqual(complaints, []);
  } finally {
    await close();
  }
});
