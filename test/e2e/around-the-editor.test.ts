/** What Inkling adds around the queue: the side bar, the walkthrough, marks and labels in open files. Real clicks and keys. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { makeSample } from '../../scripts/make-sample.mjs';
import {
  keysGoTo,
  openWorkbench,
  palette,
  quickInput,
  screenshot,
  toasts,
  webviewWith,
} from '../support/browser.ts';
import { THEMES, vscodeStory } from '../support/vscode.ts';

/** The screenshots are for the eye: INKLING_THEME says in which theme. */
const theme = (process.env.INKLING_THEME ?? 'dark') as keyof typeof THEMES;

const folder = mkdtempSync(join(tmpdir(), 'inkling-around-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('around the editor', { timeout: 1_200_000 }, () => {
  const story = vscodeStory({
    workspace: () => {
      const workspace = join(folder, 'shop');
      makeSample(workspace, { messages: 300 });
      return workspace;
    },
    settings: {
      'workbench.colorTheme': THEMES[theme],
      // In a tab the list of running extensions is as high as the window.
      'workbench.editor.useModal': 'off',
    },
  });

  test('a command that needs a project offers to make one', async () => {
    const { page } = story;
    await palette(page, 'Inkling: Export Labels…');
    const toast = toasts(page).filter({ hasText: 'There is no Inkling project' });
    await toast.getByRole('button', { name: 'Start Labeling' }).waitFor();
    await page.keyboard.press('Escape');
    await toast.waitFor({ state: 'hidden' });
  });

  test('the side bar welcomes, and its button starts the wizard', async () => {
    const { page } = story;
    await openSideBar(page);
    const start = page.locator('.welcome-view').getByRole('button', { name: 'Start Labeling' });
    await start.waitFor();
    await screenshot(page, `side-bar-welcome-${theme}`);
    await start.click();
    const { title } = quickInput(page);
    await title.filter({ hasText: 'which field holds the text' }).waitFor();
    await page.keyboard.press('Enter');
    await title.filter({ hasText: 'what are the labels' }).waitFor();
    await page.keyboard.press('Enter');
    const queue = await webviewWith(page, 'inkling-queue');
    await queue.locator('.card .text').waitFor();
    await row(page, '0 of 300 labelled').waitFor();
  });

  test('the side bar counts the answers and lists the latest, and a click on one opens its line', async () => {
    const { page } = story;
    const queue = await webviewWith(page, 'inkling-queue');
    await keysGoTo(queue);
    for (const [count, key] of ['1', '2', '3', '1', '4', '2'].entries()) {
      await page.keyboard.press(key);
      await queue.locator('.facts', { hasText: new RegExp(`^\\s*${count + 1} of `) }).waitFor();
    }
    await row(page, '6 of 300 labelled').waitFor();
    await row(page, /key 1/).filter({ hasText: '2' }).waitFor();
    const recent = row(page, 'Recent Answers');
    await recent.waitFor();
    await screenshot(page, `side-bar-${theme}`);
    await latest(page).click();
    await page.locator('.tab.active', { hasText: 'messages.jsonl' }).waitFor();
  });

  test('an open file carries a mark in the gutter and the label beside the line', async () => {
    const { page } = story;
    await marked(page, 1);
    await page.locator('.codelens-decoration', { hasText: 'change…' }).waitFor();
    await screenshot(page, `marks-${theme}`);
  });

  test('a digit answers the record at the cursor', async () => {
    const { page } = story;
    await page.locator('.monaco-editor .view-lines').first().click();
    await page.keyboard.press('Control+Home');
    // The first record without an answer: which were asked before, is drawn anew for each project.
    const answered = answeredLines(story.workspace);
    let line = 1;
    for (; answered.has(line); line++) await page.keyboard.press('ArrowDown');
    await page.locator('.statusbar-item', { hasText: `Ln ${line},` }).waitFor();
    await page.locator('.codelens-decoration', { hasText: 'Label this record' }).waitFor();
    await palette(page, 'Inkling: Label Record at Cursor');
    const { title, input } = quickInput(page);
    await title.filter({ hasText: new RegExp(`messages\\.jsonl:${line}\\b`) }).waitFor();
    await screenshot(page, `label-at-cursor-${theme}`);
    await input.pressSequentially('3');
    await input.waitFor({ state: 'hidden' });
    await page.locator('.codelens-decoration', { hasText: 'change…' }).waitFor();
    await row(page, '7 of 300 labelled').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.locator('.codelens-decoration', { hasText: /Label this record|change…/ }).waitFor();
    await page.waitForTimeout(600); // the lens follows the cursor when it rests
    await screenshot(page, `marks-answered-${theme}`);
  });

  test('the walkthrough shows its three steps with their pictures', async () => {
    const { page } = story;
    await page.keyboard.press('Control+b'); // the pictures want room
    await palette(page, 'Welcome: Open Walkthrough...');
    const { input } = quickInput(page);
    await input.fill('Label text with Inkling');
    await row(page, 'Label text with Inkling', '.quick-input-list .monaco-list-row').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.getting-started-step', { hasText: 'Say what to label' }).waitFor();
    await page.waitForTimeout(700); // the picture follows
    await screenshot(page, `walkthrough-${theme}`);
    await page.locator('.getting-started-step', { hasText: 'Answer with single keys' }).click();
    await page.waitForTimeout(700); // the picture follows
    await screenshot(page, `walkthrough-2-${theme}`);
    await page.locator('.getting-started-step', { hasText: 'See how good it is' }).click();
    await page.waitForTimeout(700); // the picture follows
    await screenshot(page, `walkthrough-3-${theme}`);
  });

  test('after a restart the side bar knows the project, and a file opened from it is marked', async () => {
    await story.restart();
    const { page } = story;
    await openSideBar(page);
    await row(page, '7 of 300 labelled').waitFor();
    await latest(page).click();
    await page.locator('.tab.active', { hasText: 'messages.jsonl' }).waitFor();
    await marked(page, 1);
  });

  // What it loads is held to a size in test/integration/package.test.ts.
  test('VS Code says how long activating the extension took, for information', async (context) => {
    const { page } = story;
    await palette(page, 'Developer: Show Running Extensions');
    // The slowest come first, and rows that do not fit into the window are not there.
    const size = page.viewportSize()!;
    await page.setViewportSize({ ...size, height: 4000 });
    const mine = page.locator('.runtime-extensions-editor .extension', { hasText: 'Inkling' });
    const time = mine.locator('.activation-time');
    await time.waitFor();
    const said = (await time.textContent()) ?? '';
    assert.match(said, /\d+\s*ms/);
    context.diagnostic(`activation: ${said.trim()}`);
    await screenshot(page, `running-extensions-${theme}`);
    await page.setViewportSize(size);
  });

  test('in a window of several folders, one is picked, and a project that is the only one is meant', async () => {
    const { page } = story;
    const workspace = join(folder, 'both.code-workspace');
    makeSample(join(folder, 'other'), { messages: 20 });
    writeFileSync(workspace, JSON.stringify({ folders: [{ path: 'other' }, { path: 'shop' }] }));
    const address = `${new URL(page.url()).origin}/?${new URLSearchParams({ workspace })}`;
    await openWorkbench(page, address);
    await openSideBar(page);
    // On a busy machine VS Code may read the workspace file before its connection stands, and has no folders then.
    await row(page, 'shop')
      .waitFor({ timeout: 15_000 })
      .catch(() => openWorkbench(page, address));
    await row(page, 'shop').waitFor();
    await row(page, '7 of 300 labelled').waitFor();
    await page.locator('.statusbar-item', { hasText: 'shop: 7 labelled' }).waitFor();
    await screenshot(page, `side-bar-folders-${theme}`);
    await palette(page, 'Inkling: Show Learning Curve');
    await page.locator('.tab.active', { hasText: 'Learning Curve: shop' }).waitFor();
    await palette(page, 'Inkling: Start Labeling');
    await quickInput(page).rows.filter({ hasText: 'shop' }).click();
    await page.locator('.tab.active', { hasText: 'Label: shop' }).waitFor();
  });

  test('without a folder, the side bar and the command say to open one', async () => {
    const { page } = story;
    await openWorkbench(page, `${new URL(page.url()).origin}/?ew=true`);
    await openSideBar(page);
    await page.locator('.welcome-view').getByRole('button', { name: 'Open Folder' }).waitFor();
    await screenshot(page, `side-bar-no-folder-${theme}`);
    await palette(page, 'Inkling: Start Labeling');
    await toasts(page).getByRole('button', { name: 'Open Folder' }).waitFor();
  });
});

/** The lines of the sample that have an answer. */
function answeredLines(workspace: string): Set<number> {
  const labels = join(workspace, '.inkling', 'labels');
  const names = readdirSync(labels).filter((name) => name.endsWith('.jsonl'));
  const events = names.flatMap((name) => readFileSync(join(labels, name), 'utf8').trimEnd().split('\n'));
  return new Set(events.map((event) => (JSON.parse(event) as { rec: { line: number } }).rec.line));
}

async function openSideBar(page: Page): Promise<void> {
  await page.locator('.activitybar .action-item', { has: page.locator('[aria-label="Inkling"]') }).click();
}

function row(page: Page, text: string | RegExp, list = '.pane-body .monaco-list-row'): Locator {
  return page.locator(list, { hasText: text }).first();
}

/** A row under Recent Answers. */
function latest(page: Page): Locator {
  return page
    .locator('.pane-body .monaco-list-row[aria-level="2"]')
    .filter({ hasNotText: /key \d/ })
    .first();
}

/** Waits for at least so many marks in the gutter with words after their lines. */
async function marked(page: Page, count: number): Promise<void> {
  await page.waitForFunction((wanted) => {
    const words = [...document.querySelectorAll('.monaco-editor .view-line [class*="ced-"]')].filter(
      (element) =>
        /^"\s?[a-z]/.test(getComputedStyle(element, '::before').content) ||
        /^"\s?[a-z]/.test(getComputedStyle(element, '::after').content),
    );
    const marks = document.querySelectorAll(
      '.monaco-editor .margin [class*="ced-"], .monaco-editor .glyph-margin-widgets [class*="ced-"]',
    );
    return words.length >= wanted && marks.length >= wanted;
  }, count);
}
