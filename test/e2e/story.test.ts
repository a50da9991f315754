/** The main job as a newcomer does it: palette, wizard, keys, curve, export, restart. Real VS Code, real data. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { FrameLocator, Page } from 'playwright-core';
import { makeSample } from '../../scripts/make-sample.mjs';
import {
  enterWhenAsked,
  keysGoTo,
  palette,
  quickInput,
  screenshot,
  toasts,
  webviewWith,
} from '../support/browser.ts';
import { sharedFile } from '../support/shared.ts';
import { eventually } from '../support/until.ts';
import { vscodeStory } from '../support/vscode.ts';

const TO_LABEL = 24;

const folder = mkdtempSync(join(tmpdir(), 'inkling-story-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** Real news where they are at hand, else the sample's messages. */
function makeWorkspace(): string {
  const workspace = join(folder, 'news');
  const news = sharedFile('data', 'agnews10k/train.jsonl');
  if (news) {
    mkdirSync(join(workspace, 'data'), { recursive: true });
    copyFileSync(news, join(workspace, 'data', 'news.jsonl'));
  } else {
    makeSample(workspace);
  }
  return workspace;
}

describe('a newcomer labels a folder of JSONL', { timeout: 1_200_000 }, () => {
  const story = vscodeStory({ workspace: makeWorkspace });
  let truth: Map<string, string>;

  test('the wizard guesses the text field and the labels, and Enter accepts each step', async () => {
    truth = readTruth(story.workspace);
    const { page } = story;
    await palette(page, 'Inkling: Start Labeling');
    const { title, rows } = quickInput(page);
    await title.filter({ hasText: 'which field holds the text' }).waitFor();
    assert.match((await rows.first().textContent()) ?? '', /^text/);
    await screenshot(page, 'wizard-text');
    await page.keyboard.press('Enter');
    await title.filter({ hasText: 'what are the labels' }).waitFor();
    await screenshot(page, 'wizard-labels');
    await page.keyboard.press('Enter');
    await card(await webviewWith(page, 'inkling-queue')).waitFor();
  });

  test('a digit labels and the next card is there; each label is on disk', async () => {
    const { page } = story;
    const queue = await webviewWith(page, 'inkling-queue');
    await keysGoTo(queue);
    for (let count = 1; count <= TO_LABEL; count++) {
      await answerByTruth(page, queue, truth);
      await queue.locator('.facts', { hasText: new RegExp(`^\\s*${count} of `) }).waitFor();
    }
    await queue.locator('.learning', { hasText: /learned|model|ready/i }).waitFor();
    await screenshot(page, 'queue-labelled');
    await eventually(() => assert.equal(journalEvents(story.workspace, 'label'), TO_LABEL));
  });

  test('Space skips, Backspace takes back and brings the card again, Ctrl+Shift+Z does it again', async () => {
    const { page } = story;
    const queue = await webviewWith(page, 'inkling-queue');
    const skipped = await card(queue).textContent();
    await page.keyboard.press('Space');
    await queue.locator('.facts', { hasText: '1 skipped' }).waitFor();
    assert.notEqual(await card(queue).textContent(), skipped);
    await page.keyboard.press('Backspace');
    await eventually(async () => assert.equal(await card(queue).textContent(), skipped));
    await page.keyboard.press('Control+Shift+z');
    await queue.locator('.facts', { hasText: '1 skipped' }).waitFor();
  });

  test('the left arrow looks back, and a digit there changes the old answer', async () => {
    const { page } = story;
    const queue = await webviewWith(page, 'inkling-queue');
    await page.keyboard.press('ArrowLeft');
    await queue.locator('.looking').waitFor();
    const text = (await card(queue).textContent()) ?? '';
    await press(page, queue, truth.get(text)!);
    await page.keyboard.press('Escape');
    await queue.locator('.looking').waitFor({ state: 'detached' });
    await queue.locator('.facts', { hasText: new RegExp(`^\\s*${TO_LABEL} of `) }).waitFor();
  });

  test('a search finds records by words, a digit labels one there, and Escape goes back', async () => {
    const { page } = story;
    const queue = await webviewWith(page, 'inkling-queue');
    await page.keyboard.press('s');
    const field = queue.getByRole('searchbox', { name: 'Find records' });
    await eventually(async () => assert.ok(await field.evaluate((input) => input.matches(':focus'))));
    await page.keyboard.type('game team is:unlabelled');
    await page.keyboard.press('Enter');
    await queue.getByText(/\d+ records? found/).waitFor();
    await eventually(async () => assert.match((await card(queue).textContent()) ?? '', /\bgame/i));
    await screenshot(page, 'queue-search');
    await answerByTruth(page, queue, truth);
    await queue.locator('.facts', { hasText: new RegExp(`^\\s*${TO_LABEL + 1} of `) }).waitFor();
    await page.keyboard.press('Backspace');
    await queue.locator('.facts', { hasText: new RegExp(`^\\s*${TO_LABEL} of `) }).waitFor();
    await page.keyboard.press('Escape');
    await queue.getByRole('searchbox').waitFor({ state: 'detached' });
  });

  test('the learning curve shows what is known, and says what is not', async () => {
    const { page } = story;
    await palette(page, 'Inkling: Show Learning Curve');
    const curve = await webviewWith(page, 'inkling-curve');
    await curve.getByText(/audit/i).first().waitFor();
    await screenshot(page, 'curve');
  });

  test('the labels are exported to JSONL', async () => {
    const { page } = story;
    const answered = enterWhenAsked(page, 'what goes into the file');
    await palette(page, 'Inkling: Export Labels…');
    await answered;
    const { input } = quickInput(page);
    await eventually(async () => assert.match(await input.inputValue(), /labels\.jsonl$/));
    await page.keyboard.press('Enter');
    await toasts(page)
      .filter({ hasText: `Wrote ${TO_LABEL} labels` })
      .waitFor();
    const rows = readFileSync(join(story.workspace, 'labels.jsonl'), 'utf8').trim().split('\n');
    assert.equal(rows.length, TO_LABEL);
    for (const row of rows) {
      const { text, label } = JSON.parse(row) as { text: string; label: string };
      assert.equal(label, truth.get(text), text);
    }
  });

  test('after a restart of the server every label is there, and undo still works', async () => {
    await story.restart();
    const { page } = story;
    await palette(page, 'Inkling: Start Labeling');
    const queue = await webviewWith(page, 'inkling-queue');
    await queue.locator('.facts', { hasText: new RegExp(`^\\s*${TO_LABEL} of `) }).waitFor();
    await card(queue).waitFor();
    await card(queue).click();
    await keysGoTo(queue);
    await page.keyboard.press('Control+z'); // the changed answer, which was the same label
    await page.keyboard.press('Control+z'); // the skip
    await queue.locator('.facts', { hasText: 'skipped' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z'); // the last of the answers
    await queue.locator('.facts', { hasText: new RegExp(`^\\s*${TO_LABEL - 1} of `) }).waitFor();
  });
});

function card(queue: FrameLocator) {
  return queue.locator('.card .text');
}

/** Reads the card, looks up the recorded answer, presses its key. */
async function answerByTruth(page: Page, queue: FrameLocator, truth: Map<string, string>): Promise<void> {
  const text = (await card(queue).textContent()) ?? '';
  const label = truth.get(text);
  assert.ok(label, `a recorded answer for: ${text}`);
  await press(page, queue, label);
}

async function press(page: Page, queue: FrameLocator, label: string): Promise<void> {
  const button = queue
    .locator('button.label')
    .filter({ has: queue.locator('.name', { hasText: new RegExp(`^${label}$`) }) });
  await page.keyboard.press((await button.locator('kbd').textContent()) ?? '');
}

function readTruth(workspace: string): Map<string, string> {
  const truth = new Map<string, string>();
  for (const name of readdirSync(workspace, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.jsonl') || name.includes('.inkling')) continue;
    for (const line of readFileSync(join(workspace, name), 'utf8').split('\n')) {
      if (line === '') continue;
      const { text, label, answer } = JSON.parse(line) as { text: string; label?: string; answer?: string };
      truth.set(text, (label ?? answer)!);
    }
  }
  return truth;
}

function journalEvents(workspace: string, op: string): number {
  const labels = join(workspace, '.inkling', 'labels');
  return readdirSync(labels)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(labels, name), 'utf8').trim().split('\n'))
    .filter((line) => (JSON.parse(line) as { op: string }).op === op).length;
}
