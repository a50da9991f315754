/** Records with several labels in the real editor: the wizard sees the lists, keys toggle, Enter saves, files show sets. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { keysGoTo, palette, quickInput, screenshot, webviewWith } from '../support/browser.ts';
import { eventually } from '../support/until.ts';
import { vscodeStory } from '../support/vscode.ts';

const home = mkdtempSync(join(tmpdir(), 'inkling-several-'));
after(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

const topics = ['parcel', 'invoice', 'login'];

function write(folder: string): void {
  mkdirSync(folder);
  const rows = Array.from({ length: 80 }, (_, at) => {
    const own = topics.filter((_, k) => ((at % 8) >> k) % 2 === 1);
    return JSON.stringify({
      text: `Message ${at} about ${own.join(' and ') || 'the weather'}, sent on Monday`,
      topics: own,
    });
  });
  writeFileSync(join(folder, 'mail.jsonl'), `${rows.join('\n')}\n`);
}

describe('a newcomer labels records that have several labels', { timeout: 1_200_000 }, () => {
  const story = vscodeStory({
    workspace: () => {
      write(join(home, 'mail'));
      return join(home, 'mail');
    },
  });
  const folder = join(home, 'mail');

  test('the wizard takes the names from the lists, and makes such a project of them', async () => {
    const { page } = story;
    await palette(page, 'Inkling: Start Labeling');
    const { title, rows } = quickInput(page);
    await title.filter({ hasText: 'which field holds the text' }).waitFor();
    await page.keyboard.press('Enter');
    await title.filter({ hasText: 'what are the labels' }).waitFor();
    assert.match((await rows.first().textContent()) ?? '', /a record can have several/);
    await page.keyboard.press('Enter');
    const queue = await webviewWith(page, 'inkling-queue');
    await queue.locator('.card .text').waitFor();
    const project = JSON.parse(readFileSync(join(folder, '.inkling', 'project.json'), 'utf8'));
    assert.equal(project.multiLabel, true);
    assert.deepEqual(project.labels.map(({ name }: { name: string }) => name).sort(), [...topics].sort());
  });

  test('keys put labels on, Enter saves the set and goes on, and with nothing on saves none of them', async () => {
    const { page } = story;
    const queue = await webviewWith(page, 'inkling-queue');
    const ids = labelIds(folder);
    await keysGoTo(queue);
    await page.keyboard.press('1');
    await page.keyboard.press('3');
    await queue.getByText('Save 2 Labels').waitFor();
    await screenshot(page, 'several-labels');
    await page.keyboard.press('Enter');
    await queue.locator('.facts', { hasText: /^\s*1 of / }).waitFor();
    await page.keyboard.press('Enter');
    await queue.locator('.facts', { hasText: /^\s*2 of / }).waitFor();
    await eventually(() =>
      assert.deepEqual(
        journal(folder).map(({ labels }) => labels),
        [[ids[0], ids[2]], []],
      ),
    );
    await page.keyboard.press('Backspace');
    await queue.locator('.facts', { hasText: /^\s*1 of / }).waitFor();
    await page.keyboard.press('2');
    await page.keyboard.press('Enter');
    await queue.locator('.facts', { hasText: /^\s*2 of / }).waitFor();
    await eventually(() => assert.deepEqual(journal(folder).at(-1)!.labels, [ids[1]]));
  });

  test('Label Record at Cursor takes several by their keys, and saves the set', async () => {
    const { page } = story;
    await palette(page, 'Inkling: Open Record in Its File');
    await page.locator('.tab.active', { hasText: 'mail.jsonl' }).waitFor();
    await page.locator('.monaco-editor .view-lines').first().click();
    await palette(page, 'Inkling: Label Record at Cursor');
    const { title, input } = quickInput(page);
    await title.filter({ hasText: 'Keys choose; Enter saves' }).waitFor();
    const before = journal(folder);
    // Which record it is, and what it was answered with, is drawn anew for each project.
    const line = Number(/mail\.jsonl:(\d+)/.exec((await title.textContent()) ?? '')![1]);
    const chosen = new Set(before.findLast(({ rec }) => rec.line === line)?.labels);
    for (const id of labelIds(folder).slice(1, 3)) if (!chosen.delete(id)) chosen.add(id);
    // Faster than the extension hears of the first: no key is lost.
    await input.pressSequentially('23');
    const badge = page.locator('.quick-input-widget .quick-input-count');
    await badge.filter({ hasText: new RegExp(`^${chosen.size}\\b`) }).waitFor();
    await screenshot(page, 'several-at-cursor');
    await page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
    await eventually(() => assert.equal(journal(folder).length, before.length + 1));
    assert.deepEqual(new Set(journal(folder).at(-1)!.labels), chosen);
  });

  test('the curve says what it waits for, in the words for sets', async () => {
    const { page } = story;
    await palette(page, 'Inkling: Show Learning Curve');
    const curve = await webviewWith(page, 'inkling-curve');
    await curve.getByText('none of them').waitFor();
    await curve.getByText(/audit/i).first().waitFor();
    await screenshot(page, 'several-curve');
  });
});

interface Answer {
  readonly op: string;
  readonly rec: { readonly line: number };
  readonly labels: readonly string[];
}

function labelIds(folder: string): string[] {
  const { labels } = JSON.parse(readFileSync(join(folder, '.inkling', 'project.json'), 'utf8')) as {
    labels: { id: string }[];
  };
  return labels.map(({ id }) => id);
}

function journal(folder: string): Answer[] {
  const labels = join(folder, '.inkling', 'labels');
  return readdirSync(labels)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(labels, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as Answer)
    .filter(({ op }) => op === 'label');
}
