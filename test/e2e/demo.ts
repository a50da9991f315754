/**
 * Makes README's demonstration, media/screenshots/demo.gif: `npm run pictures`. A sample folder nobody has labelled, in
 * the real VS Code, from the command palette to the learning curve. Not a test.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { encode } from 'modern-gif';
import type { FrameLocator, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { makeSample, SAMPLE_LABELS } from '../../scripts/make-sample.mjs';
import { findInPalette, quickInput, webviewWith } from '../support/browser.ts';
import { THEMES, vscodeStory } from '../support/vscode.ts';

const DEMO = resolve(import.meta.dirname, '../../media/screenshots/demo.gif');
/** Answers given one by one in the picture, and then in a time-lapse. */
const SHOWN = 10;
const LAPSE = 150;
const LAPSE_FRAME = 15;

const root = mkdtempSync(join(tmpdir(), 'inkling-demo-'));
after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

describe('demonstration', { timeout: 600_000 }, () => {
  const story = vscodeStory({
    workspace: () => {
      makeSample(join(root, 'customer-messages'));
      return join(root, 'customer-messages');
    },
    settings: { 'workbench.colorTheme': THEMES.dark, 'workbench.startupEditor': 'none' },
    viewport: { width: 960, height: 600 },
  });

  test('from the palette to the curve', async () => {
    const { page } = story;
    const film = new Film(page);
    const truth = truthOf(story.workspace);
    await findInPalette(page, 'Inkling: Start Labeling');
    await film.frame(1800);
    await page.keyboard.press('Enter');
    for (const question of ['which field holds the text', 'what are the labels']) {
      await quickInput(page).title.filter({ hasText: question }).waitFor();
      await film.frame(1800);
      await page.keyboard.press('Enter');
    }
    const queue = await webviewWith(page, 'inkling-queue');
    await queue.locator('.card .text').waitFor();
    await page.mouse.move(2, 300);
    await film.frame(1600);
    for (let given = 1; given <= SHOWN + LAPSE; given++) {
      await answer(page, queue, truth, given);
      if (given <= SHOWN) await film.frame(500);
      else if (given % LAPSE_FRAME === 0) await film.frame(140);
    }
    // An audit card shows no guess.
    for (let given = SHOWN + LAPSE + 1; (await queue.locator('.guess .name').count()) === 0; given++)
      await answer(page, queue, truth, given);
    await page.keyboard.press('w');
    await queue.locator('.words').first().waitFor();
    await film.frame(2600);
    await findInPalette(page, 'Inkling: Show Learning Curve');
    await page.keyboard.press('Enter');
    const curve = await webviewWith(page, 'inkling-curve');
    await curve.locator('svg').first().waitFor();
    await page.waitForTimeout(1500);
    await film.frame(4500);
    await film.save(DEMO);
  });
});

/** Screenshots with the time each is shown. */
class Film {
  readonly #page: Page;
  readonly #frames: { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number; delay: number }[] =
    [];

  constructor(page: Page) {
    this.#page = page;
  }

  /** @param delay how long what is on screen now is shown, in milliseconds */
  async frame(delay: number): Promise<void> {
    const { data, width, height } = PNG.sync.read(await this.#page.screenshot());
    this.#frames.push({ data: new Uint8ClampedArray(data), width, height, delay });
  }

  async save(path: string): Promise<void> {
    const [first] = this.#frames;
    if (!first) throw new Error('There is no frame.');
    const { width, height } = first;
    const gif = await encode({ width, height, frames: this.#frames, maxColors: 128, format: 'arrayBuffer' });
    writeFileSync(path, Buffer.from(gif));
  }
}

async function answer(page: Page, queue: FrameLocator, truth: ReadonlyMap<string, string>, given: number) {
  const text = (await queue.locator('.card .text').textContent()) ?? '';
  const label = truth.get(text.trim());
  if (label === undefined) throw new Error(`no record has the text "${text}"`);
  const names = await queue.locator('.labels .name').allTextContents();
  await page.keyboard.press(String(names.findIndex((name) => name.trim() === label) + 1));
  await queue.locator('.facts', { hasText: new RegExp(`^\\s*${given} of `) }).waitFor();
}

function truthOf(folder: string): Map<string, string> {
  const lines = readFileSync(join(folder, 'messages.jsonl'), 'utf8').trimEnd().split('\n');
  const records = lines.map((line) => JSON.parse(line) as { text: string; answer: string });
  if (!records.every((record) => SAMPLE_LABELS.includes(record.answer))) throw new Error('other labels');
  return new Map(records.map((record) => [record.text.trim(), record.answer]));
}
