/**
 * How long a person waits, in the real VS Code, while the model learns: from a key press to the next card painted,
 * and to the acknowledgement that the answer is on disk. Printed as diagnostics for BENCHMARKS.md; nothing is asserted
 * about time, only that every press was answered.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { makeSample } from '../../scripts/make-sample.mjs';
import { keysGoTo, palette, quickInput, webviewWith } from '../support/browser.ts';
import { sharedFile } from '../support/shared.ts';
import { until } from '../support/until.ts';
import { vscodeStory } from '../support/vscode.ts';

const PRESSES = 80;
/** Milliseconds between presses: a fast reader. */
const PACE = 250;

interface Timing {
  painted?: number;
  saved?: number;
}

const folder = mkdtempSync(join(tmpdir(), 'inkling-latency-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('waiting', { timeout: 1_200_000 }, () => {
  const story = vscodeStory({
    workspace: () => {
      const workspace = join(folder, 'news');
      const news = sharedFile('data', 'agnews10k/train.jsonl');
      if (news) {
        mkdirSync(workspace);
        copyFileSync(news, join(workspace, 'news.jsonl'));
      } else makeSample(workspace);
      return workspace;
    },
  });

  test('every key press is answered by the next card', async (t) => {
    const { page } = story;
    await palette(page, 'Inkling: Start Labeling');
    await quickInput(page).title.filter({ hasText: 'which field' }).waitFor();
    await page.keyboard.press('Enter');
    await quickInput(page).title.filter({ hasText: 'what are the labels' }).waitFor();
    await page.keyboard.press('Enter');
    const queue = await webviewWith(page, 'inkling-queue');
    await queue.locator('.card .text').waitFor();
    await queue.locator('.facts', { hasText: /of (10,000|3,000|3,\d+)/ }).waitFor();

    await queue.locator('inkling-queue').evaluate((element) => {
      const timings: Timing[] = [];
      Object.assign(window, { timings });
      const root = element.shadowRoot!;
      const textOf = () => root.querySelector('.card .text')?.textContent ?? '';
      document.addEventListener(
        'keydown',
        () => {
          const pressed = performance.now();
          const before = textOf();
          const timing: Timing = {};
          timings.push(timing);
          const look = () => {
            if (textOf() !== before && timing.painted === undefined) {
              // The frame after the one in which the text changed: it is on the screen then.
              timing.painted = -1;
              requestAnimationFrame(() => {
                timing.painted = performance.now() - pressed;
              });
            }
            const saved = root.textContent?.includes(', saved') ?? false;
            if (saved && textOf() !== before) timing.saved ??= performance.now() - pressed;
            if (timing.saved === undefined) requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        },
        { capture: true },
      );
    });
    await keysGoTo(queue);
    const isPainted = (press: number) =>
      queue
        .locator('inkling-queue')
        .evaluate(
          (_, at) => ((window as unknown as { timings: Timing[] }).timings[at]?.painted ?? -1) >= 0,
          press,
        );
    for (let press = 0; press < PRESSES; press++) {
      await page.keyboard.press(String((press % 4) + 1));
      await page.waitForTimeout(PACE);
      // A person does not answer a card that is not there either.
      await until('the next card is painted', () => isPainted(press));
    }
    await queue.locator('.facts', { hasText: new RegExp(`^\\s*${PRESSES} of `) }).waitFor();
    const timings = (await queue
      .locator('inkling-queue')
      .evaluate(() => (window as unknown as { timings: Timing[] }).timings)) as Timing[];
    assert.equal(timings.length, PRESSES);
    const painted = timings.flatMap((timing) => timing.painted ?? []).sort((a, b) => a - b);
    const saved = timings.flatMap((timing) => timing.saved ?? []).sort((a, b) => a - b);
    assert.equal(painted.length, PRESSES);
    assert.ok(saved.length > 0, 'the page says that answers are saved');
    const at = (values: number[], share: number) =>
      values[Math.min(values.length - 1, Math.floor(values.length * share))]!.toFixed(0);
    t.diagnostic(`key to next card painted: p50 ${at(painted, 0.5)} ms, p95 ${at(painted, 0.95)} ms`);
    t.diagnostic(
      `key to "saved" on the screen: p50 ${at(saved, 0.5)} ms, p95 ${at(saved, 0.95)} ms (${saved.length} seen)`,
    );
  });
});
